package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.RequestHead;

/** How the requests of one connection are routed: as a proxy's, or as those of one origin. */
@FunctionalInterface
interface Routing {
  /** Routes a head whose URL is the request target as received. */
  Route route(RequestHead head, String version);
}
