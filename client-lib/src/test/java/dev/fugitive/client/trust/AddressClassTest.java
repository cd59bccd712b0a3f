package dev.fugitive.client.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressClassTest {
  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, PUBLIC",
    "0.0.0.0, UNSPECIFIED",
    "0.1.2.3, UNSPECIFIED",
    "10.0.0.1, PRIVATE",
    "11.0.0.1, PUBLIC",
    "100.63.255.255, PUBLIC",
    "100.64.0.0, CARRIER_NAT",
    "100.127.255.255, CARRIER_NAT",
    "100.128.0.0, PUBLIC",
    "127.0.0.1, LOOPBACK",
    "127.255.255.254, LOOPBACK",
    "169.254.169.254, LINK_LOCAL",
    "172.15.255.255, PUBLIC",
    "172.16.0.0, PRIVATE",
    "172.31.255.255, PRIVATE",
    "172.32.0.0, PUBLIC",
    "192.0.0.8, RESERVED",
    "192.0.2.1, RESERVED",
    "192.0.3.1, PUBLIC",
    "192.88.99.1, RESERVED",
    "192.168.255.255, PRIVATE",
    "192.169.0.0, PUBLIC",
    "198.17.255.255, PUBLIC",
    "198.18.0.1, RESERVED",
    "198.19.255.255, RESERVED",
    "198.20.0.0, PUBLIC",
    "198.51.100.7, RESERVED",
    "203.0.113.7, RESERVED",
    "223.255.255.255, PUBLIC",
    "224.0.0.1, MULTICAST",
    "239.255.255.255, MULTICAST",
    "240.0.0.1, RESERVED",
    "255.255.255.255, RESERVED",
    "'[2606:4700::1111]', PUBLIC",
    "'[::]', UNSPECIFIED",
    "'[::1]', LOOPBACK",
    "'[::2]', RESERVED",
    "'[::ffff:127.0.0.1]', LOOPBACK",
    "'[::ffff:a9fe:a9fe]', LINK_LOCAL",
    "'[::ffff:8.8.8.8]', PUBLIC",
    "'[::10.0.0.1]', PRIVATE",
    "'[64:ff9b::7f00:1]', LOOPBACK",
    "'[64:ff9b::808:808]', PUBLIC",
    "'[64:ff9b:1::808:808]', PRIVATE",
    "'[100::1]', RESERVED",
    "'[2001::1]', RESERVED",
    "'[2001:20::1]', RESERVED",
    "'[2001:200::1]', PUBLIC",
    "'[2001:db8::1]', RESERVED",
    "'[2002:7f00:1::]', LOOPBACK",
    "'[2002:c0a8:101::]', PRIVATE",
    "'[2002:808:808::]', PUBLIC",
    "'[3fff:fff::1]', RESERVED",
    "'[3fff:1000::1]', PUBLIC",
    "'[4000::1]', RESERVED",
    "'[fc00::1]', PRIVATE",
    "'[fd00:ec2::254]', PRIVATE",
    "'[fe80::1]', LINK_LOCAL",
    "'[febf::1]', LINK_LOCAL",
    "'[fec0::1]', PRIVATE",
    "'[ff02::1]', MULTICAST",
  })
  void anAddressHasOneClassByItselfAndAsAHost(String literal, AddressClass expected)
      throws UnknownHostException {
    assertThat(AddressClass.of(InetAddress.getByName(literal))).isEqualTo(expected);
    assertThat(AddressClass.ofHost(literal)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "127.1, RESERVED",
    "2130706433, RESERVED",
    "0x7f000001, RESERVED",
    "0x7f.1, RESERVED",
    "0177.0.0.1, RESERVED",
    "127.0.0.1., LOOPBACK",
    "127.0.0.1.., LOOPBACK",
    "1.2.3.4.5, RESERVED",
    "256.1.1.1, RESERVED",
    "example.0, RESERVED",
    "1.2.3.999999999999, RESERVED",
    "::1, LOOPBACK",
    "'[fe80::1%25eth0]', RESERVED",
    "'[:::]', RESERVED",
    "'[', RESERVED",
    "localhost, LOOPBACK",
    "LOCALHOST., LOOPBACK",
    "app.localhost, LOOPBACK",
    "localhost.localdomain, LOOPBACK",
    "printer.local, LINK_LOCAL",
    "intranet, PRIVATE",
    "wiki.corp, PRIVATE",
    "metadata.google.internal, PRIVATE",
    "router.home.arpa, PRIVATE",
    "home.arpa, PRIVATE",
    "nas.lan, PRIVATE",
    "example.org, UNRESOLVED",
    "xn--mnchen-3ya.de, UNRESOLVED",
    "notlocalhost.com, UNRESOLVED",
    "'', PRIVATE",
    "., PRIVATE"
  })
  void aHostsSpellingHidesNothing(String host, AddressClass expected) {
    assertThat(AddressClass.ofHost(host)).isEqualTo(expected);
  }

  @Test
  void onlyPublicIsPublic() {
    for (AddressClass each : AddressClass.values()) {
      assertThat(each.isPublic()).isEqualTo(each == AddressClass.PUBLIC);
    }
  }

  @Property(tries = 2000, seed = "6890")
  void theJdkAgreesOnWhatIsNeverPublic(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(bytes);
    boolean special =
        address.isLoopbackAddress()
            || address.isLinkLocalAddress()
            || address.isSiteLocalAddress()
            || address.isMulticastAddress()
            || address.isAnyLocalAddress();
    assertThat(special && AddressClass.of(address).isPublic()).isFalse();
  }

  @Property(tries = 2000, seed = "3986")
  void anyTextIsAHostOfSomeClassAndNeverPublicByName(@ForAll String host) {
    assertThat(AddressClass.ofHost(host)).isNotEqualTo(AddressClass.PUBLIC);
  }
}
