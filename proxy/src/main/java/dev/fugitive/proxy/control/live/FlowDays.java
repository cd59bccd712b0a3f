package dev.fugitive.proxy.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What flowed on each day, in a small file of text that is replaced whole: a crash loses what came
 * since it was written last, and nothing else.
 *
 * <pre>
 * fugitive-flow-1
 * 2026-01-31 memory=1 disk=2 tier1=3 tier2=4 origin=5 sent=6
 * </pre>
 *
 * <p>Figures for people: what a limit is held to has an account of its own. Safe for use by several
 * threads; {@link #save} is called by one at a time.
 */
public final class FlowDays {
  /** Days that are kept: more than any month, and the month before. */
  static final int MAX_DAYS = 62;

  private static final Logger LOG = LoggerFactory.getLogger(FlowDays.class);
  private static final String FORMAT = "fugitive-flow-1";
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private final Path file;

  @GuardedBy("this")
  private final NavigableMap<LocalDate, Flow> days;

  @GuardedBy("this")
  private boolean changed;

  private FlowDays(Path file, NavigableMap<LocalDate, Flow> days) {
    this.file = file;
    this.days = days;
  }

  /** Goes on where the file ends; what cannot be read is said in the log, and begun anew. */
  public static FlowDays open(Path file) {
    try {
      return new FlowDays(file, read(file));
    } catch (NoSuchFileException none) {
      return new FlowDays(file, new TreeMap<>());
    } catch (IOException unreadable) {
      LOG.warn("the figures of past days are lost: {}", unreadable.getMessage());
      return new FlowDays(file, new TreeMap<>());
    }
  }

  private static NavigableMap<LocalDate, Flow> read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException(file + ": longer than " + MAX_FILE_BYTES + " bytes");
    }
    String[] lines = Files.readString(file).split("\n", -1);
    if (!lines[0].equals(FORMAT)) {
      throw new IOException(file + ": " + lines[0] + " (expected: " + FORMAT + ")");
    }
    NavigableMap<LocalDate, Flow> days = new TreeMap<>();
    for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      try {
        String[] parts = lines[i].split(" ", 2);
        days.put(LocalDate.parse(parts[0]), flow(parts[1]));
      } catch (DateTimeException | IndexOutOfBoundsException | NumberFormatException malformed) {
        throw new IOException(file + ": line " + (i + 1) + " is malformed", malformed);
      }
    }
    return days;
  }

  private static Flow flow(String members) {
    Map<String, Long> named = new TreeMap<>();
    for (String member : members.split(" ", -1)) {
      int sign = member.indexOf('=');
      named.put(member.substring(0, sign), Long.parseLong(member.substring(sign + 1)));
    }
    return Flow.of(place -> named.getOrDefault(place.token(), 0L), named.getOrDefault("sent", 0L));
  }

  /** So much flowed today. */
  public synchronized void add(LocalDate today, Flow flowed) {
    if (flowed.equals(Flow.NONE)) {
      return;
    }
    days.merge(today, flowed, Flow::plus);
    changed = true;
    while (days.size() > MAX_DAYS) {
      days.pollFirstEntry();
    }
  }

  /** What flowed on a day. */
  public synchronized Flow on(LocalDate day) {
    return days.getOrDefault(day, Flow.NONE);
  }

  /** What flowed in a month, as far as it is known. */
  public synchronized Flow in(YearMonth month) {
    return days.subMap(month.atDay(1), true, month.atEndOfMonth(), true).values().stream()
        .reduce(Flow.NONE, Flow::plus);
  }

  /** Writes the file, if anything has changed since. */
  public void save() throws IOException {
    String text;
    synchronized (this) {
      if (!changed) {
        return;
      }
      changed = false;
      text = text();
    }
    try {
      replace(text);
    } catch (IOException unwritten) {
      synchronized (this) {
        changed = true;
      }
      throw unwritten;
    }
  }

  @GuardedBy("this")
  private String text() {
    StringBuilder text = new StringBuilder(FORMAT).append('\n');
    days.forEach((day, flow) -> {
      text.append(day);
      for (Provenance place : Provenance.values()) {
        text.append(' ').append(place.token()).append('=').append(flow.from(place));
      }
      text.append(" sent=").append(flow.sentBytes()).append('\n');
    });
    return text.toString();
  }

  private void replace(String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
