package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes as processes of their own, on one network, with no server to introduce them. */
class LocalNetworkTest {
  private static final int LENGTH = 4 * 1024 * 1024;

  @TempDir Path directory;

  @Test
  void twoNodesFindEachOtherByMulticastAndGiveWithoutAnyRendezvous() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"))) {
      origin.publish("file.bin", Bodies.random(LENGTH));
      String key = NodeProcess.key(directory.resolve("alice"));
      try (NodeProcess alice = node("alice", origin, key)) {
        assertThat(Fetched.get(alice, origin.url("file.bin")).source().from(Provenance.ORIGIN))
            .isEqualTo(LENGTH);
        try (NodeProcess bob = node("bob", origin, key)) {
          bob.awaitPeers(1);
          assertThat(bob.control("/status")).contains("local network: 1 nodes at ");
          Fetched fetched = Fetched.get(bob, origin.url("file.bin"));
          assertThat(fetched.source().from(Provenance.TIER1)).isEqualTo(LENGTH);
          assertThat(origin.bodyBytesSent("file.bin")).isEqualTo(LENGTH);
        }
      }
    }
  }

  private NodeProcess node(String name, NginxOrigin origin, String trusted) throws IOException {
    return NodeProcess.start(
        directory.resolve(name),
        List.of(
            "--share",
            "on",
            "--rendezvous",
            "none",
            "--lan",
            address(),
            "--trust-origin",
            origin.authority(),
            "--trust",
            trusted));
  }

  /** The machine's address on a network that multicasts; WebRTC needs one, too. */
  private static String address() throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(LocalNetworkTest::multicasts)
        .flatMap(one -> one.getInterfaceAddresses().stream())
        .map(InterfaceAddress::getAddress)
        .filter(Inet4Address.class::isInstance)
        .findFirst()
        .orElseThrow()
        .getHostAddress();
  }

  private static boolean multicasts(NetworkInterface one) {
    try {
      return one.isUp() && one.supportsMulticast() && !one.isLoopback();
    } catch (IOException e) {
      return false;
    }
  }
}
