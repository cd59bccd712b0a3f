package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import dev.fugitive.proxy.doctor.PeersCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Asks a running proxy for its peers. */
final class RunningPeers {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int SHORT_NAME = 8;

  private RunningPeers() {}

  static PeersCheck.Facts of(InetSocketAddress proxy, Path stateDir)
      throws IOException, SettingsException, ApiException {
    ControlClient client = ControlClient.of(proxy, stateDir, LIMIT);
    JsonObject status = client.get("status");
    JsonObject answer = client.get("peers");
    List<PeersCheck.Peer> peers = new ArrayList<>();
    for (JsonObject peer : answer.objects("peers")) {
      peers.add(peer(peer));
    }
    return new PeersCheck.Facts(
        status.text("whyNoPeers"),
        peers,
        answer.objects("bans").size(),
        status.truth("sharing").orElse(false));
  }

  private static PeersCheck.Peer peer(JsonObject peer) throws ApiException {
    String key = peer.requireText("key");
    String name = key.substring(key.indexOf(':') + 1);
    return new PeersCheck.Peer(
        name.substring(0, Math.min(name.length(), SHORT_NAME)),
        peer.requireText("state").equals("open"),
        peer.decimal("roundTripMillis").map(millis -> Duration.ofNanos(Math.round(millis * 1e6))),
        rate(peer));
  }

  private static OptionalLong rate(JsonObject peer) throws ApiException {
    long bytesPerSecond = Math.round(peer.decimal("receivedPerSecond").orElse(0.0));
    return bytesPerSecond > 0 ? OptionalLong.of(bytesPerSecond) : OptionalLong.empty();
  }
}
