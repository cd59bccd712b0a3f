package dev.fugitive.client.mirror;

import java.io.IOException;
import java.util.Set;

/** Keeps contents from being evicted; called by one thread. */
public interface Pins {
  /** What is here of these URLs stays; whatever else was pinned for the mirror before may go. */
  void begin(Set<String> urls);

  /**
   * What this URL answers with now stays in the cache, and what it answered with before may go.
   *
   * @throws IOException where there is no room for it
   */
  void pin(String url) throws IOException;

  /** It may go as any other. */
  void release(String url);
}
