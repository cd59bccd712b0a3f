package dev.fugitive.client.limits;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of an account: a line for each month, {@code 2026-11 1234567}, the month that was used
 * last at the end. It is replaced as a whole, so it is always one that was written.
 */
final class MonthFile {
  private static final Logger LOG = LoggerFactory.getLogger(MonthFile.class);
  private static final long MAX_BYTES = 64 * 1024;

  private final Path file;

  MonthFile(Path file) {
    this.file = file;
  }

  /** The months, in the order in which they were used; nothing where there is no file yet. */
  Map<YearMonth, Long> read() throws IOException {
    Map<YearMonth, Long> months = new LinkedHashMap<>();
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException(
            file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
      }
      for (String line : Files.readAllLines(file)) {
        readLine(line, months);
      }
    } catch (NoSuchFileException none) {
      LOG.debug("{} is not there yet", file);
    }
    return months;
  }

  /** What somebody spoilt with an editor is left out, and said. */
  private void readLine(String line, Map<YearMonth, Long> months) {
    String[] parts = line.strip().split(" ", -1);
    try {
      if (parts.length == 2 && Long.parseLong(parts[1]) >= 0) {
        months.put(YearMonth.parse(parts[0]), Long.parseLong(parts[1]));
        return;
      }
    } catch (NumberFormatException | DateTimeException malformed) {
      LOG.debug("{}: {}", file, malformed.getMessage());
    }
    LOG.warn("{}: {} (expected: YYYY-MM BYTES); the line is ignored", file, line);
  }

  /** Replaces the file; durable when this returns. */
  void write(Map<YearMonth, Long> months) throws IOException {
    StringBuilder text = new StringBuilder();
    months.forEach((month, bytes) -> text.append(month).append(' ').append(bytes).append('\n'));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var bytes = StandardCharsets.UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
