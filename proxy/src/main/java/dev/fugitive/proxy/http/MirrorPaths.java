package dev.fugitive.proxy.http;

import java.util.Optional;
import okhttp3.HttpUrl;

/** Which paths a front end serves in place of origins, for clients that know no proxy. */
public interface MirrorPaths {
  /** Whether a client may name this host in its {@code Host}. */
  boolean admitsHost(String host);

  /** The URL that a path with its query stands for; empty where none is mirrored there. */
  Optional<HttpUrl> urlOf(String pathAndQuery);
}
