package dev.fugitive.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import dev.fugitive.proxy.http.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a proxy could be made to reach for somebody who cannot: its own machine, the cloud's
 * metadata, itself.
 */
final class ReachAttackTest {
  private AttackedNode node;
  private Witness secret;

  @BeforeEach
  void start() throws IOException {
    node = new AttackedNode(Limits.DEFAULT);
    secret = new Witness();
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
    secret.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "0.0.0.0",
        "0",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
      })
  void thisMachineIsOutOfReachByNameAndNumber(String host) throws IOException {
    String authority = host + ":" + secret.port();
    RawClient.Received plain = node.get("http://" + authority + "/secret");
    assertThat(plain.status()).as(plain.text()).isIn(400, 403, 502);
    RawClient.Received odd = node.get("http://" + authority + "/secret|");
    assertThat(odd.status()).as(odd.text()).isIn(400, 403, 502);
    assertThat(secret.heads()).isEmpty();
    assertThat(plain.text()).doesNotContain("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[::ffff:169.254.169.254]",
        "[fe80::1]",
        "224.0.0.1",
        "255.255.255.255",
        "168.63.129.16"
      })
  void linkMetadataAndMulticastAreOutOfReach(String host) throws IOException {
    long before = node.counted("refused-out-of-reach");
    RawClient.Received answer = node.get("http://" + host + "/latest/meta-data/");
    assertThat(answer.status()).as(answer.text()).isEqualTo(403);
    assertThat(answer.field("Proxy-Status")).contains("destination_ip_prohibited");
    RawClient.Received tunnel = node.ask("CONNECT " + host + ":443 HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(tunnel.status()).as(tunnel.text()).isEqualTo(403);
    assertThat(node.counted("refused-out-of-reach")).isEqualTo(before + 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST.",
        "127.1",
        "2130706433",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[fe80::1]",
        "169.254.169.254",
      })
  void noTunnelLeadsToThisMachineOrItsLinkByNameOrNumber(String host) throws IOException {
    for (int port : new int[] {443, 8443}) {
      RawClient.Received tunnel =
          node.ask("CONNECT " + host + ":" + port + " HTTP/1.1\r\nHost: example.org\r\n\r\n");
      assertThat(tunnel.status()).as(tunnel.text()).isIn(403, 502);
    }
  }

  @Test
  void aRedirectLeadsNoFurtherThanItsUrl() throws IOException {
    try (Witness site = new Witness();
        AttackedNode trusting = new AttackedNode(Limits.DEFAULT, "127.0.0.1:" + site.port())) {
      String location = secret.url("/secret");
      site.answering(
          "/go", "HTTP/1.1 302 X\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
      assertThat(trusting.get(site.url("/go")).field("Location")).isEqualTo(location);
      assertThat(trusting.get(location).status()).isEqualTo(403);
    }
    assertThat(secret.heads()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {22, 25, 80, 6379})
  void tunnelsLeadToPortsThatSpeakTlsAlone(int port) throws IOException {
    RawClient.Received answer =
        node.ask("CONNECT 192.0.2.1:" + port + " HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(node.counted("refused-tunnel-port")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "127.1", "[::ffff:127.0.0.1]", "2130706433"})
  void theProxyCannotBeAskedThroughItself(String host) throws IOException {
    String authority = host + ":" + node.port();
    RawClient.Received answer = node.get("http://" + authority + "/status");
    assertThat(answer.status()).as(answer.text()).isIn(403, 508);
    assertThat(answer.text()).doesNotContain("publicKey");
    RawClient.Received tunnel = node.ask("CONNECT " + authority + " HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(tunnel.status()).isIn(403, 508);
  }

  @Test
  void aForeignHostOrOriginDoesNotReachTheControlPages() throws IOException {
    String own = "127.0.0.1:" + node.port();
    assertThat(self(own, "").status()).isEqualTo(200);
    assertThat(self("rebound.example:" + node.port(), "").status()).isEqualTo(421);
    assertThat(self("rebound.example", "").status()).isEqualTo(421);
    assertThat(self(own, "Origin: http://evil.example\r\n").status()).isEqualTo(403);
    assertThat(self(own, "Origin: null\r\n").status()).isEqualTo(403);
    assertThat(self(own, "Origin: http://" + own + "\r\n").status()).isEqualTo(200);
    assertThat(node.counted("refused-misdirected")).isEqualTo(2);
  }

  private RawClient.Received self(String host, String lines) throws IOException {
    return node.ask("GET /status HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://a/", "file:///etc/passwd", "gopher://a/", "http://u:p@a/", "http://a/#x"})
  void onlyPlainWebUrlsAreFetched(String url) throws IOException {
    assertThat(node.get(url).status()).isEqualTo(400);
  }
}
