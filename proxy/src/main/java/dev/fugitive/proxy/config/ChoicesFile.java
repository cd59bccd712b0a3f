package dev.fugitive.proxy.config;

import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The file in the state directory that keeps {@link Choices}: lines of {@code key = value}, as in
 * the configuration file, and two of its own.
 *
 * <pre>
 * share = on
 * share-answered = 2026-11-21T08:00:00Z terminal
 * upload-month = 5g
 * paused-until = 2026-11-21T09:00:00Z
 * </pre>
 *
 * It is replaced as a whole and durably, so what is there is always what somebody chose.
 */
public final class ChoicesFile {
  private static final long MAX_BYTES = 64 * 1024;
  private static final String CONSENT = "share-answered";
  private static final String PAUSE = "paused-until";
  private static final String UNTIL_RESUMED = "resumed";
  private static final String COMMENT =
      "# What was chosen while Fugitive ran. Flags, the environment and the configuration file win"
          + " over it.\n";

  private final Path file;

  public ChoicesFile(Path stateDir) {
    this.file = stateDir.resolve("choices");
  }

  /** What was chosen; nothing where there is no file. */
  public Choices read() throws SettingsException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new SettingsException(
            file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
      }
      return parse(Files.readAllLines(file));
    } catch (NoSuchFileException nothingChosen) {
      return Choices.NONE;
    } catch (IOException unreadable) {
      throw new SettingsException(file + ": cannot be read (" + unreadable + ")");
    }
  }

  private Choices parse(List<String> lines) throws SettingsException {
    List<String> settings = new ArrayList<>();
    Optional<Choices.Consent> consent = Optional.empty();
    Optional<Instant> pausedUntil = Optional.empty();
    for (String line : lines) {
      String[] sides = line.split("=", 2);
      String key = sides[0].strip();
      String value = sides.length > 1 ? sides[1].strip() : "";
      switch (key) {
        case CONSENT -> consent = Optional.of(consent(value));
        case PAUSE -> pausedUntil = Optional.of(pause(value));
        default -> settings.add(line);
      }
    }
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Map.Entry<Setting, Given> given : ConfigFile.parse(settings, file.toString()).entrySet()) {
      values.put(given.getKey(), given.getValue().only());
    }
    return new Choices(values, consent, pausedUntil);
  }

  private Choices.Consent consent(String value) throws SettingsException {
    String[] parts = value.split(" ", 2);
    try {
      return new Choices.Consent(
          Instant.parse(parts[0]),
          Choices.How.valueOf(parts.length > 1 ? parts[1].toUpperCase(Locale.ROOT) : ""));
    } catch (DateTimeException | IllegalArgumentException malformed) {
      throw refused(CONSENT, value, "a time and terminal, command or dashboard");
    }
  }

  private Instant pause(String value) throws SettingsException {
    try {
      return value.equals(UNTIL_RESUMED) ? UploadPolicy.UNTIL_RESUMED : Instant.parse(value);
    } catch (DateTimeException malformed) {
      throw refused(PAUSE, value, "a time, or " + UNTIL_RESUMED);
    }
  }

  private SettingsException refused(String key, String value, String expected) {
    return new SettingsException(
        file + ": " + key + ": " + value + " (expected: " + expected + ")");
  }

  /** Remembers what was chosen, in place of what was before. */
  public void write(Choices choices) throws SettingsException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path draft = file.resolveSibling(file.getFileName() + ".new");
      try (FileChannel channel =
          FileChannel.open(
              draft,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text(choices));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new SettingsException(file + ": cannot be written (" + FileWords.of(unwritable) + ")");
    }
  }

  private static String text(Choices choices) {
    StringBuilder text = new StringBuilder(COMMENT);
    new TreeMap<>(choices.values()).forEach((setting, value) -> line(text, setting.key(), value));
    choices
        .consent()
        .ifPresent(given ->
            line(text, CONSENT, given.when() + " " + given.how().name().toLowerCase(Locale.ROOT)));
    choices
        .pausedUntil()
        .ifPresent(
            end -> line(text, PAUSE, end.equals(UploadPolicy.UNTIL_RESUMED) ? UNTIL_RESUMED : end));
    return text.toString();
  }

  private static void line(StringBuilder text, String key, Object value) {
    text.append(key).append(" = ").append(value).append('\n');
  }
}
