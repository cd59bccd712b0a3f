package dev.fugitive.client.fetch;

import dev.fugitive.client.lan.LanRendezvous;
import dev.fugitive.client.limits.MachineReader;
import dev.fugitive.client.limits.ThisMachine;
import dev.fugitive.client.origin.OriginReach;
import dev.fugitive.client.signalling.CombinedRendezvous;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.signalling.RendezvousClient;
import dev.fugitive.client.signalling.RendezvousSettings;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;

/**
 * What a node stands on: the way to peers, the machine, and the program around it.
 *
 * @param transport opened once the node's stores are, and who is met is known
 * @param rendezvous asked by way of the node's own client
 * @param base stays the program's, unless the node owns it
 * @param reach which addresses origins may have
 * @param listener hears of every fetch
 */
record NodeGround(
    Supplier<PeerTransport> transport,
    Function<OkHttpClient, Rendezvous> rendezvous,
    MachineReader machine,
    BaseClient base,
    OriginReach reach,
    FetchListener listener) {

  /** This machine, and peers by WebRTC, met where the settings say. */
  static NodeGround webRtc(
      NodeSettings settings, BaseClient base, OriginReach reach, FetchListener listener) {
    return new NodeGround(
        () -> PeerTransport.webRtc(settings.iceServers()),
        network -> rendezvous(settings, network),
        ThisMachine.reader(),
        base,
        reach,
        listener);
  }

  /** A machine that restricts nothing, and a way to peers that is open already. */
  static NodeGround of(
      PeerTransport transport, Rendezvous rendezvous, OkHttpClient base, FetchListener listener) {
    return new NodeGround(
        () -> transport,
        network -> rendezvous,
        MachineReader.UNRESTRICTED,
        BaseClient.of(base),
        OriginReach.ANYWHERE,
        listener);
  }

  private static Rendezvous rendezvous(NodeSettings settings, OkHttpClient network) {
    Rendezvous remote =
        settings
            .rendezvous()
            .<Rendezvous>map(url ->
                new RendezvousClient(url, network, RendezvousSettings.DEFAULT, new SecureRandom()))
            .orElse(Rendezvous.NONE);
    return settings
        .lan()
        .<Rendezvous>map(
            scope -> new CombinedRendezvous(List.of(LanRendezvous.overMdns(scope), remote)))
        .orElse(remote);
  }
}
