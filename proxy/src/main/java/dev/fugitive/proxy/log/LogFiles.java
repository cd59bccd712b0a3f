package dev.fugitive.proxy.log;

import dev.fugitive.cache.file.PrivateFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The files of one log: the one that is written, and those before it, numbered from the latest.
 *
 * @param current the file that is written
 * @param kept how many are kept beside it
 */
public record LogFiles(Path current, int kept) {
  /** Of the fetches; in the state directory. */
  public static LogFiles access(Path stateDir) {
    return new LogFiles(stateDir.resolve("access.log"), 2);
  }

  /** Of the program itself; in the state directory. */
  public static LogFiles program(Path stateDir) {
    return new LogFiles(stateDir.resolve("fugitive.log"), 2);
  }

  /** Those that are there, the oldest first. */
  public List<Path> existing() {
    List<Path> files = new ArrayList<>(List.of(current));
    for (int i = 1; i <= kept; i++) {
      files.add(numbered(i));
    }
    Collections.reverse(files);
    return files.stream().filter(Files::exists).toList();
  }

  /** Moves each file one further, and the last one out. */
  void rotate() throws IOException {
    Files.deleteIfExists(numbered(kept));
    for (int i = kept - 1; i >= 0; i--) {
      Path from = i == 0 ? current : numbered(i);
      if (Files.exists(from)) {
        Files.move(from, numbered(i + 1));
      }
    }
  }

  /** Makes a file that its owner alone may read, unless it is there. */
  static void createPrivate(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try {
      Files.createFile(file, PrivateFile.attributes(file));
    } catch (FileAlreadyExistsException alreadyThere) {
      PrivateFile.closeToOthers(file);
    }
  }

  private Path numbered(int number) {
    return current.resolveSibling(current.getFileName() + "." + number);
  }
}
