package dev.fugitive.client.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The machine's time zone, also after it has changed: Java looks once, and a laptop travels.
 *
 * <p>Where {@code /etc/localtime} is a link into the zone database, as on Linux and macOS, it is
 * followed each time. A program that was told another zone than the machine's keeps to that one.
 */
public final class LocalZone implements Supplier<ZoneId> {
  private static final Path LINK = Path.of("/etc/localtime");
  private static final String DATABASE = "zoneinfo/";

  private final Path link;
  private final boolean follows;

  public LocalZone() {
    this(LINK);
  }

  LocalZone(Path link) {
    this.link = link;
    this.follows = linked().filter(ZoneId.systemDefault()::equals).isPresent();
  }

  @Override
  public ZoneId get() {
    return follows ? linked().orElseGet(ZoneId::systemDefault) : ZoneId.systemDefault();
  }

  private Optional<ZoneId> linked() {
    try {
      String target = Files.readSymbolicLink(link).toString();
      int name = target.lastIndexOf(DATABASE);
      return name < 0
          ? Optional.empty()
          : Optional.of(ZoneId.of(target.substring(name + DATABASE.length())));
    } catch (IOException | DateTimeException | UnsupportedOperationException noZone) {
      return Optional.empty();
    }
  }
}
