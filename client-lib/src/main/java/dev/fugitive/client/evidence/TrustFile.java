package dev.fugitive.client.evidence;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.TrustedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The user's list of trusted keys: lines of {@code KEY SINCE NAME}; {@code #} begins a comment. It
 * is always written whole and moved into place, so that a reader finds the old one or the new.
 */
public final class TrustFile {
  /** So many keys a list may have. */
  public static final int MAX_KEYS = 1000;

  private static final long MAX_BYTES = 1 << 20;

  private final Path path;

  /** The list in this file, which need not be there. */
  public TrustFile(Path path) {
    this.path = path;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Which version of the list is there: another value where it may have changed.
   *
   * @throws IOException where that cannot be seen
   */
  Optional<String> version() throws IOException {
    return Files.exists(path)
        ? Optional.of(Files.getLastModifiedTime(path) + "/" + Files.size(path))
        : Optional.empty();
  }

  /**
   * The keys of the list; none where there is no file.
   *
   * @throws IOException where it cannot be read or a line is not as expected; the message says
   *     which
   */
  public List<TrustedKey> read() throws IOException {
    if (!Files.exists(path)) {
      return List.of();
    }
    if (Files.size(path) > MAX_BYTES) {
      throw new IOException(
          path + ": " + Files.size(path) + " bytes (expected: at most " + MAX_BYTES + ")");
    }
    List<TrustedKey> keys = new ArrayList<>();
    List<String> lines = Files.readAllLines(path);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        keys.add(parse(line, i + 1));
      }
    }
    return List.copyOf(keys);
  }

  private TrustedKey parse(String line, int number) throws IOException {
    String[] fields = line.split("\\s+", 3);
    try {
      return new TrustedKey(
          PeerId.parse(fields[0]),
          fields.length > 2 ? fields[2] : "",
          fields.length > 1 ? Instant.parse(fields[1]) : Instant.EPOCH);
    } catch (IllegalArgumentException | DateTimeException malformed) {
      throw new IOException(
          "%s:%d: %s (expected: KEY SINCE NAME)".formatted(path, number, malformed.getMessage()),
          malformed);
    }
  }

  /** Adds a key, or gives it another name. */
  public void add(TrustedKey added) throws IOException {
    List<TrustedKey> keys = new ArrayList<>(read());
    keys.removeIf(known -> known.key().equals(added.key()));
    if (keys.size() == MAX_KEYS) {
      throw new IOException(path + ": keys: " + MAX_KEYS + " (expected: fewer)");
    }
    keys.add(added);
    write(keys);
  }

  /** Takes a key out; false where it is not there. */
  public boolean remove(PeerId key) throws IOException {
    List<TrustedKey> keys = new ArrayList<>(read());
    boolean known = keys.removeIf(each -> each.key().equals(key));
    if (known) {
      write(keys);
    }
    return known;
  }

  private void write(List<TrustedKey> keys) throws IOException {
    StringBuilder text = new StringBuilder("# Keys whose vouchers count: KEY SINCE NAME\n");
    for (TrustedKey key : keys) {
      text.append(key.key()).append(' ').append(key.since()).append(' ').append(key.name());
      text.append('\n');
    }
    Path directory = path.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path fresh = Files.createTempFile(directory, path.getFileName().toString(), ".new");
    try {
      Files.writeString(fresh, text);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
