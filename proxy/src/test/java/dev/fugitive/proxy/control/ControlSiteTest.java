package dev.fugitive.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.proxy.http.SelfResponder.Answer;
import dev.fugitive.proxy.http.SelfResponder.Question;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** What the proxy tells about itself, and whom it tells nothing. */
final class ControlSiteTest {
  private static final String HOST = "127.0.0.1:8118";

  private final ControlSite site =
      new ControlSite(
          () ->
              new StatusReport(
                  "1",
                  "ed25519:key",
                  Map.of("proxy", "http://" + HOST),
                  Optional.of(new StatusReport.Meeting("waiting", "ws://r/; in 2 s")),
                  false,
                  Optional.of("a \"reason\"\n"),
                  List.of(new StatusReport.Peer("ed25519:other", "open", 1, 2)),
                  List.of(
                      new StatusReport.Ban(
                          "ed25519:liar",
                          "chunk 7 is wrong",
                          Instant.parse("2026-01-01T00:00:00Z"))),
                  new StatusReport.Cache("/c", 3, 4, 5, 6, 7),
                  Optional.of(
                      new StatusReport.Decryption(
                          List.of("*.example.org"),
                          List.of("bank.example.org"),
                          "ca5e",
                          Instant.parse("2027-01-01T00:00:00Z"),
                          List.of(
                              new StatusReport.ClientWithoutTrust(
                                  "127.0.0.1", "a.example.org", "77", "unknown_ca")))),
                  Map.of("tier1", 8L),
                  Map.of("requests", 9L, "why-busy", 0L, "uploaded-bytes", 2048L),
                  StatusReport.Evidence.NONE),
          authority -> "// for " + authority,
          () -> "fugitive_up 1\n",
          new ControlApi(ControlToken.random(), List.of()));

  private Answer ask(String method, String target, String... fields) {
    return site.answer(
        new Question(
            new RequestHead(method, target, Fields.of(fields).with("Host", HOST)),
            ByteString.EMPTY,
            InetAddress.getLoopbackAddress()));
  }

  @Test
  void statusIsJson() {
    Answer answer = ask("GET", "/status");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.fields().first("Content-Type")).contains("application/json");
    assertThat(answer.body().utf8())
        .isEqualTo(
            "{\"addresses\":{\"proxy\":\"http://127.0.0.1:8118\"},"
                + "\"bans\":[{\"key\":\"ed25519:liar\",\"reason\":\"chunk 7 is wrong\","
                + "\"until\":\"2026-01-01T00:00:00Z\"}],\"bytesBySource\":{\"tier1\":8},"
                + "\"cache\":{\"contents\":3,\"directory\":\"/c\",\"diskBytes\":4,"
                + "\"diskLimitBytes\":5,\"memoryBytes\":6,\"memoryLimitBytes\":7},"
                + "\"counters\":{\"requests\":9,\"uploaded-bytes\":2048,\"why-busy\":0},"
                + "\"decryption\":{\"caExpires\":\"2027-01-01T00:00:00Z\","
                + "\"caFingerprint\":\"ca5e\",\"clientsWithoutTrust\":[{"
                + "\"address\":\"127.0.0.1\",\"host\":\"a.example.org\","
                + "\"how\":\"unknown_ca\",\"program\":\"77\"}],"
                + "\"excepted\":[\"bank.example.org\"],\"hosts\":[\"*.example.org\"]},"
                + "\"evidence\":{\"bytes\":0,\"bytesByKind\":{},\"bytesWith\":0,\"bytesWithout\":{},"
                + "\"contradictions\":[],\"documentNames\":0,\"documents\":0,\"trusted\":[]},"
                + "\"meeting\":{\"detail\":\"ws://r/; in 2 s\",\"state\":\"waiting\"},"
                + "\"peers\":[{\"key\":\"ed25519:other\","
                + "\"receivedBytes\":1,\"sentBytes\":2,\"state\":\"open\"}],"
                + "\"publicKey\":\"ed25519:key\",\"sharing\":false,\"version\":\"1\","
                + "\"whyNoPeers\":\"a \\\"reason\\\"\\n\"}\n");
  }

  @Test
  void statusIsTextForWhoeverAsksForText() {
    String text = ask("GET", "/status?x", "Accept", "text/plain").body().utf8();
    assertThat(text)
        .contains("without trust", "127.0.0.1 for a.example.org: unknown_ca", "bank.example.org")
        .contains("banned", "ed25519:liar until 2026-01-01T00:00:00Z: chunk 7 is wrong");
    assertThat(text).contains("peers", "tier1                8 B");
    assertThat(text)
        .contains("rendezvous             none\n  waiting              ws://r/; in 2 s");
    assertThat(text).contains("requests             9\n", "uploaded-bytes       2.0 KiB\n");
    assertThat(text).doesNotContain("why-busy", "documents");
  }

  @Test
  void anotherOriginIsToldNothing() {
    for (String origin : List.of("http://evil.example", "null", "https://" + HOST)) {
      Answer refused = ask("GET", "/status", "Origin", origin);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.fields().first("Proxy-Status"))
          .contains("fugitive; error=http_request_error");
    }
    assertThat(ask("GET", "/status", "Origin", "http://" + HOST).status()).isEqualTo(200);
  }

  @Test
  void nothingMayBeFramedReadAcrossOriginsOrKept() {
    Fields fields = ask("GET", "/").fields();
    assertThat(fields.first("X-Frame-Options")).contains("DENY");
    assertThat(fields.first("Cache-Control")).contains("no-store");
    assertThat(fields.has("Access-Control-Allow-Origin")).isFalse();
  }

  @Test
  void thePacFileIsForWhoeverReachesTheProxyByThisName() {
    Answer answer = ask("GET", "/proxy.pac");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.fields().first("Content-Type")).contains("application/x-ns-proxy-autoconfig");
    assertThat(answer.body().utf8()).isEqualTo("// for " + HOST);
    assertThat(ask("GET", "/proxy.pac", "Origin", "http://evil.example").status()).isEqualTo(403);
  }

  @Test
  void browsersGetThePageAndOtherProgramsText() {
    Answer page = ask("GET", "/", "Accept", "text/html,*/*;q=0.8");
    assertThat(page.fields().first("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(page.fields().all("Content-Security-Policy"))
        .singleElement()
        .asString()
        .startsWith("default-src 'none'")
        .doesNotContain("unsafe");
    assertThat(ask("GET", "/", "Accept", "*/*").body().utf8()).startsWith("This is Fugitive");
    assertThat(ask("GET", "/metrics").body().utf8()).isEqualTo("fugitive_up 1\n");
  }

  @Test
  void allThatThePageRefersToIsThereAndNothingIsInline() {
    Set<String> toVisit = new TreeSet<>(Set.of("/dashboard/index.html"));
    Set<String> visited = new TreeSet<>();
    while (!toVisit.isEmpty()) {
      String path = toVisit.iterator().next();
      toVisit.remove(path);
      visited.add(path);
      Answer file = ask("GET", path);
      assertThat(file.status()).as(path).isEqualTo(200);
      String text = file.body().utf8();
      assertThat(text).doesNotContain("<style").doesNotContainPattern("\\son[a-z]+=\"");
      assertThat(text).doesNotContain("innerHTML", "eval(", "<script>");
      Matcher named =
          Pattern.compile("[\"'](?:\\./|/dashboard/)([a-z]+\\.[a-z]+)[\"']").matcher(text);
      while (named.find()) {
        if (!visited.contains("/dashboard/" + named.group(1))) {
          toVisit.add("/dashboard/" + named.group(1));
        }
      }
    }
    assertThat(visited)
        .containsExactlyInAnyOrder(
            Stream.of(pageFiles()).map(name -> "/dashboard/" + name).toArray(String[]::new));
    assertThat(ask("GET", "/dashboard/../page/main.js").status()).isEqualTo(404);
  }

  private static String[] pageFiles() {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("fugitive.root")));
    Path page = root.resolve("proxy/src/main/resources/dev/fugitive/proxy/control/page");
    return Objects.requireNonNull(page.toFile().list());
  }

  @Test
  void anotherMachineGetsThePacFileAlone() throws IOException {
    InetAddress other = InetAddress.getByName("192.0.2.7");
    for (String path :
        List.of("/", "/status", "/metrics", "/dashboard/main.js", "/api/v1/status")) {
      RequestHead head = new RequestHead("GET", path, Fields.of("Host", HOST));
      assertThat(site.answer(new Question(head, ByteString.EMPTY, other)).status())
          .as(path)
          .isEqualTo(403);
    }
    RequestHead pac = new RequestHead("GET", "/proxy.pac", Fields.of("Host", HOST));
    assertThat(site.answer(new Question(pac, ByteString.EMPTY, other)).status()).isEqualTo(200);
  }

  @Test
  void onlyReadingIsAllowed() {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
      assertThat(ask(method, "/status").status()).isEqualTo(405);
    }
    assertThat(ask("GET", "/other").status()).isEqualTo(404);
    assertThat(ask("GET", "/other").body().utf8()).startsWith("path: /other (expected: /, ");
  }
}
