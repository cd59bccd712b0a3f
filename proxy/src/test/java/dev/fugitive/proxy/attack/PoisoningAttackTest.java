package dev.fugitive.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.http.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cache poisoning: what one client brings about is never what another one gets. */
final class PoisoningAttackTest {
  private static final String KEPT = "Cache-Control: max-age=600\r\n";

  private AttackedNode node;
  private Witness origin;

  @BeforeEach
  void start() throws IOException {
    node = AttackedNode.usual();
    origin = new Witness();
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
    origin.close();
  }

  private static String answer(int status, String fields, String body) {
    return "HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(status, fields, body.length(), body);
  }

  @Test
  void anOrdinaryAnswerIsKept() throws IOException {
    origin.answering("/kept", answer(200, KEPT, "kept"));
    assertThat(node.get(origin.url("/kept")).text()).isEqualTo("kept");
    assertThat(node.get(origin.url("/kept")).text()).isEqualTo("kept");
    assertThat(origin.asked("/kept")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Scheme: http",
        "X-Forwarded-Proto: http",
        "X-Original-URL: /admin",
        "X-Rewrite-URL: /admin",
        "X-HTTP-Method-Override: POST",
        "X-Host: evil.example",
        "Forwarded: host=evil.example",
      })
  void whatAFieldOutsideTheKeyBroughtAboutIsNotKept(String field) throws IOException {
    origin.answering("/page", answer(200, KEPT, "poison"));
    assertThat(node.get(origin.url("/page"), field).text()).isEqualTo("poison");
    origin.answering("/page", answer(200, KEPT, "clean"));
    assertThat(node.get(origin.url("/page")).text()).isEqualTo("clean");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405, 413, 414, 431, 501})
  void anErrorThatAnOddRequestBroughtAboutIsNotKept(int status) throws IOException {
    origin.answering("/page", answer(status, KEPT, "broken"));
    assertThat(node.get(origin.url("/page"), "X-Metacharacter: \u0007").status()).isIn(400, status);
    assertThat(node.get(origin.url("/page"), "X-Odd: " + "y".repeat(5000)).status())
        .isEqualTo(status);
    origin.answering("/page", answer(200, KEPT, "well"));
    assertThat(node.get(origin.url("/page")).text()).isEqualTo("well");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Set-Cookie: session=1\r\nCache-Control: max-age=600\r\n",
        "Cache-Control: private, max-age=600\r\n",
        "Cache-Control: no-store\r\n",
        "Cache-Control: max-age=600\r\nVary: *\r\n",
        "Cache-Control: max-age=600\r\nVary: Cookie\r\n",
      })
  void whatIsOnePersonsIsNotGivenToAnother(String fields) throws IOException {
    origin.answering("/me", answer(200, fields, "alice"));
    assertThat(node.get(origin.url("/me"), "Cookie: user=alice").text()).isEqualTo("alice");
    origin.answering("/me", answer(200, fields, "bob"));
    RawClient.Received bobs = node.get(origin.url("/me"), "Cookie: user=bob");
    assertThat(bobs.text()).isEqualTo("bob");
  }

  @Test
  void anAnswerToCredentialsIsNotGivenToWhoHasNone() throws IOException {
    origin.answering("/mail", answer(200, KEPT, "alice's"));
    node.get(origin.url("/mail"), "Authorization: Basic eA==");
    origin.answering("/mail", answer(401, "", "who?"));
    assertThat(node.get(origin.url("/mail")).status()).isEqualTo(401);
  }

  @Test
  void aPathThatLooksLikeAStyleSheetDoesNotMakeAPagePublic() throws IOException {
    String path = "/account/x.css";
    origin.answering(path, answer(200, "Cache-Control: private\r\n", "alice"));
    node.get(origin.url(path), "Cookie: user=alice");
    origin.answering(path, answer(200, "Cache-Control: private\r\n", "bob"));
    assertThat(node.get(origin.url(path), "Cookie: user=bob").text()).isEqualTo("bob");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cookie", "Host", "Content-Length", "Cache-Control", "Via", "Range"})
  void connectionDoesNotRemoveWhatOthersRelyOn(String name) throws IOException {
    node.get(
        origin.url("/hop"),
        "Connection: close, " + name + ", X-Mine",
        "X-Mine: 1",
        "Cookie: a=b",
        "Cache-Control: no-store");
    String head = origin.heads().getLast();
    assertThat(head).contains("Cookie: a=b", "Host: 127.0.0.1:", "Cache-Control: no-store", "Via:");
    assertThat(head).doesNotContain("X-Mine");
  }
}
