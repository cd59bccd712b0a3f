package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's Chromium, pointed at a node by the PAC file that the node serves. */
class BrowserTest {
  private static final int IMAGES = 60;
  private static final int STYLES = 25;
  private static final int SCRIPTS = 15;
  private static final String WITH_COOKIE = "login/again/a.svg";
  private static final List<String> NOT_SHAREABLE =
      List.of("private/a.svg", "no-store/a.svg", "login/a.svg", WITH_COOKIE);
  private static final String LOCATIONS =
      """
      location /private/ { add_header Cache-Control "private, max-age=3600"; }
      location /no-store/ { add_header Cache-Control "no-store"; }
      location /login/ {
        add_header Cache-Control "public, max-age=3600";
        add_header Set-Cookie "session=secret; Path=/login/again/";
      }
      location /login/again/ { add_header Cache-Control "max-age=3600"; }
      """;

  @TempDir Path directory;

  @Test
  void aPageLoadsThroughTheNodeAndDirectlyOnceThatIsKilled() throws Exception {
    try (NamedOrigin origin = NamedOrigin.start(directory.resolve("origin"), "");
        NodeProcess node = node(origin, "node", List.of("--rendezvous", "none"))) {
      origin.nginx().publish("page.html", utf8("<title>here</title>"));
      try (Chromium browser = browser("first", node)) {
        Loaded through = only(browser, origin.url("page.html"));
        assertThat(through.source()).isPresent();
        assertThat(through.headers()).containsKey("Via");
        assertThat(only(browser, origin.nearUrl("page.html")).source()).isEmpty();

        node.kill();

        assertThat(only(browser, origin.url("page.html?again")).source()).isEmpty();
        assertThat(browser.evaluate("document.title")).isEqualTo("here");
      }
      try (Chromium another = browser("second", node)) {
        assertThat(only(another, origin.url("page.html")).source()).isEmpty();
      }
    }
  }

  @Test
  void thePacFileIsNotForAPageThatGuessesItsAddress() throws Exception {
    try (NamedOrigin origin = NamedOrigin.start(directory.resolve("origin"), "");
        NodeProcess node = node(origin, "node", List.of("--rendezvous", "none"))) {
      assertThat(node.control("/proxy.pac")).contains("FindProxyForURL");
      Request rebound =
          new Request.Builder()
              .url("http://127.0.0.1:" + node.port() + "/proxy.pac")
              .header("Host", "evil.example:" + node.port())
              .build();
      try (Response response = new OkHttpClient().newCall(rebound).execute()) {
        assertThat(response.code()).isEqualTo(421);
        assertThat(response.body().string()).doesNotContain("FindProxyForURL");
      }
    }
  }

  @Test
  void aPageOfAHundredResourcesComesFromAPeerButForWhatIsPrivate() throws Exception {
    try (NamedOrigin origin = NamedOrigin.start(directory.resolve("origin"), LOCATIONS)) {
      List<String> shareable = publishPage(origin);
      try (NodeProcess alice = node(origin, "alice", List.of());
          Chromium hers = browser("hers", alice)) {
        Fetched.get(alice, origin.url("first.svg"));
        assertThat(hers.load(origin.url("index.html"))).hasSizeGreaterThan(shareable.size());
        assertDrawn(hers);
        try (NodeProcess bob = node(origin, "bob", believing(alice));
            Chromium his = browser("his", bob)) {
          bob.awaitPeers(1);
          // a JVM's first exchange takes longer than a reader waits for peers
          Fetched.get(bob, origin.url("first.svg"));

          Map<String, Loaded> loaded = his.load(origin.url("index.html"));

          assertDrawn(his);
          assertThat(shareable).hasSize(101).allSatisfy(name -> isFromAPeer(loaded, origin, name));
          assertThat(NOT_SHAREABLE).allSatisfy(name -> isFromTheOrigin(loaded, origin, name));
          List<String> log = origin.nginx().log();
          assertThat(shareable).allSatisfy(name -> assertThat(asked(log, name)).isEqualTo(1));
          assertThat(NOT_SHAREABLE).allSatisfy(name -> assertThat(asked(log, name)).isEqualTo(2));
        }
      }
    }
  }

  private static void isFromAPeer(Map<String, Loaded> all, NamedOrigin origin, String name) {
    Loaded loaded = all.get(origin.url(name));
    assertThat(loaded).as(name).isNotNull();
    assertThat(loaded.source()).as("%s: %s", name, loaded.headers()).isPresent();
    assertThat(loaded.source().orElseThrow().from(Provenance.TIER1))
        .as("%s: %s", name, loaded.headers())
        .isPositive();
    assertThat(loaded.source().orElseThrow().from(Provenance.ORIGIN)).as(name).isZero();
  }

  private static void isFromTheOrigin(Map<String, Loaded> all, NamedOrigin origin, String name) {
    Loaded loaded = all.get(origin.url(name));
    assertThat(loaded).as(name).isNotNull();
    assertThat(loaded.source().orElseThrow().from(Provenance.TIER1)).as(name).isZero();
    assertThat(loaded.source().orElseThrow().from(Provenance.ORIGIN)).as(name).isPositive();
  }

  private static long asked(List<String> log, String name) {
    return log.stream().filter(line -> line.split(" ", -1)[1].equals("/" + name)).count();
  }

  /** Every image has its size, every script has run, every style counts. */
  private static void assertDrawn(Chromium browser) {
    String images = "[...document.images].filter(image => image.naturalWidth > 0).length";
    assertThat(browser.evaluate(images))
        .isEqualTo(Integer.toString(IMAGES + NOT_SHAREABLE.size() + 1));
    assertThat(browser.evaluate("ran")).isEqualTo(Integer.toString(SCRIPTS));
    String styled = "getComputedStyle(document.body).getPropertyValue('--s" + (STYLES - 1) + "')";
    assertThat(browser.evaluate(styled)).isEqualTo("1");
  }

  /** Publishes a page and what it needs; the names of all that may be shared. */
  private static List<String> publishPage(NamedOrigin origin) throws IOException {
    List<String> names = new ArrayList<>();
    StringBuilder html =
        new StringBuilder("<!doctype html><title>page</title><script>ran = 0</script>");
    for (int i : IntStream.range(0, STYLES).toArray()) {
      html.append(put(origin, names, "s/" + i + ".css", "body { --s" + i + ": 1 }"));
    }
    for (int i : IntStream.range(0, SCRIPTS).toArray()) {
      html.append(put(origin, names, "j/" + i + ".js", "ran++ // " + i));
    }
    for (int i : IntStream.range(0, IMAGES).toArray()) {
      html.append(put(origin, names, "i/" + i + ".svg", picture(i, i == 0 ? 1_500_000 : 700 * i)));
    }
    for (String name : NOT_SHAREABLE) {
      String image = put(origin, new ArrayList<>(), name, picture(7, 2000 + name.length()));
      html.append(name.equals(WITH_COOKIE) ? "" : image);
    }
    // asked for once the cookie is there, and before the page counts as loaded
    html.append("<img src=/login/b.svg onload=\"let next = new Image(); next.src = '/")
        .append(WITH_COOKIE)
        .append("'; document.body.append(next)\">");
    origin.nginx().publish("login/b.svg", utf8(picture(8, 2500)));
    origin.nginx().publish("first.svg", utf8(picture(1, 100)));
    origin.nginx().publish("index.html", utf8(html.toString()));
    names.add("index.html");
    return names;
  }

  private static String put(NamedOrigin origin, List<String> names, String name, String body)
      throws IOException {
    origin.nginx().publish(name, utf8(body));
    names.add(name);
    if (name.endsWith(".css")) {
      return "<link rel=stylesheet href=/" + name + ">";
    }
    return name.endsWith(".js") ? "<script src=/" + name + "></script>" : "<img src=/" + name + ">";
  }

  private static String picture(int hue, int padding) {
    return "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='60'><!-- "
        + new String(Bodies.text(padding), StandardCharsets.UTF_8)
        + " --><rect width='60' height='60' fill='hsl("
        + 6 * hue
        + ",70%,60%)'/></svg>";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> believing(NodeProcess other) throws Exception {
    return List.of(
        "--rendezvous", other.rendezvous(), "--trust", NodeProcess.key(other.directory()));
  }

  private NodeProcess node(NamedOrigin origin, String name, List<String> options)
      throws IOException {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("--share", "on", "--trust-origin", origin.authority()));
    return NodeProcess.start(directory.resolve(name), all, origin.jvmOptions(), Map.of());
  }

  private Chromium browser(String name, NodeProcess node) throws IOException {
    String pac = "--proxy-pac-url=http://127.0.0.1:" + node.port() + "/proxy.pac";
    return Chromium.start(directory.resolve(name), List.of(pac, NamedOrigin.browserOption()));
  }

  private static Loaded only(Chromium browser, String url) {
    Loaded loaded = browser.load(url).get(url);
    assertThat(loaded).isNotNull();
    assertThat(loaded.status()).isEqualTo(200);
    return loaded;
  }
}
