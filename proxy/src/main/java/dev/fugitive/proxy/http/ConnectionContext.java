package dev.fugitive.proxy.http;

import dev.fugitive.client.fetch.MemoryHits;
import dev.fugitive.client.origin.OriginReach;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import okhttp3.Call;

/**
 * What all connections share.
 *
 * @param memory answers that need no waiting; empty where every request takes the fetch path
 * @param passedBy hears of answers that the fetch path did not see
 * @param executor starts a virtual thread for each task
 * @param watchdogRest is told of each request that may reach an origin
 * @param outgoing the buffer of each event loop for answers from memory
 */
record ConnectionContext(
    FrontEndSettings settings,
    RequestRouter router,
    Pseudonym pseudonym,
    Call.Factory fetch,
    Optional<MemoryHits> memory,
    SelfResponder self,
    PassedBy passedBy,
    OriginReach reach,
    Dialer dialer,
    OriginTls originTls,
    Executor executor,
    WatchdogRest watchdogRest,
    FastThreadLocal<OutgoingBlock> outgoing,
    FrontEndCounts counts) {

  FrontEndSettings.Limits limits() {
    return settings.limits();
  }

  /** The target's addresses, each of them within reach. Blocks: a name is looked up, once. */
  List<InetAddress> reachable(Authority target) throws IOException {
    List<InetAddress> addresses = List.of(InetAddress.getAllByName(target.hostToResolve()));
    for (InetAddress address : addresses) {
      reach.check(target.host(), address, target.port());
    }
    return addresses;
  }
}
