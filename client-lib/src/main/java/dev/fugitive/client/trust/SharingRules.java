package dev.fugitive.client.trust;

import java.util.List;

/** What the user said about origins: those trusted beyond the rules, and those kept apart. */
public record SharingRules(TrustOrigins trustOrigins, List<HostPattern> excludedHosts) {
  /** Nothing said. */
  public static final SharingRules DEFAULT = new SharingRules(TrustOrigins.NONE, List.of());

  public SharingRules {
    excludedHosts = List.copyOf(excludedHosts);
  }

  boolean trusts(OriginFacts origin) {
    return trustOrigins.contains(origin.host(), origin.port());
  }

  boolean excludes(OriginFacts origin) {
    return excludedHosts.stream().anyMatch(host -> host.matches(origin.host(), origin.port()));
  }
}
