package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a client from elsewhere is kept from, in every notation. */
final class ReachTest {
  private static final Authority TARGET = new Authority("a", 80);

  private static boolean isRefused(String client, String address, boolean trusted)
      throws Exception {
    return Reach.refuse(
            InetAddress.getAllByName(client)[0],
            TARGET,
            List.of(InetAddress.getAllByName("192.0.2.1")[0], InetAddress.getAllByName(address)[0]),
            trusted)
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "224.0.0.1",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
      })
  void theProxysOwnMachineAndLinkAreOutOfReachFromElsewhere(String address) throws Exception {
    assertThat(isRefused("192.168.1.7", address, false)).isTrue();
    assertThat(isRefused("127.0.0.1", address, false)).isFalse();
    assertThat(isRefused("192.168.1.7", address, true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"192.0.2.1", "10.0.0.1", "192.168.1.1", "2001:db8::1", "64:ff9b::808:808"})
  void whatTheClientReachesAnywayIsWithinReach(String address) throws Exception {
    assertThat(isRefused("192.168.1.7", address, false)).isFalse();
  }

  @Test
  void theRefusalNamesTheAddress() throws Exception {
    assertThat(
            Reach.refuse(
                InetAddress.getAllByName("192.0.2.7")[0],
                TARGET,
                List.of(InetAddress.getAllByName("127.0.0.1")[0]),
                false))
        .get()
        .extracting(Refusal::words)
        .asString()
        .startsWith("a:80 is 127.0.0.1, an address of the proxy's own machine");
  }
}
