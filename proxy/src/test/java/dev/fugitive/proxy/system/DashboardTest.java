package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a node that has a peer and traffic, in Debian's Chromium. */
class DashboardTest {
  private static final int LARGE = 8 * 1024 * 1024;
  private static final int TAB = 9;
  private static final int SPACE = 32;
  private static final int MOST_TABS = 200;

  @TempDir Path directory;

  @Test
  void itShowsWhatTheNodeDoesAndIsUsedByKeyboardInTheDarkAndOnAPhone() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"));
        NodeProcess alice = new Nodes(directory, origin.authority()).start("alice")) {
      origin.publish("large.bin", Bodies.random(LARGE));
      origin.publish("small.txt", Bodies.text(2000));
      Fetched.get(alice, origin.url("large.bin"));
      try (NodeProcess bob = receivingOnly(origin, alice);
          Chromium browser = Chromium.start(directory.resolve("browser"), List.of())) {
        bob.awaitPeers(1);
        Fetched.get(bob, origin.url("small.txt"));
        origin.stop();
        awaitFromPeer(bob, origin.url("large.bin"));
        awaitKept(bob);
        Fetched.get(bob, origin.url("large.bin"));
        browser.dress(1280, 1000, false, true);

        browser.load(linkOf(bob));

        awaits(browser, "document.getElementById('state-words').textContent", "1 peer");
        assertThat(browser.evaluate("location.hash + location.search")).isEmpty();
        showsFigures(browser);
        keep(browser, "light");
        isUsedByKeyboard(browser, bob);
        adapts(browser);
        forgetsOnDemand(browser, origin);
      }
    }
  }

  @Test
  void withoutTheTokenItShowsNothingPrivateAndChangesNothing() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"));
        NodeProcess node =
            NodeProcess.start(
                directory.resolve("node"),
                List.of("--rendezvous", "none", "--trust-origin", origin.authority()));
        Chromium browser = Chromium.start(directory.resolve("browser"), List.of())) {
      origin.publish("secret.txt", Bodies.text(2000));
      Fetched.get(node, origin.url("secret.txt"));

      browser.load("http://127.0.0.1:" + node.port() + "/");

      awaits(browser, "document.getElementById('state-words').textContent", "Running");
      awaits(browser, "document.body.innerText", "unlock this page");
      assertThat(browser.evaluate("document.body.innerText")).doesNotContain("secret.txt");
      assertThat(browser.evaluate("document.getElementById('token-card').hidden"))
          .isEqualTo("false");
      awaits(browser, "document.getElementById('limit-share')?.disabled", "true");
      browser.evaluate("location.hash = '#token=" + "A".repeat(43) + "'");
      awaits(browser, "document.getElementById('told').textContent", "not the right one");
      assertThat(browser.evaluate("sessionStorage.length")).isEqualTo("0");
      assertThat(browser.evaluate("document.body.innerText")).doesNotContain("secret.txt");
    }
  }

  /** The origin is gone, so nobody but the peer can give it, however slow this machine is. */
  private static void awaitFromPeer(NodeProcess node, String url) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(Fetched.get(node, url).source().from(Provenance.TIER1)).isEqualTo(LARGE));
  }

  /** Whoever asks before shares in the fetch that is ending, and gets the peer's bytes again. */
  private static void awaitKept(NodeProcess node) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> node.control("/status").contains("\"resources\":2,"));
  }

  private NodeProcess receivingOnly(NginxOrigin origin, NodeProcess first) throws Exception {
    Path bob = directory.resolve("bob");
    String key = NodeProcess.key(first.directory());
    Program.said(bob, "trust", "add", key, "--name", "Alice’s laptop");
    return NodeProcess.start(
        bob, List.of("--trust-origin", origin.authority(), "--rendezvous", first.rendezvous()));
  }

  /** As {@code fugitive dashboard} says it. */
  private static String linkOf(NodeProcess node) throws IOException, InterruptedException {
    return node.said("dashboard", "--no-browser")
        .lines()
        .filter(line -> line.startsWith("http"))
        .findFirst()
        .orElseThrow();
  }

  private static void showsFigures(Chromium browser) {
    awaits(browser, "document.getElementById('requests').innerText", "large.bin");
    assertThat(browser.evaluate("document.getElementById('requests').innerText"))
        .contains("small.txt", "200", "8.00", "Peers", "Origin")
        .containsPattern("Memory|Disk");
    awaits(browser, "document.querySelector('#flow-table tr[data-name=tier1]').innerText", "8.00");
    assertThat(browser.evaluate("document.querySelector('#flow-table tr.saved').innerText"))
        .contains("99");
    assertThat(browser.evaluate("document.querySelectorAll('#mesh .vertex').length"))
        .isEqualTo("2");
    assertThat(browser.evaluate("document.querySelectorAll('#mesh .edge.tree').length"))
        .isEqualTo("1");
    assertThat(browser.evaluate("document.getElementById('peers').innerText"))
        .contains("trusted", "open", "gives to others");
    awaits(browser, "document.getElementById('contents').innerText", "large.bin");
    assertThat(browser.evaluate("document.getElementById('contents').innerText"))
        .contains("1 peer", "8.00");
    String why =
        "[...document.querySelectorAll('#requests .detail')].map(d => d.textContent).join()";
    assertThat(browser.evaluate(why)).contains("Every byte was checked", "It was here already");
    showsWhatWasWaitedFor(browser);
    showsWhatCouldBeProven(browser);
  }

  /** Each request's own phases: the peers' for what they gave, the origin's for the rest. */
  private static void showsWhatWasWaitedFor(Chromium browser) {
    assertThat(phases(browser, "large.bin", "Peers"))
        .contains("Cache looked up", "Peers", "Body")
        .doesNotContain("Origin’s first byte");
    assertThat(phases(browser, "small.txt", "Origin"))
        .contains("Cache looked up", "Connection to the origin", "Origin’s first byte", "Body");
    assertThat(phases(browser, "large.bin", "Memory|Disk")).doesNotContain("Peers", "Origin");
    assertThat(browser.evaluate("document.querySelectorAll('#requests .fall .tier1').length"))
        .isNotEqualTo("0");
    assertThat(
            browser.evaluate(
                "document.querySelector('#requests .fall').getAttribute('aria-label')"))
        .contains("Cache looked up", "Body");
  }

  /** The words beside the bars of the latest request for a file that came from there. */
  private static String phases(Chromium browser, String file, String from) {
    return browser.evaluate(
        "[...document.querySelectorAll('#requests li')].filter(li => li.textContent.includes('%s')"
                .formatted(file)
            + " && /%s/.test(li.querySelector('.from').textContent))".formatted(from)
            + ".map(li => [...li.querySelectorAll('.waterfall th')].map(th => th.textContent))"
            + "[0].join()");
  }

  private static void showsWhatCouldBeProven(Chromium browser) {
    awaits(browser, "document.getElementById('evidence').innerText", "a voucher");
    assertThat(browser.evaluate("document.getElementById('evidence').innerText"))
        .contains("a voucher", "8.00", "99", "Lacking");
    assertThat(browser.evaluate("document.getElementById('trusted').innerText"))
        .contains("Alice’s laptop", "1");
    assertThat(browser.evaluate("document.getElementById('requests').textContent"))
        .contains("Evidence: a voucher by Alice’s laptop, whom you trust.");
  }

  /** Goes to the switch by Tab, and turns it by Space. */
  private static void isUsedByKeyboard(Chromium browser, NodeProcess node) throws IOException {
    assertThat(node.control("/api/v1/limits")).contains("\"share\":false");
    assertThat(browser.evaluate("document.getElementById('consent-card').hidden"))
        .isEqualTo("false");
    focus(browser, "limit-share");
    assertThat(browser.evaluate("document.activeElement.getAttribute('role')")).isEqualTo("switch");
    assertThat(browser.evaluate("document.activeElement.matches(':focus-visible')"))
        .isEqualTo("true");
    browser.press(" ", " ", SPACE);
    awaits(browser, "document.getElementById('limit-share').checked", "true");
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> node.control("/api/v1/limits").contains("\"share\":true"));
    awaits(browser, "document.getElementById('consent-card').hidden", "true");
  }

  private static void focus(Chromium browser, String id) {
    for (int tabs = 0; tabs < MOST_TABS; tabs++) {
      if (browser.evaluate("document.activeElement.id").equals(id)) {
        return;
      }
      browser.press("Tab", "", TAB);
    }
    throw new AssertionError(id + ": not reached by Tab");
  }

  private void adapts(Chromium browser) throws IOException {
    assertThat(browser.evaluate("document.documentElement.scrollWidth <= 1280")).isEqualTo("true");
    String ground = "getComputedStyle(document.body).backgroundColor";
    String light = browser.evaluate(ground);
    browser.dress(1280, 1000, true, false);
    assertThat(browser.evaluate(ground)).isNotEqualTo(light);
    keep(browser, "dark");
    browser.dress(390, 800, true, false);
    browser.evaluate("document.querySelectorAll('#requests details').forEach(d => d.open = true)");
    assertThat(browser.evaluate("document.documentElement.scrollWidth <= 390")).isEqualTo("true");
    browser.dress(360, 800, true, false);
    assertThat(browser.evaluate("document.documentElement.scrollWidth <= 360")).isEqualTo("true");
    keep(browser, "phone");
  }

  private static void forgetsOnDemand(Chromium browser, NginxOrigin origin) {
    String row =
        "[...document.querySelectorAll('#contents tbody tr')].find(row =>"
            + " row.innerText.includes('small.txt'))";
    browser.evaluate(row + ".querySelector('button').click()");
    awaits(browser, row + " === undefined", "true");
    assertThat(browser.evaluate("document.getElementById('contents').innerText"))
        .contains(origin.url("large.bin"));
  }

  private void keep(Chromium browser, String name) throws IOException {
    Files.write(directory.resolve(name + ".png"), browser.screenshot());
    assertThat(directory.resolve(name + ".png")).isNotEmptyFile();
  }

  private static void awaits(Chromium browser, String expression, String part) {
    Awaitility.await(expression)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> browser.evaluate(expression).contains(part));
  }
}
