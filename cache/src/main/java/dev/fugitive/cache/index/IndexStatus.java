package dev.fugitive.cache.index;

/**
 * What an index holds, in counts and bytes, and its limit.
 *
 * @param bytes that it takes where it is kept: on disk, or in memory for one without a directory
 * @param memoryBytes of what is kept in memory for a quick answer, roughly
 * @param failedWrites puts and removals that could not be made durable
 */
public record IndexStatus(
    long resources,
    long bytes,
    long limitBytes,
    long memoryBytes,
    long evictedResources,
    long damagedResources,
    long failedWrites) {}
