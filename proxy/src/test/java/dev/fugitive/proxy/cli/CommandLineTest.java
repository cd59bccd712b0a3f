package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.text.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line from outside: what it prints, and the exit status that scripts rely on. */
final class CommandLineTest {
  @TempDir Path home;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private Console.Hold hold = CommandLineTest::closeAtOnce;

  @BeforeEach
  void useFreePorts() {
    environment.put("FUGITIVE_LISTEN", "127.0.0.1:0");
    environment.put("FUGITIVE_CACHE_SIZE", "64m");
    environment.put("FUGITIVE_TRUST_ORIGIN", "127.0.0.1,localhost");
  }

  private static void closeAtOnce(AutoCloseable running) {
    try {
      running.close();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional.empty(),
            Terminal.NONE,
            environment,
            "Linux",
            home,
            System::nanoTime,
            hold);
    return CommandLines.run(console, arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void helpNamesTheCommandsAndTheirOptions() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("proxy", "rendezvous", "fetch", "status", "key", "system");
    assertThat(run("proxy", "--help")).isZero();
    assertThat(out())
        .contains("--listen", "--cache-dir", "--cache-size", "--memory-size", "--rendezvous")
        .contains("--share", "--trust", "--trust-origin", "--policy", "--ice-server", "--config");
    assertThat(run("--version")).isZero();
    assertThat(out()).startsWith("fugitive 0.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "prox", "proxy --cache-sise 1g", "proxy extra", "fetch", "fetch not-a-url"})
  void whatIsNotACommandLineIsRefusedInOneLine(String line) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" ", -1))).isEqualTo(2);
    assertThat(err()).hasLineCount(1).startsWith("fugitive");
    assertThat(out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prox | prox (expected: proxy",
        "version | version (expected: ",
        "proxy extra | extra (expected: nothing more)",
        "proxy --lisen X | --lisen (expected: --listen",
        "fetch | 'URL'",
        "fetch --trust-origin a http://a/ | --trust-origin: of a node of its own (expected: ",
        "explain | 'URL'",
        "status --josn | --josn (expected: --json)",
        "status -x | -x (expected: an option)",
        "status --colour | --colour (expected: an option)",
        "mirror | mirror: no action (expected: add, remove or status)",
        "share | share: no action (expected: on, off, status, pause or resume)",
        "system | system: no action (expected: on, off or status)",
        "proxy --config / | --config: /: a folder (expected: a file)",
        "manifest make | 'DIR'",
        "trust add | 'KEY'",
        "manifest make /nonexistent/site | /nonexistent/site (expected: a folder that exists)",
        "proxy --config /nonexistent.conf | --config: /nonexistent.conf: there is no such file",
        "fetch -o /nonexistent/x http://a/ | -o: /nonexistent/x (expected: in a folder that exists)",
        "fetch -o / http://a/ | -o: /: a folder (expected: the name of a file)"
      })
  void aMistakeIsNamedWithWhatWasExpected(String line, String words) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy", "key", "ca init --host a.example"})
  void aFolderThatCannotBeMadeIsNamedWithTheReason(String line) throws IOException {
    Path nowhere = home.resolve("gone");
    Path link = Files.createSymbolicLink(home.resolve(".local"), nowhere);
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(err()).hasLineCount(1).startsWith("fugitive: ").contains(link + ": exists already");
  }

  @Test
  void aSecondProxyHearsThatOneMayRun() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
      String listen = "127.0.0.1:" + (taken.getLocalPort() - 1);
      assertThat(run("proxy", "--listen", listen)).isEqualTo(2);
      assertThat(err())
          .hasLineCount(1)
          .startsWith("fugitive: --listen: ")
          .contains("(expected: a free port; 'fugitive status' says whether a Fugitive runs");
    }
  }

  @Test
  void aBadValueIsRefusedInOneLineThatNamesTheOption() {
    assertThat(run("proxy", "--cache-size", "huge")).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains("--cache-size: huge (expected: ");
    assertThat(run("proxy", "--integrity", "x")).isEqualTo(2);
    assertThat(run("fetch", "http://a/", "--integrity", "md5-x")).isEqualTo(2);
    assertThat(err()).contains("--integrity: md5-x (expected: ");
  }

  @Test
  void aVariableThatIsNoSettingsIsNamedAndAMisspeltOneRefused() {
    environment.put("FUGITIVE_SERVICE_HOST", "10.0.0.1");
    assertThat(run("proxy")).isZero();
    assertThat(err())
        .startsWith("fugitive: FUGITIVE_SERVICE_HOST is no setting's variable: ignored\n");
    environment.put("FUGITIVE_SHAER", "on");
    assertThat(run("proxy")).isEqualTo(ExitStatus.USAGE);
    assertThat(err())
        .isEqualTo("fugitive: FUGITIVE_SHAER: unknown variable (expected: FUGITIVE_SHARE?)\n");
  }

  @Test
  void theProxySaysWhenItIsReadyInOneLine() {
    assertThat(run("proxy")).isZero();
    assertThat(out()).hasLineCount(1).contains("proxy http://127.0.0.1:");
    assertThat(err()).isEmpty();
  }

  @Test
  void theRendezvousSaysWhenItIsReady() {
    assertThat(run("rendezvous", "--listen", "127.0.0.1:0")).isZero();
    assertThat(out()).matches("fugitive ready: rendezvous ws://127\\.0\\.0\\.1:[0-9]+\n");
  }

  @Test
  void aPortInUseIsNamedWithItsOption() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String listen = "127.0.0.1:" + taken.getLocalPort();
      assertThat(run("proxy", "--rendezvous", "none", "--listen", listen)).isEqualTo(2);
      assertThat(err()).hasLineCount(1).contains("--listen: ").contains(listen);
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamedWithItsOption() throws IOException {
    Path file = Files.createFile(home.resolve("file"));
    assertThat(run("proxy", "--cache-dir", file.resolve("below").toString())).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains("--cache-dir: " + file);
  }

  @Test
  void aSecondStartOnTheSameCacheIsRefusedWithWords() {
    hold =
        first -> {
          hold = CommandLineTest::closeAtOnce;
          environment.put("XDG_STATE_HOME", home.resolve("elsewhere").toString());
          assertThat(run("proxy")).isEqualTo(2);
          assertThat(err()).hasLineCount(1).contains("--cache-dir: ").contains("in use");
          closeAtOnce(first);
        };
    assertThat(run("proxy")).isZero();
    assertThat(run("proxy")).isZero();
  }

  @Test
  void aSecondStartWithTheSameKeyIsRefusedWithWords() {
    String elsewhere = home.resolve("other-cache").toString();
    hold =
        first -> {
          assertThat(run("proxy", "--cache-dir", elsewhere)).isEqualTo(2);
          assertThat(err())
              .hasLineCount(1)
              .contains("state directory: " + home.resolve(".local/state/fugitive"))
              .contains("in use", "fugitive status");
          closeAtOnce(first);
        };
    assertThat(run("proxy")).isZero();
  }

  @Test
  void aPortThatTheRendezvousNeedsIsSaidToBeTheRendezvouss() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String listen = "127.0.0.1:" + (taken.getLocalPort() - 1);
      assertThat(run("proxy", "--listen", listen)).isEqualTo(2);
      assertThat(err())
          .hasLineCount(1)
          .contains("the rendezvous cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("the port after the proxy's own", "--rendezvous none");
    }
    assertThat(run("proxy", "--listen", "127.0.0.1:65535")).isEqualTo(2);
    assertThat(err()).hasLineCount(1).contains("--listen: port 65535 (expected: a smaller one");
  }

  @Test
  void theKeyIsMadeOnceAndReadableByItsOwnerAlone() throws IOException {
    assertThat(run("key")).isZero();
    String key = out();
    assertThat(key).matches("ed25519:[A-Za-z0-9+/]{43}=\n");
    run("key");
    assertThat(out()).isEqualTo(key);
    Path file = home.resolve(".local/state/fugitive/identity");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void fetchWritesTheFileAndStatusShowsTheProxy() throws Exception {
    ByteString body = ByteString.of(new byte[1_000_000]);
    withOrigin((origin, proxy) -> {
      Path target = home.resolve("got");
      origin.enqueue(new MockResponse.Builder().body(new Buffer().write(body)).build());
      String good = "sha256-" + body.sha256().base64();
      assertThat(fetch(origin, proxy, target, "--integrity", good)).as(err()).isZero();
      assertThat(ByteString.of(Files.readAllBytes(target))).isEqualTo(body);
      assertThat(run("status", "--proxy", proxy)).as(err()).isZero();
      assertThat(out()).contains("bytes from", "tier1");
      assertThat(run("status", "--proxy", proxy, "--json")).isZero();
      assertThat(out()).startsWith("{\"addresses\":");
    });
  }

  @Test
  void fetchEndsWithAStatusThatSaysWhy() throws Exception {
    withOrigin((origin, proxy) -> {
      Path target = home.resolve("got");
      origin.enqueue(new MockResponse.Builder().code(404).build());
      assertThat(fetch(origin, proxy, target)).isEqualTo(1);
      assertThat(err()).contains("404");
      origin.enqueue(new MockResponse.Builder().body("evil").build());
      origin.enqueue(new MockResponse.Builder().body("evil").build());
      String other = "sha256-" + ByteString.encodeUtf8("good").sha256().base64();
      assertThat(fetch(origin, proxy, target, "--integrity", other)).isEqualTo(3);
      try (var left = Files.list(home)) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .allMatch(name -> name.equals(".cache") || name.equals(".local"));
      }
    });
    assertThat(run("fetch", "http://a/", "--proxy", "127.0.0.1:1")).isEqualTo(1);
    assertThat(err()).contains("fugitive fetch: no proxy answers at 127.0.0.1:1; one is started");
    assertThat(run("status", "--proxy", "127.0.0.1:1")).isEqualTo(1);
    assertThat(err()).contains("fugitive status: no proxy answers at 127.0.0.1:1; one is started");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "peers", "share status", "cache list", "explain http://a/"})
  void whoeverElseListensThereIsNotTakenForTheProxy(String line) throws Exception {
    try (MockWebServer somebody = new MockWebServer()) {
      somebody.start();
      String address = "127.0.0.1:" + somebody.getPort();
      somebody.enqueue(
          new MockResponse.Builder()
              .code(404)
              .setHeader("Content-Type", "text/html")
              .body("<html>\nnot here\n</html>")
              .build());
      assertThat(run((line + " --proxy " + address).split(" ", -1))).isEqualTo(1);
      assertThat(err())
          .hasLineCount(1)
          .contains(address + " is something else, and answers 404 (expected: a Fugitive proxy)");
      assertThat(out()).isEmpty();
    }
  }

  @Test
  void whatExplainPrintsForScriptsIsWhatTheProxyAnswers() throws Exception {
    withOrigin((origin, proxy) -> {
      out.reset();
      assertThat(run("explain", "http://a.example/", "--json", "--proxy", proxy)).isZero();
      assertThat(out()).hasLineCount(1).contains("\"against\":");
    });
  }

  @Test
  void aMirrorSaysThatItKeepsNothingAndAsWhatItKeepsAUrl() throws Exception {
    withOrigin((origin, proxy) -> {
      String url = origin.url("/kept").toString();
      assertThat(run("mirror", "status", "--proxy", proxy)).isZero();
      assertThat(out()).contains("nothing is kept yet: fugitive mirror add URL");
      assertThat(run("mirror", "remove", url, "--proxy", proxy)).isEqualTo(1);
      assertThat(err()).contains(url + ": not kept (expected: a URL of 'mirror status')");
      assertThat(run("mirror", "add", url, "--proxy", proxy)).isZero();
      assertThat(run("mirror", "remove", url, "--list", "--proxy", proxy)).isEqualTo(1);
      assertThat(err()).contains("kind: list (expected: content, as " + url + " is kept)");
      assertThat(run("mirror", "add", "ftp://a.example/", "--proxy", proxy))
          .isEqualTo(ExitStatus.USAGE);
      assertThat(run("mirror", "add", "no-such-file", "--proxy", proxy))
          .isEqualTo(ExitStatus.USAGE);
    });
  }

  @Test
  void fetchCanWriteToStandardOutput() throws Exception {
    withOrigin((origin, proxy) -> {
      origin.enqueue(new MockResponse.Builder().body("hello").build());
      run("fetch", origin.url("/x").toString(), "-o", "-", "--proxy", proxy);
      assertThat(out()).isEqualTo("hello");
    });
  }

  @Test
  void aTokenThatCannotBeUsedDoesNotKeepAnybodyFromFetching() throws Exception {
    withOrigin((origin, proxy) -> {
      origin.enqueue(new MockResponse.Builder().body("hello").build());
      Files.writeString(home.resolve(".local/state/fugitive/control-token"), "damaged");
      assertThat(fetch(origin, proxy, home.resolve("got"))).as(err()).isZero();
      assertThat(run("cache", "list", "--proxy", proxy)).isNotZero();
      assertThat(err()).contains("control-token");
    });
  }

  private int fetch(MockWebServer origin, String proxy, Path target, String... more) {
    String[] base = {
      "fetch", origin.url("/x").toString(), "-o", target.toString(), "--proxy", proxy
    };
    String[] all = Arrays.copyOf(base, base.length + more.length);
    System.arraycopy(more, 0, all, base.length, more.length);
    return run(all);
  }

  /** Runs a check beside a running proxy and an origin. */
  private void withOrigin(Check check) throws Exception {
    try (MockWebServer origin = new MockWebServer()) {
      origin.start();
      Exception[] failure = new Exception[1];
      hold =
          server -> {
            try {
              String proxy = out().strip().replaceAll(".*proxy http://([0-9.:]+).*", "$1");
              check.run(origin, proxy);
            } catch (Exception thrown) {
              failure[0] = thrown;
            } finally {
              closeAtOnce(server);
            }
          };
      assertThat(run("proxy")).as(err()).isZero();
      hold = CommandLineTest::closeAtOnce;
      if (failure[0] != null) {
        throw failure[0];
      }
    }
  }

  @FunctionalInterface
  private interface Check {
    void run(MockWebServer origin, String proxy) throws Exception;
  }
}
