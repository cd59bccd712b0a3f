package dev.fugitive.client.mirror;

/** Keeps contents from being evicted. */
public interface Pins {
  /** Nothing is kept beyond what the cache's own order keeps. */
  Pins NONE =
      new Pins() {
        @Override
        public void pin(String url) {}

        @Override
        public void release(String url) {}
      };

  /** What this URL answers with stays in the cache. */
  void pin(String url);

  /** It may go as any other. */
  void release(String url);
}
