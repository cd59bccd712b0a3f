package dev.fugitive.proxy;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.mirror.Mirror;
import dev.fugitive.client.origin.OriginReach;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.live.LiveView;
import dev.fugitive.proxy.decrypt.Decryption;
import dev.fugitive.proxy.http.FrontEnd;
import dev.fugitive.proxy.http.FrontEndSettings;
import dev.fugitive.proxy.http.SelfResponder;
import dev.fugitive.proxy.log.AccessLog;
import dev.fugitive.proxy.log.LogFiles;
import dev.fugitive.proxy.rendezvous.RendezvousLimits;
import dev.fugitive.proxy.rendezvous.RendezvousServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A running proxy: what it consists of, started in order, closed in the opposite one. */
public final class ProxyServer implements AutoCloseable {
  /** The program's version. */
  public static final String VERSION = "0.1.0";

  private static final int MAX_PORT = 65_535;

  private final Closing parts;
  private final NodeReport report;

  private ProxyServer(Closing parts, NodeReport report) {
    this.parts = parts;
    this.report = report;
  }

  /**
   * Starts everything: the rendezvous before the node, because that calls there, the front end
   * last, because from then on clients come. What cannot start closes what already has.
   */
  public static ProxyServer start(Settings settings) throws SettingsException {
    try (Closing parts = new Closing()) {
      parts.add(StateLock.take(settings.stateDir()));
      Optional<String> rendezvous = rendezvous(settings, parts);
      OriginReach reach = OriginReach.beyondThisMachine(settings.trustOrigins());
      Optional<Decryption> decryption = Decryptions.of(settings);
      Observers observers = Observers.create();
      FugitiveNode node =
          parts.add(
              Nodes.start(
                  settings,
                  Optional.of(settings.cacheDir()),
                  rendezvous,
                  reach,
                  observers.listener(accessLog(settings, parts))));
      LiveView live = parts.add(observers.observe(node, settings));
      Optional<Mirror> mirror = Mirrors.start(settings, node, parts);
      CompletableFuture<NodeReport> report = new CompletableFuture<>();
      SelfResponder site =
          new ControlRoom(settings, node, mirror, observers, live, () -> report.join().now())
              .open();
      FrontEnd frontEnd = parts.add(frontEnd(settings, decryption, node, site));
      reach.closeOwnPort(frontEnd.address().getPort());
      Optional<InetSocketAddress> mirrorAt = Mirrors.serve(settings, node, mirror, parts);
      mirrorAt.ifPresent(address -> reach.closeOwnPort(address.getPort()));
      report.complete(new NodeReport(settings, node, frontEnd, rendezvous, mirrorAt, decryption));
      return new ProxyServer(parts.handOver(), report.join());
    }
  }

  private static FetchListener accessLog(Settings settings, Closing parts) {
    return settings.accessLog()
        ? parts.add(AccessLog.open(LogFiles.access(settings.stateDir())))
        : FetchListener.NONE;
  }

  /** The URL of the rendezvous, if there is to be one; an embedded one is started. */
  private static Optional<String> rendezvous(Settings settings, Closing parts)
      throws SettingsException {
    return switch (settings.rendezvous()) {
      case Settings.Rendezvous.None none -> Optional.empty();
      case Settings.Rendezvous.At at -> Optional.of(at.url().toString());
      case Settings.Rendezvous.Embedded embedded ->
          Optional.of(parts.add(embedded(settings)).url());
    };
  }

  /** On the port after the proxy's own; on any where the proxy's is any. */
  private static RendezvousServer embedded(Settings settings) throws SettingsException {
    int port = settings.listen().getPort();
    if (port == MAX_PORT) {
      throw new SettingsException(
          Setting.LISTEN.flag()
              + ": port "
              + port
              + " (expected: a smaller one, since the next is the rendezvous's, or --rendezvous"
              + " none)");
    }
    InetSocketAddress address =
        new InetSocketAddress(settings.listen().getAddress(), port == 0 ? 0 : port + 1);
    try {
      return RendezvousServer.start(address, RendezvousLimits.DEFAULT);
    } catch (IOException unavailable) {
      throw ListenFailure.ofNextPort(unavailable);
    }
  }

  /** Starts a rendezvous; the setting is the one that an error message names. */
  public static RendezvousServer startRendezvous(InetSocketAddress address, Setting setting)
      throws SettingsException {
    try {
      return RendezvousServer.start(address, RendezvousLimits.DEFAULT);
    } catch (IOException unavailable) {
      throw ListenFailure.of(setting, unavailable);
    }
  }

  private static FrontEnd frontEnd(
      Settings settings, Optional<Decryption> decryption, FugitiveNode node, SelfResponder site)
      throws SettingsException {
    try {
      return FrontEnd.start(
          FrontEndSettings.on(settings.listen(), settings.trustOrigins())
              .withDecryption(decryption),
          node.asSent(),
          node::memoryHits,
          site,
          node::passedBy);
    } catch (IOException unavailable) {
      throw ListenFailure.of(Setting.LISTEN, unavailable);
    }
  }

  /** What the program says when it is ready: its addresses, its key and whether it has peers. */
  public String readyLine() {
    return report.readyLine();
  }

  /** Where it listens; the port is the real one. */
  public InetSocketAddress address() {
    return report.frontEnd().address();
  }

  @Override
  public void close() {
    parts.close();
  }
}
