package dev.fugitive.client.lan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fugitive.client.peer.Identity;
import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real multicast DNS, on an interface of this machine. */
final class MdnsTest {
  private final List<LanNode> nodes = new ArrayList<>();

  @AfterEach
  void noThreadIsLeft() {
    nodes.forEach(LanNode::close);
    await().atMost(Duration.ofSeconds(20)).until(() -> LanThreads.running().isEmpty());
  }

  @Test
  void twoNodesFindEachOtherByMulticastAlone() throws SocketException {
    LanAddress here = multicastAddress();
    LanNode one = node(here, 1);
    LanNode two = node(here, 2);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(one.peers()).contains(two.id());
          assertThat(two.peers()).contains(one.id());
        });
    assertThat(one.membership.relay(two.id(), one.signal(two))).isTrue();
    await().until(() -> two.heardFrom(one.id()).size() == 1);
  }

  private LanNode node(LanAddress here, long seed) {
    LanNode node = new LanNode(Identity.generate(), new MdnsDiscovery(), () -> List.of(here), seed);
    nodes.add(node);
    return node;
  }

  /** Whatever network this machine has; without any, its loopback must do. */
  private static LanAddress multicastAddress() throws SocketException {
    List<LanAddress> found = new ArrayList<>();
    for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
      if (one.isUp() && (one.supportsMulticast() || one.isLoopback())) {
        for (InterfaceAddress address : one.getInterfaceAddresses()) {
          if (address.getAddress() instanceof Inet4Address) {
            LanAddress usable =
                new LanAddress(
                    one.getName(), address.getAddress(), address.getNetworkPrefixLength());
            found.add(one.isLoopback() ? found.size() : 0, usable);
          }
        }
      }
    }
    return found.getFirst();
  }
}
