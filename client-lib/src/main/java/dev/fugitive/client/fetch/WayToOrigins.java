package dev.fugitive.client.fetch;

import okhttp3.EventListener;
import okhttp3.OkHttpClient;

/**
 * How a fetch path reaches origins.
 *
 * @param client adds nothing to a call of its own accord
 * @param validates whether its TLS is the node's, so that what it accepts counts as validated
 * @param listeners of the path's own calls
 */
record WayToOrigins(OkHttpClient client, boolean validates, EventListener.Factory listeners) {}
