package dev.fugitive.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import dev.fugitive.proxy.http.RawClient;
import dev.fugitive.proxy.http.SelfResponder;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page of another site, or a program without the token, makes of the control API. */
final class ControlAttackTest {
  private static final String TYPE = "Content-Type: application/json\r\n";

  private AttackedNode node;

  @BeforeEach
  void start() throws IOException {
    node = new AttackedNode(Limits.DEFAULT);
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
  }

  private String own() {
    return "127.0.0.1:" + node.port();
  }

  private String bearer() {
    return "Authorization: Bearer " + node.token() + "\r\n";
  }

  private RawClient.Received post(String lines, String body) throws IOException {
    return post(own(), lines, body);
  }

  private RawClient.Received post(String host, String lines, String body) throws IOException {
    return node.ask(
        "POST /api/v1/change HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n"
            + lines
            + "\r\n"
            + body);
  }

  private RawClient.Received get(String path, String lines) throws IOException {
    return node.ask("GET " + path + " HTTP/1.1\r\nHost: " + own() + "\r\n" + lines + "\r\n");
  }

  @Test
  void whoHasTheTokenMayChange() throws IOException {
    RawClient.Received answer = post(bearer() + TYPE, "{}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"changes\":1}\n");
    assertThat(answer.field("Access-Control-Allow-Origin")).isEmpty();
    assertThat(post(bearer() + TYPE + "Origin: http://" + own() + "\r\n", "{}").status())
        .isEqualTo(200);
  }

  @Test
  void whoHasNoTokenMayNeitherChangeNorSeeWhatIsPrivate() throws IOException {
    String[] shown = {
      "",
      "Authorization: Bearer \r\n",
      "Authorization: Bearer " + "A".repeat(43) + "\r\n",
      "Authorization: Bearer " + node.token().substring(1) + "\r\n",
      "Authorization: Bearer " + node.token() + "A\r\n",
      "Authorization: Basic " + node.token() + "\r\n",
      "Authorization: " + node.token() + "\r\n",
      "Cookie: token=" + node.token() + "\r\n",
      "Authorization: Bearer x\r\n" + bearer(),
    };
    for (String lines : shown) {
      RawClient.Received change = post(lines + TYPE, "{}");
      assertThat(change.status()).as(lines).isEqualTo(401);
      assertThat(change.field("WWW-Authenticate")).startsWith("Bearer");
      RawClient.Received secret = get("/api/v1/secret", lines);
      assertThat(secret.status()).as(lines).isEqualTo(401);
      assertThat(secret.text()).doesNotContain("kept");
    }
    assertThat(get("/api/v1/secret?token=" + node.token(), "").status()).isEqualTo(401);
    assertThat(get("/api/v1/secret", bearer()).text()).contains("kept");
    assertThat(node.changes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: https://127.0.0.1\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: forged\r\n",
      })
  void aForeignPageIsRefusedEvenWithTheToken(String from) throws IOException {
    assertThat(post(bearer() + TYPE + from, "{}").status()).isEqualTo(403);
    assertThat(get("/api/v1/secret", bearer() + from).status()).isEqualTo(403);
    assertThat(get("/api/v1/status", from).status()).isEqualTo(403);
    assertThat(node.changes()).isZero();
  }

  @Test
  void aReboundNameIsRefusedEvenWithTheToken() throws IOException {
    assertThat(post("rebound.example:" + node.port(), bearer() + TYPE, "{}").status())
        .isEqualTo(421);
    assertThat(node.changes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: multipart/form-data; boundary=application/json\r\n",
        "Content-Type: text/plain; application/json\r\n",
      })
  void whatAFormCanSendChangesNothing(String type) throws IOException {
    assertThat(post(bearer() + type, "{}").status()).isEqualTo(415);
    assertThat(node.changes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "1", "{", "{}{}", "{\"a\":1,\"a\":2}", "{'a':1}", "{\"a\":NaN}", "\0"})
  void whatIsNoJsonObjectIsRefused(String body) throws IOException {
    assertThat(post(bearer() + TYPE, body).status()).isEqualTo(400);
    assertThat(node.changes()).isZero();
  }

  @Test
  void deepAndLongBodiesAreRefused() throws IOException {
    String deep = "{\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}";
    assertThat(post(bearer() + TYPE, deep).status()).isEqualTo(400);
    String number = "{\"a\":" + "9".repeat(60_000) + "}";
    assertThat(post(bearer() + TYPE, number).status()).isEqualTo(400);
    String tooLong = "{\"a\":\"" + "x".repeat(SelfResponder.MAX_BODY_BYTES) + "\"}";
    assertThat(post(bearer() + TYPE, tooLong).status()).isEqualTo(413);
    assertThat(node.changes()).isZero();
  }

  @Test
  void aChunkedBodyWithoutEndIsReadNoFurtherThanItsLimit() throws IOException {
    try (RawClient client = node.connect()) {
      client.send(
          "POST /api/v1/change HTTP/1.1\r\nHost: "
              + own()
              + "\r\nTransfer-Encoding: chunked\r\n"
              + bearer()
              + TYPE
              + "\r\n");
      String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
      client.send(chunk.repeat(6));
      assertThat(client.receive().status()).isEqualTo(413);
    }
    assertThat(node.changes()).isZero();
  }

  @Test
  void aBodyThatStandsStillIsGivenUp() throws IOException {
    try (AttackedNode hasty = AttackedNode.impatient();
        RawClient client = hasty.connect()) {
      client.send(
          "POST /api/v1/change HTTP/1.1\r\nHost: 127.0.0.1:"
              + hasty.port()
              + "\r\nContent-Length: 9\r\n"
              + TYPE
              + "\r\n{");
      assertThat(client.receive().status()).isEqualTo(408);
      assertThat(hasty.counted("refused-body-too-slow")).isEqualTo(1);
    }
  }

  @Test
  void onlyItsOwnMethodReachesARoute() throws IOException {
    assertThat(get("/api/v1/change", bearer()).status()).isEqualTo(405);
    for (String method : new String[] {"PUT", "DELETE", "OPTIONS", "PATCH"}) {
      String request = method + " /api/v1/change HTTP/1.1\r\nHost: " + own() + "\r\n" + bearer();
      RawClient.Received answer = node.ask(request + "\r\n");
      assertThat(answer.status()).as(method).isEqualTo(405);
      assertThat(answer.field("Access-Control-Allow-Methods")).isEmpty();
    }
    assertThat(get("/api/v1/none", bearer()).status()).isEqualTo(404);
    assertThat(get("/api/v1/../v1/secret", "").status()).isEqualTo(404);
    assertThat(node.changes()).isZero();
  }
}
