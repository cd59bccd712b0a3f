package dev.fugitive.proxy.control.live;

import dev.fugitive.cache.store.Provenance;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;

/**
 * Bytes that clients were given, by where they came from, and bytes that peers were given.
 *
 * @param sentBytes to peers
 */
public record Flow(Map<Provenance, Long> received, long sentBytes) {
  /** Nothing. */
  public static final Flow NONE = of(from -> 0L, 0);

  public Flow {
    Map<Provenance, Long> complete = new EnumMap<>(Provenance.class);
    for (Provenance from : Provenance.values()) {
      complete.put(from, received.getOrDefault(from, 0L));
    }
    received = Map.copyOf(complete);
  }

  /** With this many bytes from each place. */
  public static Flow of(ToLongFunction<Provenance> bytes, long sentBytes) {
    Map<Provenance, Long> received = new EnumMap<>(Provenance.class);
    for (Provenance from : Provenance.values()) {
      received.put(from, bytes.applyAsLong(from));
    }
    return new Flow(received, sentBytes);
  }

  /** Bytes from one place. */
  public long from(Provenance place) {
    return received.getOrDefault(place, 0L);
  }

  /** Both together. */
  public Flow plus(Flow other) {
    return with(other, Long::sum);
  }

  /** What came since; what was counted down counts as nothing. */
  public Flow minus(Flow before) {
    return with(before, (now, then) -> Math.max(0, now - then));
  }

  private Flow with(Flow other, LongBinaryOperator operator) {
    return of(
        place -> operator.applyAsLong(from(place), other.from(place)),
        operator.applyAsLong(sentBytes, other.sentBytes));
  }

  /** Each number under its name: {@code memory}, {@code disk}, …, {@code sent}. */
  public Map<String, Long> named() {
    Map<String, Long> named = new LinkedHashMap<>();
    for (Provenance place : Provenance.values()) {
      named.put(place.token(), from(place));
    }
    named.put("sent", sentBytes);
    return named;
  }
}
