package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose settings the program reads and changes. */
final class MainTest {
  @TempDir Path directory;

  @Test
  void theEnvironmentsHomeCountsAsItDoesForTheMachinesOwnTools() {
    assertThat(Main.home(Map.of("HOME", "/home/a"), "/home/b")).isEqualTo(Path.of("/home/a"));
  }

  @Test
  void withoutOneItIsTheJdks() {
    assertThat(Main.home(Map.of(), "/home/b")).isEqualTo(Path.of("/home/b"));
    assertThat(Main.home(Map.of("HOME", ""), "/home/b")).isEqualTo(Path.of("/home/b"));
  }

  @Test
  void theProgramKeepsWhatItKeepsInThatHome() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    Path jdks = Files.createDirectory(directory.resolve("jdks"));
    Process program = program(home, jdks, "ca", "init", "--host", "a.example");
    assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(program.exitValue()).as(said).isZero();
    assertThat(home).isNotEmptyDirectory();
    assertThat(jdks).isEmptyDirectory();
  }

  private static Process program(Path home, Path jdks, String... arguments) throws IOException {
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + jdks,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName());
    program.command().addAll(List.of(arguments));
    program.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    program.environment().put("HOME", home.toString());
    return program.redirectErrorStream(true).start();
  }
}
