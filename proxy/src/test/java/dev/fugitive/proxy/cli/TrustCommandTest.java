package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.proxy.text.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of trusted keys on the command line. */
final class TrustCommandTest {
  private static final String ALICE = Identity.generate().peerId().toString();
  private static final String OFFICE = Identity.generate().peerId().toString();

  @TempDir Path home;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private int run(String... arguments) {
    said.reset();
    PrintStream printed = new PrintStream(said, true, StandardCharsets.UTF_8);
    return CommandLines.run(
        new Console(
            printed,
            printed,
            Optional.empty(),
            Terminal.NONE,
            Map.of(),
            "Linux",
            home,
            System::nanoTime,
            running -> {}),
        arguments);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void keysAreAddedListedAndRemovedByNameOrKey() {
    assertThat(run("trust", "add", ALICE, "--name", "Alice's laptop")).isZero();
    assertThat(said()).contains("trusted: Alice's laptop", ALICE);
    assertThat(run("trust", "add", OFFICE)).isZero();
    assertThat(run("trust", "list")).isZero();
    assertThat(said()).contains(ALICE, "Alice's laptop", OFFICE);
    assertThat(home.resolve(".config/fugitive/trust")).exists();

    assertThat(run("trust", "remove", "Alice's laptop")).isZero();
    assertThat(run("trust", "remove", OFFICE)).isZero();
    assertThat(run("trust", "list")).isZero();
    assertThat(said()).startsWith("no keys yet");
  }

  @Test
  void aNameStandsForOneKey() {
    assertThat(run("trust", "add", ALICE, "--name", "Alice")).isZero();
    assertThat(run("trust", "add", OFFICE, "--name", "Alice")).isNotZero();
    assertThat(said()).contains("--name: Alice is " + ALICE);
    assertThat(run("trust", "add", ALICE, "--name", "Alice B.")).isZero();
    assertThat(run("trust", "list")).isZero();
    assertThat(said()).contains("Alice B.").hasLineCount(1);
  }

  @Test
  void onesOwnKeyIsNoNews() {
    assertThat(run("key")).isZero();
    String own = said().strip();

    assertThat(run("trust", "add", own, "--name", "me")).isEqualTo(ExitStatus.USAGE);

    assertThat(said()).contains(own + " is this node's own").hasLineCount(1);
    assertThat(home.resolve(".config/fugitive/trust")).doesNotExist();
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThat(run("trust", "add", "nonsense")).isNotZero();
    assertThat(said()).contains("nonsense", "expected: ed25519:BASE64");
    assertThat(run("trust", "remove", "nobody")).isNotZero();
    assertThat(said()).contains("nobody (expected: a key or name of the list)");
    assertThat(run("trust")).isNotZero();
    assertThat(said()).contains("expected: add, list, remove");
  }
}
