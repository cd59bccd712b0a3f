package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's Chromium on HTTPS pages, behind a node whose user made a CA for one of the hosts. */
class DecryptedBrowserTest {
  private static final String NAMED = SecureOrigin.DECRYPTED_NAME;
  private static final String OTHER = SecureOrigin.TUNNELLED_NAME;

  @TempDir Path directory;

  @Test
  void aNamedHostIsDecryptedAndAnyOtherStaysATunnel() throws Exception {
    try (SecureOrigin origin = SecureOrigin.start(directory.resolve("origin"))) {
      origin.nginx().publish("named.html", utf8("<body>the named one</body>"));
      origin.nginx().publish("other.html", utf8("<body>the other one</body>"));
      fugitive("ca", "init", "--host", NAMED);
      fugitive("ca", "install", "--store", "nss");
      trust(origin.authorityFile());
      try (NodeProcess node = node(origin);
          Chromium browser = browser(node)) {
        Loaded named = only(browser, origin.url(NAMED, "named.html"));
        assertThat(browser.evaluate("document.body.innerText")).isEqualTo("the named one");
        assertThat(named.certificateIssuer().orElseThrow()).startsWith("Fugitive CA ");
        assertThat(named.protocol()).isEqualTo("h2");
        assertThat(named.source().orElseThrow().from(Provenance.ORIGIN)).isPositive();

        Loaded other = only(browser, origin.url(OTHER, "other.html"));
        assertThat(browser.evaluate("document.body.innerText")).isEqualTo("the other one");
        assertThat(other.certificateIssuer()).contains(SecureOrigin.AUTHORITY_NAME);
        assertThat(other.protocol()).isEqualTo("http/1.1");
        assertThat(other.headers()).doesNotContainKeys("Fugitive-Source", "Via");
        assertThat(node.control("/status"))
            .containsPattern("\"connect-decrypted\":[1-9]")
            .containsPattern("\"connect-host-not-named\":[1-9]");
      }
    }
  }

  /** Runs the program to its end, as the user of the browser would. */
  private void fugitive(String... arguments) throws IOException, InterruptedException {
    Path output = directory.resolve("ca.log");
    Map<String, String> user = Map.of("HOME", home().toString());
    Command.succeeds(Program.start(state(), output, List.of(arguments), List.of(), user), output);
  }

  /** Puts an authority beside ours in the browser's database. */
  private void trust(Path authority) throws IOException, InterruptedException {
    String database = "sql:" + home().resolve(".pki/nssdb");
    String file = authority.toString();
    Command.run(
        directory, "certutil", "-A", "-d", database, "-n", "origin", "-t", "C,,", "-i", file);
  }

  private NodeProcess node(SecureOrigin origin) throws IOException {
    List<String> options =
        List.of(
            "--rendezvous",
            "none",
            "--decrypt",
            NAMED,
            "--trust-origin",
            origin.authority(NAMED),
            "--trust-origin",
            origin.authority(OTHER));
    return NodeProcess.start(state(), options, origin.jvmOptions(), Map.of());
  }

  private Chromium browser(NodeProcess node) throws IOException {
    String pac = "--proxy-pac-url=http://127.0.0.1:" + node.port() + "/proxy.pac";
    return Chromium.start(
        directory.resolve("browser"), List.of(pac), Map.of("HOME", home().toString()));
  }

  /** Where the node and the commands for its CA keep what is theirs. */
  private Path state() {
    return directory.resolve("node");
  }

  private Path home() {
    return directory.resolve("home");
  }

  private static Loaded only(Chromium browser, String url) {
    Loaded loaded = browser.load(url).get(url);
    assertThat(loaded).isNotNull();
    assertThat(loaded.status()).isEqualTo(200);
    return loaded;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
