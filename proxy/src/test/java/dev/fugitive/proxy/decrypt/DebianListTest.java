package dev.fugitive.proxy.decrypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.proxy.decrypt.TrustStores.Machine;
import dev.fugitive.proxy.decrypt.TrustStores.Step;
import dev.fugitive.proxy.decrypt.TrustStores.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The system's list as Debian's own tool makes it, in directories of the test's own. */
final class DebianListTest {
  private static final Path OWN = Path.of("/usr/local/share/ca-certificates");

  @TempDir Path directory;

  private CaFile authority;
  private CaFile other;

  @BeforeEach
  void anotherAuthorityIsListed() throws IOException {
    authority = authority("ours");
    other = authority("other");
    for (String each : List.of("own", "packaged", "hooks", "list")) {
      Files.createDirectory(directory.resolve(each));
    }
    Files.copy(other.certificate(), directory.resolve("packaged/other.crt"));
    Files.writeString(directory.resolve("list.conf"), "other.crt\n");
  }

  private CaFile authority(String name) throws IOException {
    CaFile file = new CaFile(directory.resolve(name));
    file.write(
        CertificateAuthority.create(
            List.of(HostPattern.parse("example.org")), Instant.parse("2026-11-01T00:00:00Z")));
    return file;
  }

  @Test
  void itHasTheAuthorityFromInstallToUninstall() throws Exception {
    Store system = system();
    assertThat(TrustStoreSteps.holds(here(system.check()))).isFalse();

    TrustStoreSteps.perform(here(system.install()));

    assertThat(TrustStoreSteps.holds(here(system.check()))).isTrue();
    assertThat(listed()).containsExactlyInAnyOrder(certificate(other), certificate(authority));

    TrustStoreSteps.perform(here(system.uninstall()));

    assertThat(TrustStoreSteps.holds(here(system.check()))).isFalse();
    assertThat(listed()).containsExactly(certificate(other));
  }

  private Store system() {
    return TrustStores.of(
            new Machine(
                "Linux",
                directory,
                authority.certificate(),
                "5a1",
                List.of(),
                tool -> true,
                writable -> true,
                file -> Files.exists(file)))
        .getFirst();
  }

  /** The same steps in this test's directories. */
  private List<Step> here(List<Step> steps) {
    return steps.stream().map(this::here).toList();
  }

  private Step here(Step step) {
    return switch (step) {
      case Step.Copy(Path from, Path to) -> new Step.Copy(from, here(to));
      case Step.Delete(Path file) -> new Step.Delete(here(file));
      case Step.Same(Path file, Path same) -> new Step.Same(here(file), same);
      case Step.Run(List<String> command) -> new Step.Run(withDirectories(command));
      case Step.MakeDirectory made -> throw new AssertionError(made);
    };
  }

  private Path here(Path file) {
    return directory.resolve("own").resolve(OWN.relativize(file));
  }

  private List<String> withDirectories(List<String> command) {
    List<String> longer = new ArrayList<>(command);
    longer.addAll(List.of("--localcertsdir", directory.resolve("own").toString()));
    longer.addAll(List.of("--certsdir", directory.resolve("packaged").toString()));
    longer.addAll(List.of("--certsconf", directory.resolve("list.conf").toString()));
    longer.addAll(List.of("--hooksdir", directory.resolve("hooks").toString()));
    longer.addAll(List.of("--etccertsdir", directory.resolve("list").toString()));
    return longer;
  }

  private List<Certificate> listed() throws IOException, CertificateException {
    try (InputStream list =
        Files.newInputStream(directory.resolve("list").resolve("ca-certificates.crt"))) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(list));
    }
  }

  private static Certificate certificate(CaFile file) throws IOException {
    return file.readCertificate().orElseThrow().certificate();
  }
}
