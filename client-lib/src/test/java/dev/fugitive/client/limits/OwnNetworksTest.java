package dev.fugitive.client.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses are on a network of our own. */
class OwnNetworksTest {
  @ParameterizedTest
  @CsvSource({
    "192.168.1.2, 24, 192.168.1.77, true",
    "192.168.1.2, 24, 192.168.2.77, false",
    "10.1.2.3, 8, 10.200.0.1, true",
    "172.16.5.1, 20, 172.16.15.255, true",
    "172.16.5.1, 20, 172.16.16.0, false",
    "fd00::1, 64, fd00::ffff, true",
    "fd00::1, 64, fd00:0:0:1::1, false",
    "192.168.1.2, 24, fd00::1, false",
    "192.168.1.2, 0, 192.168.1.2, false",
  })
  void onLinkIsWhoSharesThePrefix(String ours, int prefixBits, String other, boolean shared)
      throws UnknownHostException {
    assertThat(OwnNetworks.isOnLink(address(ours), prefixBits, address(other))).isEqualTo(shared);
  }

  @Test
  void thisMachineIsOnItsOwnNetwork() throws UnknownHostException {
    assertThat(OwnNetworks.contains(address("127.0.0.1"))).isTrue();
    assertThat(OwnNetworks.contains(address("::1"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "2001:db8::1", "100.64.0.1"})
  void publicAddressesNeverAre(String address) throws UnknownHostException {
    assertThat(OwnNetworks.contains(address(address))).isFalse();
  }

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }
}
