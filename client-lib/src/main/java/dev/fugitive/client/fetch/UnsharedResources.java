package dev.fugitive.client.fetch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Resources whose last answer was for one client alone: who asks for one of them need not wait for
 * what another's fetch will bring; safe for use by several threads.
 */
final class UnsharedResources {
  /** For how long an answer says something about the next one. */
  static final Duration KEPT = Duration.ofMinutes(2);

  private static final int MAX_RESOURCES = 16_384;

  private final Cache<FlightKey, Boolean> resources;

  UnsharedResources(InstantSource clock) {
    this.resources =
        Caffeine.newBuilder()
            .maximumSize(MAX_RESOURCES)
            .expireAfterWrite(KEPT)
            .ticker(() -> clock.millis() * 1_000_000)
            .build();
  }

  /** Whether the next answer will hardly be for everybody. */
  boolean has(FlightKey resource) {
    return resources.getIfPresent(resource) != null;
  }

  /** Notes what an answer showed. */
  void note(FlightKey resource, Flight.Landing landing) {
    switch (landing) {
      case Flight.Landing.Unshared(boolean lasting) -> {
        if (lasting) {
          resources.put(resource, true);
        }
      }
      case Flight.Landing.Shared ignored -> resources.invalidate(resource);
      case Flight.Landing.Confirmed ignored -> resources.invalidate(resource);
      case Flight.Landing.Failed ignored -> {
        // says nothing about the resource
      }
      case Flight.Landing.Unanswered ignored -> {
        // says nothing about the resource
      }
    }
  }
}
