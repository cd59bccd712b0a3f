package dev.fugitive.proxy;

import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.decrypt.CaFile;
import dev.fugitive.proxy.decrypt.CertificateAuthority;
import dev.fugitive.proxy.decrypt.Decryption;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** Sets up decryption with what the user chose. */
final class Decryptions {
  private Decryptions() {}

  /** Nothing where no host is named; hosts that the CA may not speak for are refused. */
  static Optional<Decryption> of(Settings settings) throws SettingsException {
    if (settings.decrypt().isEmpty()) {
      return Optional.empty();
    }
    CertificateAuthority authority = authority(settings);
    for (HostPattern host : settings.decrypt().named()) {
      if (!authority.permits(host)) {
        throw refused(
            host
                + " (expected: within "
                + String.join(", ", authority.domains())
                + ", for which the CA was made; 'fugitive ca init' makes another)");
      }
    }
    return Optional.of(
        new Decryption(
            settings.decrypt(),
            authority,
            InstantSource.system(),
            System::nanoTime,
            task -> Thread.ofVirtual().name("certificate").start(task)));
  }

  private static CertificateAuthority authority(Settings settings) throws SettingsException {
    Optional<CertificateAuthority> authority;
    try {
      authority = new CaFile(Directories.caDirectory(settings.stateDir())).read();
    } catch (IOException unusable) {
      throw new SettingsException(FileWords.of(unusable));
    }
    if (authority.isEmpty() || !authority.get().isValidAt(InstantSource.system().instant())) {
      throw refused("no valid CA (expected: one made with 'fugitive ca init')");
    }
    return authority.get();
  }

  private static SettingsException refused(String words) {
    return new SettingsException(Setting.DECRYPT.flag() + ": " + words);
  }
}
