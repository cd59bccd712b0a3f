package dev.fugitive.client.trust;

import java.util.Collection;
import java.util.List;

/**
 * Origins named with {@code --trust-origin}: their answers may be vouched for and shared although
 * they come over plain HTTP or from a private address. An office's own mirror, a lab.
 */
public record TrustOrigins(List<HostPattern> origins) {
  /** No such origin. */
  public static final TrustOrigins NONE = new TrustOrigins(List.of());

  public TrustOrigins {
    origins = List.copyOf(origins);
  }

  /** Reads each as {@code HOST[:PORT]}; without a port, all ports of the host are meant. */
  public static TrustOrigins parse(Collection<String> texts) {
    return new TrustOrigins(texts.stream().map(HostPattern::parse).toList());
  }

  /** Whether the origin at this host and port was named. */
  public boolean contains(String host, int port) {
    return origins.stream().anyMatch(origin -> origin.matches(host, port));
  }
}
