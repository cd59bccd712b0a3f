package dev.fugitive.proxy;

import dev.fugitive.cache.store.DirectoryInUseException;
import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.fetch.Stock;
import dev.fugitive.client.origin.OriginReach;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Starts nodes with what the user chose. */
public final class Nodes {
  private Nodes() {}

  /** Starts a node for what its user asks; without a directory it keeps everything in memory. */
  public static FugitiveNode start(
      Settings settings, Optional<Path> cacheDir, Optional<String> rendezvous)
      throws SettingsException {
    return start(
        nodeSettings(settings, cacheDir, rendezvous),
        settings,
        OriginReach.ANYWHERE,
        FetchListener.NONE);
  }

  /** The same, for others' requests: origins are within this reach alone. */
  static FugitiveNode start(
      Settings settings,
      Optional<Path> cacheDir,
      Optional<String> rendezvous,
      OriginReach reach,
      FetchListener listener)
      throws SettingsException {
    NodeSettings chosen =
        nodeSettings(settings, cacheDir, rendezvous)
            .withMonthAccount(Directories.monthAccountFile(settings.stateDir()))
            .withBanFile(Directories.banFile(settings.stateDir()));
    return start(chosen, settings, reach, listener);
  }

  private static FugitiveNode start(
      NodeSettings chosen, Settings settings, OriginReach reach, FetchListener listener)
      throws SettingsException {
    try {
      return FugitiveNode.start(chosen, listener, reach);
    } catch (IOException unusable) {
      throw new SettingsException(
          Setting.CACHE_DIR.flag()
              + ": "
              + settings.cacheDir()
              + " (expected: a writable directory of its own; "
              + words(unusable)
              + ")");
    }
  }

  /**
   * Opens the cache that a node with these settings has, while none runs.
   *
   * @throws DirectoryInUseException where one runs
   */
  public static Stock openStock(Settings settings) throws SettingsException, IOException {
    return FugitiveNode.openStock(
        nodeSettings(settings, Optional.of(settings.cacheDir()), Optional.empty()));
  }

  private static NodeSettings nodeSettings(
      Settings settings, Optional<Path> cacheDir, Optional<String> rendezvous)
      throws SettingsException {
    NodeSettings chosen = NodeSettings.defaults(identity(settings));
    if (cacheDir.isPresent()) {
      chosen = chosen.withCacheDirectory(cacheDir.get(), settings.cacheSizeBytes());
    }
    if (rendezvous.isPresent()) {
      chosen = chosen.withRendezvous(rendezvous.get());
    }
    if (settings.lanScope().isPresent()) {
      chosen = chosen.withLan(settings.lanScope().get());
    }
    return chosen
        .withMemoryLimit(settings.memorySizeBytes())
        .withIceServers(settings.iceServers().toArray(String[]::new))
        .withTrustFile(settings.trustFile())
        .withTrusted(settings.trust().toArray(PeerId[]::new))
        .withRules(new SharingRules(settings.trustOrigins(), List.of()))
        .withPolicy(settings.policy())
        .withUploads(settings.uploads())
        .withConnections(settings.connections().target(), settings.connections().maximum());
  }

  /** The file system's exceptions name the file alone; what they say is their type. */
  private static String words(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied -> "access denied: " + denied.getFile();
      case NoSuchFileException missing -> "cannot be made: " + missing.getFile();
      case FileAlreadyExistsException file -> "not a directory: " + file.getFile();
      default -> String.valueOf(failure.getMessage());
    };
  }

  static Identity identity(Settings settings) throws SettingsException {
    try {
      return Identity.loadOrCreate(Directories.identityFile(settings.stateDir()));
    } catch (IOException unusable) {
      throw new SettingsException(FileWords.of(unusable));
    }
  }
}
