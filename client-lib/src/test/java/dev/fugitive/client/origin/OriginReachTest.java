package dev.fugitive.client.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fugitive.client.trust.TrustOrigins;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses are out of reach, in every notation, at the moment of connecting. */
final class OriginReachTest {
  private final OriginReach reach = OriginReach.beyondThisMachine(TrustOrigins.NONE);

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "0.0.0.0", "169.254.169.254", "fe80::1"})
  void whatAHostsSpellingSaysIsForeseen(String host) {
    assertThat(reach.foresee(host, 80)).isPresent();
    assertThat(reach.foresee(host, 80).orElseThrow().words()).startsWith(host + ":80 is ");
    assertThat(OriginReach.ANYWHERE.foresee(host, 80)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "10.0.0.1", "2001:db8::1", "name.example", "999.1.1.1"})
  void ofWhatIsWithinReachOrWouldBeLookedUpNothingIsForeseen(String host) {
    assertThat(reach.foresee(host, 80)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "127.255.255.254",
        "2130706433",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "100.100.100.200",
        "::1",
        "::",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1",
        "64:ff9b:1::808:808",
        "64:ff9b:1:ffff::1",
        "64:ff9b::a83f:8110",
        "64:ff9b::6464:64c8",
        "::168.63.129.16",
        "192.0.0.192",
        "2002:a83f:8110::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
      })
  void thisMachineAndItsLinkAreOutOfReach(String address) throws Exception {
    InetAddress resolved = InetAddress.getAllByName(address)[0];
    assertThatExceptionOfType(OutOfReachException.class)
        .isThrownBy(() -> reach.check("name.example", resolved, 80))
        .withMessageStartingWith("name.example:80 is ");
    assertThatCode(() -> OriginReach.ANYWHERE.check("name.example", resolved, 80))
        .doesNotThrowAnyException();
    OriginReach excepting =
        OriginReach.beyondThisMachine(TrustOrigins.parse(List.of("name.example:80")));
    assertThatCode(() -> excepting.check("name.example", resolved, 80)).doesNotThrowAnyException();
    assertThatExceptionOfType(OutOfReachException.class)
        .isThrownBy(() -> excepting.check("name.example", resolved, 81));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "8.8.8.8",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "2001:db8::1",
        "fd00::1",
        "64:ff9b::808:808",
        "2002:808:808::1"
      })
  void theInternetAndTheIntranetAreWithinReach(String address) throws Exception {
    InetAddress resolved = InetAddress.getAllByName(address)[0];
    assertThatCode(() -> reach.check("name.example", resolved, 80)).doesNotThrowAnyException();
  }

  @Test
  void noNameOrTrustLeadsToAnOwnPort() throws Exception {
    OriginReach excepting = OriginReach.beyondThisMachine(TrustOrigins.parse(List.of("localhost")));
    excepting.closeOwnPort(8080);
    assertThatExceptionOfType(OutOfReachException.class)
        .isThrownBy(() -> excepting.check("localhost", InetAddress.getLoopbackAddress(), 8080))
        .matches(OutOfReachException::isOwnPort);
    assertThatCode(() -> excepting.check("localhost", InetAddress.getLoopbackAddress(), 8081))
        .doesNotThrowAnyException();
  }

  /** Answers each look-up with the next address: a public one first, then this machine. */
  private static final class Rebinding implements Dns {
    private final Deque<InetAddress> answers = new ArrayDeque<>();

    Rebinding(InetAddress... answers) {
      this.answers.addAll(List.of(answers));
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
      byte[] bytes = answers.removeFirst().getAddress();
      return List.of(InetAddress.getByAddress(host, bytes));
    }
  }

  @Test
  void aNameThatMeansSomethingElseTheSecondTimeGainsNothing() throws Exception {
    try (ServerSocket secret = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      InetAddress open = InetAddress.getByName("192.0.2.1");
      InetAddress here = InetAddress.getLoopbackAddress();
      Rebinding dns = new Rebinding(open, here);
      reach.check("rebind.example", dns.lookup("rebind.example").getFirst(), 80);
      OkHttpClient client =
          new OkHttpClient.Builder().dns(dns).socketFactory(new OriginSockets(reach)).build();
      Request request =
          new Request.Builder().url("http://rebind.example:" + secret.getLocalPort() + "/").build();
      assertThatExceptionOfType(OutOfReachException.class)
          .isThrownBy(() -> client.newCall(request).execute());
      secret.setSoTimeout(1);
      assertThatExceptionOfType(IOException.class).isThrownBy(secret::accept);
      assertThat(client.connectionPool().connectionCount()).isZero();
    }
  }
}
