package dev.fugitive.cache.store;

import dev.fugitive.cache.file.SoleUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Takes a directory for one store alone. */
final class DirectoryLock {
  private static final String NAME = "fugitive-store";

  private DirectoryLock() {}

  /** Takes one that is a store, or is empty and becomes one. */
  static SoleUse take(Path directory) throws IOException {
    Path path = directory.resolve(NAME);
    if (!Files.exists(path) && !isEmpty(directory)) {
      throw new IOException(
          "store directory: " + directory + " holds other files (expected: empty, or a store)");
    }
    return SoleUse.tryTake(path)
        .orElseThrow(() ->
            new DirectoryInUseException(
                "store directory: "
                    + directory
                    + " is in use (expected: no other process has it)"));
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }
}
