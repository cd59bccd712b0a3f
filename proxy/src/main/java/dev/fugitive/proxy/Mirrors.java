package dev.fugitive.proxy;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.mirror.Mirror;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.http.FrontEnd;
import dev.fugitive.proxy.http.FrontEndSettings;
import dev.fugitive.proxy.http.SelfResponder;
import dev.fugitive.proxy.mirror.KeptPaths;
import dev.fugitive.proxy.mirror.NodeFetcher;
import dev.fugitive.proxy.mirror.StockPins;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mirror on top of a proxy's node, and the front end that serves what it keeps. */
final class Mirrors {
  private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);

  private Mirrors() {}

  /**
   * Starts the mirror. Where its logs cannot be used there is none, unless the user said how it is
   * to be.
   */
  static Optional<Mirror> start(Settings settings, FugitiveNode node, Closing parts)
      throws SettingsException {
    InstantSource clock = InstantSource.system();
    try {
      return Optional.of(
          parts.add(
              Mirror.start(
                  settings.stateDir().resolve("mirror"),
                  new Mirror.Ground(
                      Nodes.identity(settings),
                      settings.mirrorCommanders(),
                      new NodeFetcher(
                          node.asSent(), url -> !node.stock().held(url).isEmpty(), clock),
                      new StockPins(node.stock()),
                      node.orders(),
                      node::seekMirrors,
                      clock,
                      new SecureRandom()))));
    } catch (IOException unusable) {
      if (settings.mirrorListen().isPresent() || !settings.mirrorCommanders().isEmpty()) {
        Setting named =
            settings.mirrorListen().isPresent() ? Setting.MIRROR_LISTEN : Setting.MIRROR_COMMANDER;
        throw new SettingsException(named.flag() + ": no mirror: " + FileWords.of(unusable));
      }
      LOG.warn("no mirror: {}", FileWords.of(unusable));
      return Optional.empty();
    }
  }

  /** Serves what is kept where the user said so; the result is where. */
  static Optional<InetSocketAddress> serve(
      Settings settings, FugitiveNode node, Optional<Mirror> mirror, Closing parts)
      throws SettingsException {
    if (settings.mirrorListen().isEmpty() || mirror.isEmpty()) {
      return Optional.empty();
    }
    Mirror kept = mirror.get();
    FrontEndSettings served =
        FrontEndSettings.on(settings.mirrorListen().get(), settings.trustOrigins())
            .serving(
                new KeptPaths(
                    url -> kept.keeps(url) && !node.stock().held(url).isEmpty(),
                    KeptPaths.ownHostNames()));
    try {
      FrontEnd frontEnd = parts.add(FrontEnd.start(served, node.asSent(), asked -> nothingElse()));
      return Optional.of(frontEnd.address());
    } catch (IOException unavailable) {
      throw new SettingsException(
          Setting.MIRROR_LISTEN.flag()
              + ": "
              + unavailable.getMessage()
              + " (expected: a free port)");
    }
  }

  private static SelfResponder.Answer nothingElse() {
    return new SelfResponder.Answer(404, Fields.EMPTY, ByteString.EMPTY);
  }
}
