package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expectations and interim responses (RFC 9110 sections 10.1.1 and 15.2). */
final class ExpectationTest {
  private TestProxy proxy;

  @BeforeEach
  void start() throws IOException {
    proxy = new TestProxy(Limits.DEFAULT);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  @Test
  void theOriginTellsTheClientToGoOn() throws Exception {
    try (RawOrigin origin =
            new RawOrigin(exchange -> {
              assertThat(exchange.readHead()).contains("Expect: 100-continue");
              exchange.write("HTTP/1.1 100 Continue\r\n\r\n");
              byte[] body = exchange.in().readNBytes(5);
              exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
              exchange.write(body);
            });
        RawClient client = proxy.connect()) {
      client.send(expecting(origin, "Content-Length: 5"));
      assertThat(client.receive().status()).isEqualTo(100);
      assertThat(client.send("hello").receive().text()).isEqualTo("hello");
    }
  }

  @Test
  void anOriginThatWillNotHaveTheBodySaysSoBeforeItIsSent() throws Exception {
    try (RawOrigin origin =
            new RawOrigin(exchange -> {
              exchange.readHead();
              exchange.write("HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno");
              exchange.awaitEnd();
            });
        RawClient client = proxy.connect()) {
      RawClient.Received answer = client.send(expecting(origin, "Content-Length: 5")).receive();
      assertThat(answer.status()).isEqualTo(417);
      assertThat(answer.field("Connection")).isEqualTo("close");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
  void aBodyThatDoesNotWaitForTheOriginsWordIsNotLost(String framing) throws Exception {
    String body = framing.startsWith("C") ? "hello" : "5\r\nhello\r\n0\r\n\r\n";
    try (RawOrigin origin =
            new RawOrigin(exchange -> {
              exchange.readHead();
              byte[] came = exchange.in().readNBytes(body.length());
              exchange.write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n");
              exchange.write(came);
            });
        RawClient client = proxy.connect()) {
      client.send(expecting(origin, framing) + body);
      assertThat(client.receive().text()).isEqualTo(body);
    }
  }

  @Test
  void interimResponsesOfAPassThroughReachTheClientInOrder() throws Exception {
    try (RawOrigin origin =
            new RawOrigin(exchange -> {
              exchange.readHead();
              exchange.write("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
              exchange.write("HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\n");
              exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            });
        RawClient client = proxy.connect()) {
      client.send("GET " + origin.url() + "a|b HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.receive().field("Link")).isEqualTo("</a.css>");
      assertThat(client.receive().field("Link")).isEqualTo("</b.css>");
      assertThat(client.receive().text()).isEqualTo("ok");
    }
  }

  private static String expecting(RawOrigin origin, String framing) {
    return "PUT "
        + origin.url()
        + " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
        + framing
        + "\r\n\r\n";
  }
}
