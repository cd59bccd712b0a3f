package dev.fugitive.client.mirror;

import java.util.List;
import java.util.Optional;

/** What a mirror's schedule wants done. */
sealed interface MirrorAction {
  /**
   * Fetch a URL, or validate what is here of it.
   *
   * @param number names this fetch; its end is told by it
   * @param listing what it lists, if its text is wanted
   */
  record Fetch(long number, String url, Optional<MirrorSource.Kind> listing)
      implements MirrorAction {}

  /** Nobody waits for this fetch any more; its end is to be told all the same. */
  record Cancel(long number) implements MirrorAction {}

  /** What it answers with now is here: keep that, whatever else is stored. */
  record Pin(String url) implements MirrorAction {}

  /** It need not be kept any more. */
  record Release(String url) implements MirrorAction {}

  /** Keep what a list or a manifest names. */
  record Remember(MirrorSource source, List<String> urls) implements MirrorAction {}

  /** It need not be known any more. */
  record Forget(MirrorSource source) implements MirrorAction {}
}
