package dev.fugitive.cache.store;

/** Where a byte came from. */
public enum Provenance {
  MEMORY,
  DISK,
  TIER1,
  TIER2,
  ORIGIN
}
