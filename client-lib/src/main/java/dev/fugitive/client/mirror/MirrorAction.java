package dev.fugitive.client.mirror;

import java.util.Optional;

/** What a mirror's schedule wants done. */
sealed interface MirrorAction {
  /**
   * Fetch a URL, or validate what is here of it.
   *
   * @param listing what it lists, if its text is wanted
   */
  record Fetch(String url, Optional<MirrorSource.Kind> listing) implements MirrorAction {}

  /** It is here: keep it whatever else is stored. */
  record Pin(String url) implements MirrorAction {}

  /** It need not be kept any more. */
  record Release(String url) implements MirrorAction {}
}
