package dev.fugitive.cache.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
  @TempDir Path directory;

  @Test
  void whatIsWrittenIsItsOwnersAlone() throws IOException {
    Path file = directory.resolve("state/secret");

    assertThat(PrivateFile.writeNew(file, "one\n")).isTrue();

    assertThat(file).hasContent("one\n");
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(PrivateFile.openness(file)).isEmpty();
  }

  @Test
  void whatIsThereIsNotOverwrittenUnasked() throws IOException {
    Path file = directory.resolve("secret");
    PrivateFile.writeNew(file, "one\n");

    assertThat(PrivateFile.writeNew(file, "two\n")).isFalse();
    assertThat(file).hasContent("one\n");
    assertThat(names()).containsExactly("secret");
  }

  @Test
  void whatIsReplacedIsClosedToOthersToo() throws IOException {
    Path file = directory.resolve("secret");
    Files.writeString(file, "open");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(PrivateFile.openness(file)).contains("rw-r--r--");

    PrivateFile.replace(file, "closed");

    assertThat(file).hasContent("closed");
    assertThat(PrivateFile.openness(file)).isEmpty();
    assertThat(names()).containsExactly("secret");
  }

  @Test
  void aNewDirectoryIsItsOwnersAloneAndOneThatIsThereIsLeft() throws IOException {
    Path made = directory.resolve("on/the way/state");
    PrivateFile.makeDirectory(made);
    PrivateFile.makeDirectory(made);
    assertThat(permissions(made)).isEqualTo("rwx------");

    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-x---"));
    PrivateFile.makeDirectory(made);
    assertThat(permissions(made)).isEqualTo("rwxr-x---");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }
}
