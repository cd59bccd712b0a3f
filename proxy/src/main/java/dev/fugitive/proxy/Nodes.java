package dev.fugitive.proxy;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.fetch.PeerStatus;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Starts nodes with what the user chose. */
public final class Nodes {
  private static final int UPLOAD_SLOTS = 8;
  private static final int TARGET_CONNECTIONS = 8;
  private static final int MAX_CONNECTIONS = 12;
  private static final long LOOK_NANOS = 20_000_000;

  private Nodes() {}

  /** Starts a node; without a directory it keeps everything in memory. */
  public static FugitiveNode start(
      Settings settings, Optional<Path> cacheDir, Optional<String> rendezvous)
      throws SettingsException {
    NodeSettings chosen =
        new NodeSettings(
            identity(settings),
            cacheDir,
            settings.cacheSizeBytes(),
            settings.memorySizeBytes(),
            rendezvous,
            settings.iceServers(),
            settings.trust(),
            new SharingRules(settings.trustOrigins(), List.of()),
            settings.policy(),
            settings.share().orElse(false),
            Optional.empty(),
            UPLOAD_SLOTS,
            TARGET_CONNECTIONS,
            MAX_CONNECTIONS);
    try {
      return FugitiveNode.start(chosen, FetchListener.NONE);
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

  /** The file system's exceptions name the file alone; what they say is their type. */
  private static String words(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied -> "access denied: " + denied.getFile();
      case NoSuchFileException missing -> "cannot be made: " + missing.getFile();
      case FileAlreadyExistsException file -> "not a directory: " + file.getFile();
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static Identity identity(Settings settings) throws SettingsException {
    try {
      return Identity.loadOrCreate(Directories.identityFile(settings.stateDir()));
    } catch (IOException unusable) {
      throw new SettingsException(String.valueOf(unusable.getMessage()));
    }
  }

  /** Waits until a peer is connected, but not long: the origin is there without any. */
  public static void awaitPeer(FugitiveNode node, Duration atMost, LongSupplier nanoClock) {
    long untilNanos = nanoClock.getAsLong() + atMost.toNanos();
    while (!hasPeer(node) && nanoClock.getAsLong() < untilNanos) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static boolean hasPeer(FugitiveNode node) {
    return switch (node.status().peers()) {
      case PeerStatus.Off off -> true;
      case PeerStatus.On on ->
          on.mesh().peers().stream().anyMatch(peer -> peer.state() == MeshStatus.State.OPEN);
    };
  }
}
