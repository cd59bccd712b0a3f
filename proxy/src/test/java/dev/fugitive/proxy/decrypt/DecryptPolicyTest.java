package dev.fugitive.proxy.decrypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.proxy.decrypt.Decision.Decrypt;
import dev.fugitive.proxy.decrypt.Decision.Refuse;
import dev.fugitive.proxy.decrypt.Decision.Tunnel;
import dev.fugitive.proxy.decrypt.Decision.WaitForMoreBytes;
import dev.fugitive.proxy.decrypt.Decision.Why;
import java.net.InetAddress;
import java.util.List;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** Each clause of the decision, by its number. */
final class DecryptPolicyTest {
  private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();
  private static final DecryptHosts HOSTS =
      new DecryptHosts(
          List.of(HostPattern.parse("*.example.org"), HostPattern.parse("one.test:443")),
          List.of(HostPattern.parse("bank.example.org")));
  private static final ByteString HELLO = Hellos.hello("a.example.org", "h2", "http/1.1");

  private static Decision decide(String host, int port, ByteString bytes) {
    return decide(new Peeked(host, port, CLIENT, bytes, false, 0));
  }

  private static Decision decide(Peeked peeked) {
    return DecryptPolicy.decide(peeked, HOSTS, true, client -> false);
  }

  private static Decision decide(ByteString bytes) {
    return decide("a.example.org", 443, bytes);
  }

  @Test
  void clause1OnlyNamedHostsAreLookedAt() {
    for (String host : List.of("example.org", "other.test", "bank.example.org", "10.0.0.1")) {
      assertThat(decide(host, 443, HELLO)).isEqualTo(new Tunnel(Why.HOST_NOT_NAMED));
      assertThat(decide(host, 443, ByteString.EMPTY)).isEqualTo(new Tunnel(Why.HOST_NOT_NAMED));
    }
    assertThat(decide("one.test", 8443, HELLO)).isEqualTo(new Tunnel(Why.HOST_NOT_NAMED));
    assertThat(decide("one.test", 443, Hellos.hello("one.test"))).isInstanceOf(Decrypt.class);
  }

  @Test
  void clause2AnExpiredCaTunnels() {
    Peeked peeked = new Peeked("a.example.org", 443, CLIENT, HELLO, false, 0);
    assertThat(DecryptPolicy.decide(peeked, HOSTS, false, client -> false))
        .isEqualTo(new Tunnel(Why.CA_EXPIRED));
  }

  @Test
  void clause3ASilentClientIsWaitedForAndThenTunnelled() {
    assertThat(decide(Peeked.nothingYet("a.example.org", 443, CLIENT)))
        .isEqualTo(new WaitForMoreBytes(1, DecryptPolicy.QUIET_MILLIS));
    assertThat(decide(silent(false, DecryptPolicy.QUIET_MILLIS)))
        .isEqualTo(new Tunnel(Why.SERVER_SPEAKS_FIRST));
    assertThat(decide(silent(true, 0))).isEqualTo(new Tunnel(Why.CLIENT_ENDED));
  }

  private static Peeked silent(boolean ended, long waitedMillis) {
    return new Peeked("a.example.org", 443, CLIENT, ByteString.EMPTY, ended, waitedMillis);
  }

  @Test
  void clause4WhatIsNoTlsIsTunnelled() {
    assertThat(decide(ByteString.encodeUtf8("GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n")))
        .isEqualTo(new Tunnel(Why.NOT_TLS));
  }

  @Test
  void clause5AHelloInPiecesIsWaitedForAndThenRefused() {
    ByteString half = HELLO.substring(0, 40);
    assertThat(decide(half))
        .isEqualTo(new WaitForMoreBytes(HELLO.size(), DecryptPolicy.HELLO_MILLIS));
    Peeked late = new Peeked("a.example.org", 443, CLIENT, half, false, DecryptPolicy.HELLO_MILLIS);
    assertThat(decide(late)).isEqualTo(new Refuse(Why.HELLO_TOO_SLOW));
    Peeked ended = new Peeked("a.example.org", 443, CLIENT, half, true, 10);
    assertThat(decide(ended)).isEqualTo(new Tunnel(Why.CLIENT_ENDED));
  }

  @Test
  void clause6AMalformedHelloIsTunnelled() {
    assertThat(decide(Hellos.record(ByteString.decodeHex("02000000"))))
        .isEqualTo(new Tunnel(Why.HELLO_MALFORMED));
  }

  @Test
  void clause7AnotherNameThanTheTargetsIsTunnelledAndNoneIsNot() {
    assertThat(decide(Hellos.hello("b.example.org", "h2"))).isEqualTo(new Tunnel(Why.OTHER_NAME));
    assertThat(decide(Hellos.hello("", "h2"))).isInstanceOf(Decrypt.class);
    assertThat(decide("a.example.org.", 443, HELLO)).isInstanceOf(Decrypt.class);
    assertThat(decide(Hellos.hello("A.Example.ORG", "h2"))).isInstanceOf(Decrypt.class);
  }

  @Test
  void clause7AnEmptyEncryptedHelloUnderTheRightNameIsNoReason() {
    ByteString extensions =
        new Buffer()
            .write(Hellos.extensions("a.example.org", "h2"))
            .write(Hellos.extension(0xfe0d, ByteString.decodeHex("00")))
            .readByteString();
    assertThat(decide(Hellos.record(Hellos.message(extensions)))).isInstanceOf(Decrypt.class);
  }

  @Test
  void clause8OldTlsIsTunnelled() {
    ByteString old =
        new Buffer()
            .write(Hellos.serverName("a.example.org"))
            .write(Hellos.extension(43, ByteString.decodeHex("0403020301")))
            .readByteString();
    assertThat(decide(Hellos.record(Hellos.message(old)))).isEqualTo(new Tunnel(Why.OLD_TLS));
  }

  @Test
  void clause9OtherProtocolsAreTunnelled() {
    assertThat(decide(Hellos.hello("a.example.org", "acme-tls/1", "smtp")))
        .isEqualTo(new Tunnel(Why.OTHER_PROTOCOL));
    assertThat(decide(Hellos.hello("a.example.org", "smtp", "http/1.1")))
        .isInstanceOf(Decrypt.class);
  }

  @Test
  void clause10AClientThatRefusedTheCaIsTunnelled() {
    Peeked peeked = new Peeked("a.example.org", 443, CLIENT, HELLO, false, 0);
    assertThat(DecryptPolicy.decide(peeked, HOSTS, true, client -> true))
        .isEqualTo(new Tunnel(Why.CLIENT_DISTRUSTS));
  }

  @Test
  void clause11EverythingElseIsDecrypted() {
    assertThat(decide(HELLO))
        .isInstanceOfSatisfying(
            Decrypt.class,
            decrypt -> assertThat(decrypt.client().host()).isEqualTo("a.example.org"));
  }
}
