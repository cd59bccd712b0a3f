package dev.fugitive.cache.store;

/** What a store holds, in counts and bytes, and its limits. */
public record StoreStatus(
    long contents,
    long diskBytes,
    long diskLimitBytes,
    long memoryBytes,
    long memoryLimitBytes,
    long evictedContents,
    long damagedContents) {}
