package dev.fugitive.cache.content;

/** An immutable set of chunk indexes of one content. */
public final class ChunkSet {}
