package dev.fugitive.bench.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that is gone with all that is in it when the benchmark ends. */
public record Scratch(Path directory) implements AutoCloseable {
  public static Scratch make(String prefix) throws IOException {
    return new Scratch(Files.createTempDirectory(prefix));
  }

  /** A directory within. */
  public Path sub(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  @Override
  public void close() throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(directory)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
