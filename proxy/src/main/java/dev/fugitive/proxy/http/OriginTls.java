package dev.fugitive.proxy.http;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is spoken to origins that requests are passed through to, made when it is first needed.
 */
final class OriginTls {
  /** Written by whoever needs it first; two at once make it twice, and either will do. */
  private volatile @Nullable SslContext context;

  /** The one chosen, or else one that trusts whom the platform trusts. */
  OriginTls(Optional<SslContext> chosen) {
    this.context = chosen.orElse(null);
  }

  /** Blocks the first time: the platform's certificates are read. */
  SslContext context() throws SSLException {
    SslContext made = context;
    if (made == null) {
      made = SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS").build();
      context = made;
    }
    return made;
  }
}
