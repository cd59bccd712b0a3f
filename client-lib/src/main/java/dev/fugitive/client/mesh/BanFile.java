package dev.fugitive.client.mesh;

import dev.fugitive.cache.file.PrivateFile;
import dev.fugitive.client.peer.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that keeps bans from one run to the next: a line for each, the one banned the longest
 * time ago first. It is replaced as a whole, for its owner alone: it says whom this node has met.
 *
 * <pre>
 * KEY COUNT UNTIL FORGOTTEN REASON
 * ed25519:… 2 2026-11-21T14:04:00Z 2026-11-21T14:16:00Z claimed …
 * </pre>
 */
final class BanFile {
  private static final Logger LOG = LoggerFactory.getLogger(BanFile.class);
  private static final long MAX_BYTES = 4L * 1024 * 1024;
  private static final int MAX_REASON_CHARS = 300;
  private static final int MAX_COUNT = 1000;

  /** A clock that was set back must not make a ban last for years. */
  private static final Duration MAX_LEFT = Duration.ofDays(30);

  private final Path file;

  BanFile(Path file) {
    this.file = file;
  }

  /**
   * A ban in terms of the calendar.
   *
   * @param count the how manieth it is of this peer
   * @param until when it ends
   * @param forgotten when it does not count any more
   */
  record Kept(PeerId peer, String reason, int count, Instant until, Instant forgotten) {}

  /** What is not forgotten yet; nothing where there is no file, or it cannot be read. */
  List<Kept> read(Instant now) {
    List<Kept> kept = new ArrayList<>();
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException(
            "%d bytes (expected: at most %d)".formatted(Files.size(file), MAX_BYTES));
      }
      for (String line : Files.readAllLines(file)) {
        readLine(line, now, kept);
      }
    } catch (NoSuchFileException none) {
      LOG.debug("{} is not there yet", file);
    } catch (IOException e) {
      LOG.warn("{}: bans of earlier runs are not known: {}", file, e.toString());
    }
    int surplus = Math.max(0, kept.size() - BanList.MAX_PEERS);
    return List.copyOf(kept.subList(surplus, kept.size()));
  }

  /** What somebody spoilt with an editor is left out, and said. */
  private void readLine(String line, Instant now, List<Kept> into) {
    String[] parts = line.split(" ", 5);
    try {
      if (parts.length < 5) {
        throw new IllegalArgumentException("fields: " + parts.length + " (expected: 5)");
      }
      Instant latest = now.plus(MAX_LEFT);
      Kept kept =
          new Kept(
              PeerId.parse(parts[0]),
              oneLine(parts[4]),
              Math.clamp(Integer.parseInt(parts[1]), 1, MAX_COUNT),
              earlier(Instant.parse(parts[2]), latest),
              earlier(Instant.parse(parts[3]), latest));
      if (kept.forgotten().isAfter(now)) {
        into.add(kept);
      }
    } catch (IllegalArgumentException | DateTimeException malformed) {
      LOG.warn("{}: a line is ignored: {}", file, malformed.getMessage());
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** Replaces the file; durable when this returns. */
  void write(List<Kept> bans) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Kept ban : bans) {
      text.append(ban.peer()).append(' ').append(ban.count()).append(' ');
      text.append(ban.until().truncatedTo(ChronoUnit.MILLIS)).append(' ');
      text.append(ban.forgotten().truncatedTo(ChronoUnit.MILLIS)).append(' ');
      text.append(oneLine(ban.reason())).append('\n');
    }
    PrivateFile.replace(file, text.toString());
  }

  /** A stranger's words may be in it. */
  private static String oneLine(String reason) {
    String plain = reason.replaceAll("\\p{C}|[\\u2028\\u2029]", "?");
    return plain.length() > MAX_REASON_CHARS ? plain.substring(0, MAX_REASON_CHARS) : plain;
  }
}
