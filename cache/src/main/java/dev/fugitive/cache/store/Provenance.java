package dev.fugitive.cache.store;

import java.util.Locale;

/** Where a byte came from. */
public enum Provenance {
  MEMORY,
  DISK,
  TIER1,
  TIER2,
  ORIGIN;

  private final String token = name().toLowerCase(Locale.ROOT);

  /** As {@code Fugitive-Source}, the logs and the control API write it. */
  public String token() {
    return token;
  }

  /** Whether this node had it not yet: peers and origins are outside. */
  public boolean isOutside() {
    return switch (this) {
      case MEMORY, DISK -> false;
      case TIER1, TIER2, ORIGIN -> true;
    };
  }
}
