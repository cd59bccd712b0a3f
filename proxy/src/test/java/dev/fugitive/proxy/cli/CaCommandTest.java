package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.text.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a CA on the command line, with a real NSS database in a home of its own. */
final class CaCommandTest {
  @TempDir Path home;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "PATH",
              System.getenv().getOrDefault("PATH", ""),
              "FUGITIVE_LISTEN",
              "127.0.0.1:0",
              "FUGITIVE_RENDEZVOUS",
              "none"));

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return CommandLines.run(
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional.empty(),
            Terminal.NONE,
            environment,
            "Linux",
            home,
            System::nanoTime,
            CaCommandTest::closeAtOnce),
        arguments);
  }

  private static void closeAtOnce(AutoCloseable running) {
    try {
      running.close();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private Path key() {
    return home.resolve(".local/state/fugitive/ca/ca-key.pem");
  }

  @Test
  void itIsMadeShownAndKeptForItsOwner() throws IOException {
    assertThat(run("ca", "init", "--host", "*.example.org", "--host", "one.test")).isZero();
    assertThat(said()).contains("CN=Fugitive CA ", "hosts        example.org, one.test");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key())))
        .isEqualTo("rw-------");
    assertThat(run("ca", "show")).isZero();
    assertThat(said()).contains("sha256", "expires", "nss: not installed");
  }

  @Test
  void theSameHostsKeepItAndOthersReplaceIt() throws IOException {
    run("ca", "init", "--host", "a.example");
    String before = Files.readString(key());
    assertThat(run("ca", "init", "--host", "a.example")).isZero();
    assertThat(said()).contains("unchanged");
    assertThat(Files.readString(key())).isEqualTo(before);
    assertThat(run("ca", "init", "--host", "a.example,b.example")).isZero();
    assertThat(said()).contains("replaces ", "which is trusted no more", "nss: not there");
    assertThat(Files.readString(key())).isNotEqualTo(before);
  }

  @Test
  void theHostsOfTheConfigurationAreTakenWhereNoneIsGiven() {
    environment.put("FUGITIVE_DECRYPT", "a.example, *.b.example");
    assertThat(run("ca", "init")).isZero();
    assertThat(said()).contains("a.example, b.example");
  }

  @Test
  void whatCannotBeDoneIsRefusedInOneLine() {
    assertThat(run("ca")).isEqualTo(2);
    assertThat(run("ca", "show")).isEqualTo(2);
    assertThat(said()).contains("no CA (expected: one made with 'fugitive ca init");
    assertThat(run("ca", "init")).isEqualTo(2);
    assertThat(said()).contains("--host: none");
    assertThat(run("ca", "init", "--host", "10.0.0.1")).isEqualTo(2);
    assertThat(said()).contains("--host: 10.0.0.1 (expected: HOST or *.HOST");
    assertThat(run("proxy", "--decrypt", "10.0.0.1")).isEqualTo(2);
    assertThat(said()).contains("--decrypt: 10.0.0.1");
    assertThat(run("proxy", "--decrypt", "a.example")).isEqualTo(2);
    assertThat(said())
        .contains("--decrypt: no valid CA (expected: one made with 'fugitive ca init");
    run("ca", "init", "--host", "a.example");
    assertThat(run("proxy", "--decrypt", "b.example")).isEqualTo(2);
    assertThat(said()).contains("--decrypt: b.example (expected: within a.example");
    assertThat(run("proxy", "--decrypt", "a.example", "--no-decrypt", "x.a.example")).isZero();
    assertThat(run("ca", "install", "--store", "moon")).isEqualTo(2);
    assertThat(said()).contains("--store: moon (expected: system, nss)");
  }

  @Test
  void chromiumsDatabaseIsMadeChangedAndCleaned() {
    run("ca", "init", "--host", "a.example");
    assertThat(run("ca", "install", "--store", "nss")).isZero();
    assertThat(said()).contains("nss: installed in ");
    run("ca", "show");
    assertThat(said()).contains("nss: installed, ");
    assertThat(run("ca", "install", "--store", "nss")).isZero();
    assertThat(run("ca", "uninstall", "--store", "nss")).isZero();
    assertThat(said()).contains("nss: removed from ");
    assertThat(run("ca", "uninstall", "--store", "nss")).isZero();
    assertThat(said()).contains("nss: not there");
  }

  @Test
  void anAuthorityForOtherHostsIsNoLongerTrusted() {
    run("ca", "init", "--host", "a.example");
    run("ca", "install", "--store", "nss");
    assertThat(run("ca", "init", "--host", "b.example")).isZero();
    assertThat(said()).contains("nss: removed from ", "No program trusts it yet");
    run("ca", "show");
    assertThat(said()).contains("nss: not installed");
  }

  @Test
  void whoTrustsItCanBeSeenAndUndoneWithoutAGoodKey() throws IOException {
    run("ca", "init", "--host", "a.example");
    assertThat(run("ca", "install", "--store", "nss")).isZero();
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(run("ca", "install", "--store", "nss")).isEqualTo(2);
    assertThat(run("ca", "show")).isZero();
    assertThat(said()).contains("nss: installed, ", "is open to others: rw-r--r--");
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-------"));
    Files.write(key(), new byte[] {-1, 0, 1});
    assertThat(run("ca", "show")).isZero();
    assertThat(said()).contains("hosts        a.example", "is damaged: no PRIVATE KEY");
    assertThat(run("ca", "uninstall", "--store", "nss")).isZero();
    assertThat(said()).contains("nss: removed from ");
  }

  @Test
  void aMissingToolIsNamedWithWhatToRun() {
    environment.put("PATH", home.toString());
    run("ca", "init", "--host", "a.example");
    assertThat(run("ca", "install", "--store", "nss")).isZero();
    assertThat(said())
        .contains("certutil is missing: apt install libnss3-tools", "certutil -A -d sql:");
  }
}
