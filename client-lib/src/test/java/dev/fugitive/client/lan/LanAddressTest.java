package dev.fugitive.client.lan;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LanAddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.2.3,24,10.1.2.255,true",
    "10.1.2.3,24,10.1.3.3,false",
    "10.1.2.3,8,10.200.3.3,true",
    "192.168.178.20,25,192.168.178.127,true",
    "192.168.178.20,25,192.168.178.128,false",
    "10.1.2.3,24,8.8.8.8,false",
    "10.1.2.3,24,fd00::1,false",
    "fd00::2,64,fd00::99,true",
    "fd00::2,64,fd00:0:0:1::99,false",
    "fe80::1,64,fe80::2,true"
  })
  void onTheSameNetworkIsWhoSharesThePrefix(String own, int bits, String other, boolean onLink)
      throws UnknownHostException {
    LanAddress address = new LanAddress("eth0", InetAddress.getByName(own), bits);
    assertThat(address.isOnLink(InetAddress.getByName(other))).isEqualTo(onLink);
  }

  @Test
  void onlyPrivateAddressesAreAnnouncedUnlessOneIsNamed() throws SocketException {
    assertThat(LanScope.PRIVATE_NETWORKS.addresses())
        .allMatch(found ->
            found.address().isSiteLocalAddress()
                || found.address().isLinkLocalAddress()
                || (found.address().getAddress()[0] & 0xfe) == 0xfc)
        .noneMatch(found -> found.address().isLoopbackAddress());
  }
}
