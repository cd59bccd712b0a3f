package dev.fugitive.proxy.http;

import java.util.concurrent.Executor;
import okhttp3.Call;

/**
 * What all connections share.
 *
 * @param executor starts a virtual thread for each task
 */
record ConnectionContext(
    FrontEndSettings.Limits limits,
    RequestRouter router,
    Pseudonym pseudonym,
    Call.Factory fetch,
    SelfResponder self,
    Dialer dialer,
    Executor executor,
    FrontEndCounts counts) {}
