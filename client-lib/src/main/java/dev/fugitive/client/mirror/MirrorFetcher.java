package dev.fugitive.client.mirror;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Brings a URL's content into the cache, fresh; called on virtual threads, several at once. */
public interface MirrorFetcher {
  /**
   * Fetches a URL, or validates what is here of it.
   *
   * @param listing what it lists, if its text is wanted
   * @throws IOException where it cannot be had; the message says why
   */
  Result fetch(String url, Optional<MirrorSource.Kind> listing) throws IOException;

  /**
   * What came.
   *
   * @param fresh for how much longer it is fresh
   * @param listed the URLs that it lists, if it was asked for
   */
  record Result(long lengthBytes, Duration fresh, Optional<List<String>> listed) {}
}
