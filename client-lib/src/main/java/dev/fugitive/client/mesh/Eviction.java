package dev.fugitive.client.mesh;

import dev.fugitive.client.mesh.MeshSettings.Timing;
import dev.fugitive.client.mesh.Place.Established;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which session the mesh would miss least: of those that are neither new nor in use, the one on
 * which nothing has moved for the longest time; of equals, the one with the longest round trip.
 */
final class Eviction {
  private static final Comparator<Established> WORST_FIRST =
      Comparator.comparingLong(Established::activeNanos)
          .thenComparing(Established::roundTripNanos, Comparator.reverseOrder());

  private final Timing timing;

  Eviction(Timing timing) {
    this.timing = timing;
  }

  private record Choice(Place place, Established session) {}

  Optional<Place> worst(Collection<Place> places, long nowNanos) {
    return places.stream()
        .filter(place -> isAllowed(place, nowNanos))
        .flatMap(
            place -> Optional.ofNullable(place.session).map(s -> new Choice(place, s)).stream())
        .min(Comparator.comparing(Choice::session, WORST_FIRST))
        .map(Choice::place);
  }

  boolean isAllowed(Place place, long nowNanos) {
    Established session = place.session;
    return session != null
        && place.attempt == null
        && nowNanos - session.sinceNanos() >= timing.ageBeforeEviction().toNanos()
        && nowNanos - session.activeNanos() >= timing.idleBeforeEviction().toNanos();
  }
}
