package dev.fugitive.cache.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoleUseTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("lock");
  }

  @Test
  void nobodyInThisProcessHasItTwice() throws IOException {
    Path otherName = Files.createSymbolicLink(directory.resolve("link"), directory).resolve("lock");
    SoleUse first = SoleUse.tryTake(file).orElseThrow();
    assertThat(SoleUse.tryTake(file)).isEmpty();
    assertThat(SoleUse.tryTake(otherName)).isEmpty();
    System.gc();
    assertThat(SoleUse.tryTake(file)).as("after a collection").isEmpty();
    first.close();
    try (SoleUse second = SoleUse.tryTake(otherName).orElseThrow()) {
      first.close();
      assertThat(SoleUse.tryTake(file)).as("closed twice").isEmpty();
      assertThat(second).isNotNull();
    }
  }

  @Test
  void noOtherProcessHasItEvenWhenThisOneHasAskedTwice() throws Exception {
    try (SoleUse first = SoleUse.tryTake(file).orElseThrow()) {
      assertThat(SoleUse.tryTake(file)).isEmpty();
      assertThat(takenByAnotherProcess()).isEqualTo("false");
      assertThat(first).isNotNull();
    }
    assertThat(takenByAnotherProcess()).isEqualTo("true");
  }

  @Test
  void whereNoFileCanBeNothingIsTaken() throws IOException {
    Path nowhere = directory.resolve("none").resolve("lock");
    assertThatThrownBy(() -> SoleUse.tryTake(nowhere)).isInstanceOf(IOException.class);
    Files.createDirectory(nowhere.getParent());
    try (SoleUse made = SoleUse.tryTake(nowhere).orElseThrow()) {
      assertThat(made).isNotNull();
    }
  }

  private String takenByAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Another.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = process.inputReader()) {
      return String.valueOf(out.readLine());
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Says whether it could take the file. */
  static final class Another {
    private Another() {}

    public static void main(String[] arguments) throws IOException {
      System.out.println(SoleUse.tryTake(Path.of(arguments[0])).isPresent());
    }
  }
}
