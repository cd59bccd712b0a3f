package dev.fugitive.client.mirror;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.Statement;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import okio.ByteString;

/**
 * A command to a mirror, signed by who gives it.
 *
 * @param id drawn at random: whoever receives one twice obeys once
 * @param from who commands
 * @param to the mirror
 * @param source what it is about; empty for {@link Verb#STATUS}
 */
public record MirrorOrder(
    ByteString id,
    PeerId from,
    PeerId to,
    long timeMillis,
    Verb verb,
    Optional<MirrorSource> source,
    ByteString signature) {
  /** Bytes of an id. */
  public static final int ID_BYTES = 16;

  private static final String LABEL = "fugitive-mirror-1";

  /** What is to be done. */
  public enum Verb {
    ADD,
    REMOVE,
    STATUS
  }

  public MirrorOrder {
    if (id.size() != ID_BYTES) {
      throw new IllegalArgumentException(
          "order id bytes: " + id.size() + " (expected: " + ID_BYTES + ")");
    }
    if (source.isPresent() == (verb == Verb.STATUS)) {
      throw new IllegalArgumentException(
          verb + " source: " + source + " (expected: one for ADD and REMOVE, none for STATUS)");
    }
  }

  /** A new command. */
  public static MirrorOrder sign(
      Identity from, PeerId to, Verb verb, Optional<MirrorSource> source, Instant now) {
    byte[] random = new byte[ID_BYTES];
    new SecureRandom().nextBytes(random);
    ByteString id = ByteString.of(random);
    long timeMillis = now.toEpochMilli();
    ByteString statement = statement(id, from.peerId(), to, timeMillis, verb, source);
    return new MirrorOrder(id, from.peerId(), to, timeMillis, verb, source, from.sign(statement));
  }

  /** Whether {@link #from} signed just this. */
  public boolean isGenuine() {
    return Identity.verify(from, statement(id, from, to, timeMillis, verb, source), signature);
  }

  private static ByteString statement(
      ByteString id,
      PeerId from,
      PeerId to,
      long timeMillis,
      Verb verb,
      Optional<MirrorSource> source) {
    return new Statement(LABEL)
        .with(id)
        .with(from)
        .with(to)
        .with(timeMillis)
        .with(verb.name())
        .with(source.map(kept -> kept.kind().name()).orElse(""))
        .with(source.map(MirrorSource::url).orElse(""))
        .bytes();
  }
}
