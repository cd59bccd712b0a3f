package dev.fugitive.client.trust;

import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.Provenance;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The response field {@code Fugitive-Source}: body bytes by provenance and, where no peer was used,
 * why not. A structured-field dictionary (RFC 8941), for example {@code memory=0, disk=0,
 * tier1=1048576, tier2=0, origin=0}. What a peer gave from its own store is {@code tier1}, what it
 * passed on from a peer of its {@code tier2}.
 */
public record FugitiveSource(Map<Provenance, Long> bytes, Optional<Why> why) {
  /** The field's name. */
  public static final String FIELD = "Fugitive-Source";

  /** No bytes from anywhere. */
  public static final FugitiveSource NOTHING = new FugitiveSource(Map.of(), Optional.empty());

  private static final long MAX_INTEGER = 999_999_999_999_999L;

  public FugitiveSource {
    Map<Provenance, Long> complete = new EnumMap<>(Provenance.class);
    for (Provenance from : Provenance.values()) {
      long count = bytes.getOrDefault(from, 0L);
      if (count < 0 || count > MAX_INTEGER) {
        throw new IllegalArgumentException(
            "bytes from " + from + ": " + count + " (expected: 0 to " + MAX_INTEGER + ")");
      }
      complete.put(from, count);
    }
    bytes = Map.copyOf(complete);
  }

  /** What was counted while a body was read. */
  public static FugitiveSource of(ByteTally tally, Optional<Why> why) {
    Map<Provenance, Long> bytes = new EnumMap<>(Provenance.class);
    for (Provenance from : Provenance.values()) {
      bytes.put(from, tally.bytes(from));
    }
    return new FugitiveSource(bytes, why);
  }

  /** Bytes from one place. */
  public long from(Provenance provenance) {
    return bytes.getOrDefault(provenance, 0L);
  }

  /** Bytes from all places. */
  public long total() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Reads the field's lines; empty where they are malformed. Members and reasons that a later
   * version may have added are passed over.
   */
  public static Optional<FugitiveSource> parse(List<String> lines) {
    Optional<Map<String, StructuredItem>> members = StructuredDictionary.parse(lines);
    if (members.isEmpty() || members.get().isEmpty()) {
      return Optional.empty();
    }
    Map<Provenance, Long> bytes = new EnumMap<>(Provenance.class);
    for (Provenance from : Provenance.values()) {
      StructuredItem count = members.get().getOrDefault(from.token(), new StructuredItem.Int(0));
      if (!(count instanceof StructuredItem.Int(long value)) || value < 0) {
        return Optional.empty();
      }
      bytes.put(from, value);
    }
    Optional<Why> why =
        Optional.ofNullable(members.get().get("why"))
            .filter(StructuredItem.Token.class::isInstance)
            .flatMap(token -> Why.ofToken(((StructuredItem.Token) token).value()));
    return Optional.of(new FugitiveSource(bytes, why));
  }

  /** The field's value. */
  @Override
  public String toString() {
    StringJoiner members = new StringJoiner(", ");
    for (Provenance from : Provenance.values()) {
      members.add(from.token() + "=" + from(from));
    }
    why.ifPresent(reason -> members.add("why=" + reason.token()));
    return members.toString();
  }
}
