package dev.fugitive.client.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.limits.MachineState.Cost;
import dev.fugitive.client.limits.MachineState.Path;
import dev.fugitive.client.limits.MachineState.Power;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operating system says about power, routes and costs, and what is made of it. */
class MachineStateTest {
  @ParameterizedTest
  @CsvSource({
    "'u 0', UNKNOWN",
    "'u 1', METERED",
    "'u 2', UNMETERED",
    "'u 3\n', METERED",
    "'u 4\n', UNMETERED",
    "'', UNKNOWN",
    "'Failed to get property Metered', UNKNOWN",
  })
  void networkManagersWordIsRead(String answer, Cost expected) {
    assertThat(MeteredQuestion.BUSCTL.read(answer)).isEqualTo(expected);
  }

  @Test
  void ofNetworkManagersDevicesOnlyThoseCountThatAreConnected() {
    assertThat(
            MeteredQuestion.NMCLI.read("100 (connected)\nno (guessed)\n\n30 (disconnected)\nyes"))
        .isEqualTo(Cost.UNMETERED);
    assertThat(
            MeteredQuestion.NMCLI.read("30 (disconnected)\nyes\n\n100 (connected)\nyes (guessed)"))
        .isEqualTo(Cost.METERED);
    assertThat(MeteredQuestion.NMCLI.read("10 (unmanaged)\nunknown")).isEqualTo(Cost.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "'Unrestricted\r\n', UNMETERED",
    "'Fixed', METERED",
    "'Variable', METERED",
    "'Unknown', UNKNOWN",
    "'', UNKNOWN",
  })
  void whatWindowsSaysIsRead(String answer, Cost expected) {
    assertThat(MeteredQuestion.POWERSHELL.read(answer)).isEqualTo(expected);
  }

  @Test
  void anAndroidHotspotIsToldByItsDhcpAnswer() {
    assertThat(MeteredQuestion.IPCONFIG.read("vendor_specific (opaque): ANDROID_METERED\n"))
        .isEqualTo(Cost.METERED);
    assertThat(MeteredQuestion.IPCONFIG.read("op = BOOTREPLY\n")).isEqualTo(Cost.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "eth0, eth0, 1, false, DIRECT",
    "wlp2s0, wlp2s0, 1, false, DIRECT",
    "wg0, wg0, 65534, false, VPN",
    "tun0, tun0, 65534, false, VPN",
    "ppp0, ppp0, 512, false, VPN",
    "office, office, 65534, false, VPN",
    "utun4, utun4, 0, false, VPN",
    "en0, en0, 0, false, DIRECT",
    "wwan0, wwan0, 65534, false, DIRECT",
    "eth3, Intel(R) Ethernet Connection, 6, true, DIRECT",
    "eth5, TAP-Windows Adapter V9, 6, true, VPN",
    "wlan1, WireGuard Tunnel, 53, true, VPN",
    "net4, WAN Miniport, 23, true, VPN",
  })
  void aVpnIsToldByTheInterfaceOfTheRoute(
      String name, String displayName, int type, boolean onWindows, Path expected)
      throws IOException {
    Route route = new Route(name, displayName, InetAddress.getByName("192.168.1.5"), type);
    assertThat(route.path(onWindows)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "en0, 172.20.10.3, METERED",
    "en0, 172.20.10.17, UNKNOWN",
    "en0, 172.20.11.3, UNKNOWN",
    "wwan0, 10.1.2.3, METERED",
    "eth0, 192.168.1.5, UNKNOWN",
    "eth0, 2001:db8::5, UNKNOWN",
  })
  void hotspotsAndModemsCost(String name, String address, Cost expected) throws IOException {
    assertThat(new Route(name, name, InetAddress.getByName(address), 1).cost()).isEqualTo(expected);
  }

  @Test
  void aMachineLivesOnItsBatteryWhereThatDrainsAndNothingIsPlugged() {
    PowerSupply draining = new PowerSupply(false, true, true);
    PowerSupply plugged = new PowerSupply(true, false, true);
    PowerSupply mouse = new PowerSupply(false, true, false);
    assertThat(PowerSupply.of(List.of())).isEqualTo(Power.MAINS);
    assertThat(PowerSupply.of(List.of(draining))).isEqualTo(Power.BATTERY);
    assertThat(PowerSupply.of(List.of(plugged))).isEqualTo(Power.MAINS);
    assertThat(PowerSupply.of(List.of(plugged, draining))).isEqualTo(Power.MAINS);
    assertThat(PowerSupply.of(List.of(mouse))).isEqualTo(Power.MAINS);
  }

  @Test
  void theBatteryOfAMouseIsNotTheMachines(@TempDir java.nio.file.Path supplies) throws IOException {
    supply(supplies, "AC", "Mains", "");
    supply(supplies, "hidpp_battery_0", "Battery", "Device");
    assertThat(ThisMachine.hasSystemBattery(supplies)).isFalse();
    supply(supplies, "BAT0", "Battery", "");
    assertThat(ThisMachine.hasSystemBattery(supplies)).isTrue();
  }

  private static void supply(java.nio.file.Path all, String name, String type, String scope)
      throws IOException {
    java.nio.file.Path supply = Files.createDirectories(all.resolve(name));
    Files.writeString(supply.resolve("type"), type + "\n");
    if (!scope.isEmpty()) {
      Files.writeString(supply.resolve("scope"), scope + "\n");
    }
  }

  @Test
  void aCommandThatIsMissingOrFailsLeavesTheCostUnknownAndTheNextIsAsked() throws Exception {
    List<String> run = new ArrayList<>();
    OshiMachine machine =
        new OshiMachine(
            new OshiMachine.Commands() {
              @Override
              public String run(List<String> command) throws IOException {
                run.add(command.getFirst());
                if (command.getFirst().equals("busctl")) {
                  throw new IOException("exit status 1");
                }
                return "100 (connected)\nyes\n";
              }

              @Override
              public boolean isThere(String name) {
                return true;
              }
            },
            "Linux");
    assertThat(machine.read().cost()).isEqualTo(Cost.METERED);
    assertThat(run).containsExactly("busctl", "nmcli");
  }

  @Test
  void thisMachineCanBeRead() throws Exception {
    MachineState state = ThisMachine.reader().read();
    assertThat(state.power()).isNotEqualTo(Power.UNREAD);
    assertThat(state.cost()).isNotEqualTo(Cost.UNREAD);
    assertThat(state.path()).isNotEqualTo(Path.UNREAD);
    assertThat(ThisMachine.hardware().memoryBytes()).isGreaterThan(1L << 28);
  }
}
