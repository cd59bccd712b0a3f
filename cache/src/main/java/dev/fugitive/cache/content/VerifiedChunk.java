package dev.fugitive.cache.content;

/** One chunk whose bytes were proven to belong to a content; only this package can make one. */
public final class VerifiedChunk {
  private VerifiedChunk() {}
}
