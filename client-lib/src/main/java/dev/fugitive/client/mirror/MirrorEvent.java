package dev.fugitive.client.mirror;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Everything that happens to a mirror's schedule. */
sealed interface MirrorEvent {
  /** Something is to be kept. */
  record Added(MirrorSource source) implements MirrorEvent {}

  /** It is not to be kept any more. */
  record Removed(MirrorSource source) implements MirrorEvent {}

  /** What it named when its text was last here, before a restart. */
  record Named(MirrorSource source, List<String> urls) implements MirrorEvent {}

  /**
   * A URL was fetched or validated.
   *
   * @param fresh for how much longer it is fresh; zero or less where nobody says
   * @param listed what it lists, where that was asked for
   */
  record Fetched(
      long number, String url, long lengthBytes, Duration fresh, Optional<List<String>> listed)
      implements MirrorEvent {}

  /** It could not be fetched. */
  record Failed(long number, String url, String why) implements MirrorEvent {}

  /** Time has passed. */
  record Tick() implements MirrorEvent {}
}
