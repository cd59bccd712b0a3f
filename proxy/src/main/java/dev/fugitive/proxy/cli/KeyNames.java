package dev.fugitive.proxy.cli;

import dev.fugitive.client.evidence.TrustFile;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.TrustedKey;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What this user calls keys; a key without a name is called by its first characters. */
record KeyNames(Optional<PeerId> own, Map<PeerId, String> names) {
  KeyNames {
    names = Map.copyOf(names);
  }

  /** Of the user's own files; what cannot be read names nobody. */
  static KeyNames read(Console console) {
    Directories directories =
        Directories.of(console.environment(), console.osName(), console.home());
    Map<PeerId, String> names = new HashMap<>();
    Optional<PeerId> own = Optional.empty();
    try {
      for (TrustedKey key : new TrustFile(directories.trustFile()).read()) {
        names.put(key.key(), key.shownName());
      }
      Path identity =
          Directories.identityFile(SettingsOptions.readWithoutFlags(console).stateDir());
      if (Files.exists(identity)) {
        own = Optional.of(Identity.loadOrCreate(identity).peerId());
      }
    } catch (IOException | SettingsException unreadable) {
      return new KeyNames(own, names);
    }
    return new KeyNames(own, names);
  }

  boolean isOwn(PeerId key) {
    return own.filter(key::equals).isPresent();
  }

  String of(PeerId key) {
    return names.getOrDefault(key, key.shortName());
  }
}
