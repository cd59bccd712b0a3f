package dev.fugitive.proxy.doctor;

import dev.fugitive.client.transport.webrtc.IceServer;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.stun.NatKind;
import dev.fugitive.proxy.stun.NatKind.Behaviour;
import dev.fugitive.proxy.stun.StunClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether peers behind other routers can be reached, as far as this side decides it. */
public final class StunCheck {
  static final String NAME = "stun";
  private static final int USUAL_PORT = 3478;

  /** UDP alone: what goes over TLS or TCP says nothing about this machine's UDP. */
  private static final Pattern OVER_UDP =
      Pattern.compile("(?:stun|turn):(\\[[0-9A-Fa-f:.]+]|[^:?]+)(?::([0-9]+))?(\\?transport=udp)?");

  private StunCheck() {}

  /** Asks the servers; empty where none of them can be asked over UDP. */
  public static Optional<NatKind> look(List<IceServer> servers) throws IOException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (IceServer server : servers) {
      Matcher form = OVER_UDP.matcher(server.url());
      if (form.matches()) {
        addresses.addAll(addresses(form.group(1), form.group(2) == null ? "" : form.group(2)));
      }
    }
    return addresses.isEmpty() ? Optional.empty() : Optional.of(StunClient.natKind(addresses));
  }

  private static List<InetSocketAddress> addresses(String host, String port) {
    try {
      InetAddress address = InetAddress.getByName(host);
      return List.of(
          new InetSocketAddress(address, port.isEmpty() ? USUAL_PORT : Integer.parseInt(port)));
    } catch (UnknownHostException unknown) {
      return List.of();
    }
  }

  /**
   * Judges it.
   *
   * @param servers as they were chosen
   * @param found empty where none could be asked
   */
  public static Finding judge(List<IceServer> servers, Optional<NatKind> found) {
    String another = "fugitive proxy " + Setting.ICE_SERVER.flag() + " stun:HOST:3478";
    if (servers.isEmpty()) {
      return Finding.note(
          NAME, "no server is set: peers are reached on this machine's networks alone", another);
    }
    String names = String.join(", ", servers.stream().map(IceServer::toString).toList());
    if (found.isEmpty()) {
      return Finding.warning(NAME, names + ": no such host, or not over UDP", another);
    }
    if (found.get().mapped().isEmpty()) {
      return Finding.failed(
          NAME, names + ": no answer over UDP, which this network may block", another);
    }
    return kind(found.get(), servers);
  }

  private static Finding kind(NatKind kind, List<IceServer> servers) {
    String seenAs = kind.mapped().map(each -> each.getAddress().getHostAddress()).orElse("");
    String words = "seen as " + seenAs + ", " + words(kind);
    boolean relays = servers.stream().anyMatch(server -> !server.username().isEmpty());
    boolean hard =
        kind.mapping() == Behaviour.ADDRESS_DEPENDENT
            || kind.mapping() == Behaviour.ADDRESS_AND_PORT_DEPENDENT;
    if (hard && !relays) {
      return Finding.warning(
          NAME,
          words + ": peers behind a NAT like this one cannot be reached without a relay",
          "fugitive proxy " + Setting.ICE_SERVER.flag() + " turn:USER:PASSWORD@HOST");
    }
    return Finding.ok(NAME, words);
  }

  private static String words(NatKind kind) {
    return kind.mapping() == Behaviour.NONE
        ? "no NAT, filtering " + kind.filtering().words()
        : "NAT with " + kind.mapping().words() + " mapping, filtering " + kind.filtering().words();
  }
}
