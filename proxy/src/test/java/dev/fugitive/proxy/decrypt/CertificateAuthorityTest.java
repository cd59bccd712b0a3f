package dev.fugitive.proxy.decrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CA, its files, its leaves, and who does not take them. */
final class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  @TempDir Path directory;

  private final CertificateAuthority authority =
      CertificateAuthority.create(
          Stream.of("*.example.org", "one.test").map(DecryptHosts::parseName).toList(), NOW);
  private final KeyPair server = CertificateAuthority.newKeys();

  private void validate(X509Certificate leaf) throws Exception {
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(NOW));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
  }

  @Test
  void aLeafIsValidForItsHost() throws Exception {
    X509Certificate leaf = authority.issue("a.example.org", server.getPublic(), NOW);
    validate(leaf);
    assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(2, "a.example.org"));
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getExtensionValue("2.5.29.35")).isNotNull();
    assertThat(leaf.getExtensionValue("2.5.29.14")).isNotNull();
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofHours(1)));
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofHours(24)));
  }

  @Test
  void nothingIsIssuedBeyondTheNamedDomains() {
    for (String host : List.of("example.com", "notexample.org", "10.0.0.1", "org", "")) {
      assertThatThrownBy(() -> authority.issue(host, server.getPublic(), NOW))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theCertificateStatesItsReach() {
    assertThat(authority.certificate().getCriticalExtensionOIDs())
        .contains("2.5.29.30", "2.5.29.19", "2.5.29.15");
    assertThat(authority.domains()).containsExactly("example.org", "one.test");
    assertThat(authority.certificate().getBasicConstraints()).isZero();
  }

  @Test
  void openSslHoldsItToItsNames() throws Exception {
    Path ca = directory.resolve("ca");
    CaFile files = new CaFile(ca);
    files.write(authority);
    Path request = directory.resolve("leaf.pem");
    for (String name : List.of("a.example.org", "example.com")) {
      openssl(
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
          directory.resolve("k") + "",
          "-subj",
          "/O=x",
          "-addext",
          "subjectAltName=DNS:" + name,
          "-CA",
          files.certificate() + "",
          "-CAkey",
          files.key() + "",
          "-out",
          request + "");
      String said =
          openssl("verify", "-no_check_time", "-CAfile", files.certificate() + "", request + "");
      if (name.equals("example.com")) {
        assertThat(said).contains("permitted subtree violation");
      } else {
        assertThat(said).contains("leaf.pem: OK");
      }
    }
  }

  private static String openssl(String... arguments) throws IOException, InterruptedException {
    List<String> command = Stream.concat(Stream.of("openssl"), Stream.of(arguments)).toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @Test
  void itsKeyFileIsItsOwnersAlone() throws Exception {
    CaFile files = new CaFile(directory.resolve("state/ca"));
    files.write(authority);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(files.certificate())).doesNotContain("PRIVATE");
    try (Stream<Path> all = Files.list(directory.resolve("state/ca"))) {
      assertThat(all).hasSize(2);
    }
    CertificateAuthority again = files.read().orElseThrow();
    assertThat(again.fingerprint()).isEqualTo(authority.fingerprint());
    assertThat(again.domains()).isEqualTo(authority.domains());
    assertThat(again.issue("one.test", server.getPublic(), NOW)).isNotNull();
  }

  @Test
  void aKeyFileThatOthersMayReadIsRefused() throws Exception {
    CaFile files = new CaFile(directory);
    files.write(authority);
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(files::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("open to others: rw-r--r--");
  }

  @Test
  void aDamagedKeyFileIsSaidToBe() throws Exception {
    CaFile files = new CaFile(directory);
    files.write(authority);
    Files.writeString(
        files.key(), Files.readString(files.key()).replace("BEGIN CERT", "BEGIN CURT"));
    assertThatThrownBy(files::read).hasMessageContaining("is damaged: no CERTIFICATE");
  }

  @Test
  void aKeyOfAnotherCaIsRefused() {
    CertificateAuthority other =
        CertificateAuthority.create(List.of(DecryptHosts.parseName("b.test")), NOW);
    assertThatThrownBy(() -> CertificateAuthority.of(other.key(), authority.certificate()))
        .hasMessageContaining("not the one");
  }

  @Test
  void leavesAreMadeOnceAndOnlyForWhatWasNamed() throws Exception {
    AtomicInteger made = new AtomicInteger();
    LeafCertificates leaves =
        new LeafCertificates(
            authority,
            new DecryptHosts(List.of(DecryptHosts.parseName("a.example.org")), List.of()),
            InstantSource.fixed(NOW),
            task -> {
              made.incrementAndGet();
              task.run();
            });
    CompletableFuture<?> first = leaves.contextFor("a.example.org", 443);
    assertThat(first.join()).isSameAs(leaves.contextFor("a.example.org", 443).join());
    assertThatThrownBy(() -> leaves.contextFor("b.example.org", 443).join())
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("expected: one that was named");
  }

  @Test
  void anAlertIsBelievedAtOnceAndSilenceTheSecondTime() {
    long[] nanos = {0};
    ClientsWithoutTrust clients = new ClientsWithoutTrust(() -> nanos[0]);
    TlsClient one = client("1");
    TlsClient two = client("2");
    clients.refused(one, "unknown_ca");
    assertThat(clients.contains(one)).isTrue();
    clients.closedWithoutAWord(two);
    clients.spoke(two);
    clients.closedWithoutAWord(two);
    assertThat(clients.contains(two)).isFalse();
    clients.closedWithoutAWord(two);
    assertThat(clients.contains(two)).isTrue();
    assertThat(clients.entries()).hasSize(2);
    nanos[0] = ClientsWithoutTrust.REMEMBERED.toNanos() + 1;
    assertThat(clients.contains(one)).isFalse();
    assertThat(clients.entries()).isEmpty();
  }

  @Test
  void howManyAreRememberedIsBounded() {
    ClientsWithoutTrust clients = new ClientsWithoutTrust(() -> 0);
    for (int i = 0; i < ClientsWithoutTrust.MAX_CLIENTS + 500; i++) {
      clients.refused(client(Integer.toString(i)), "unknown_ca");
    }
    assertThat(clients.entries()).hasSizeLessThanOrEqualTo(ClientsWithoutTrust.MAX_CLIENTS);
  }

  private static TlsClient client(String fingerprint) {
    return new TlsClient(
        InetAddress.getLoopbackAddress(), "a.example.org", ByteString.encodeUtf8(fingerprint));
  }

  @Test
  void onlyNamesMayBeDecrypted() {
    for (String text : List.of("10.0.0.1", "0x7f.1", "[::1]", "*.1", "b\u00fccher.example", "*")) {
      assertThatThrownBy(() -> DecryptHosts.parseName(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(DecryptHosts.parseName("*.Example.ORG").toString()).isEqualTo("*.example.org");
  }

  @Test
  void whereThereIsNoFileThereIsNoCa() throws Exception {
    assertThat(new CaFile(directory).read()).isEmpty();
  }
}
