package dev.fugitive.proxy.system;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import okhttp3.tls.HeldCertificate;

/**
 * An HTTPS origin under two names that exist in one test alone, with a certificate of an authority
 * that nobody trusts unless told to.
 */
final class SecureOrigin implements AutoCloseable {
  static final String AUTHORITY_NAME = "Authority of the Origin";
  static final String DECRYPTED_NAME = "a.test";
  static final String TUNNELLED_NAME = "b.test";

  private static final String PASSWORD = "not-a-secret";

  private final NginxOrigin nginx;
  private final Path directory;

  private SecureOrigin(NginxOrigin nginx, Path directory) {
    this.nginx = nginx;
    this.directory = directory;
  }

  static SecureOrigin start(Path directory) throws IOException, GeneralSecurityException {
    Files.createDirectories(directory);
    HeldCertificate authority =
        new HeldCertificate.Builder().commonName(AUTHORITY_NAME).certificateAuthority(0).build();
    HeldCertificate own =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName(DECRYPTED_NAME)
            .addSubjectAlternativeName(TUNNELLED_NAME)
            .signedBy(authority)
            .build();
    Files.writeString(authorityFile(directory), authority.certificatePem());
    writeJvmTrust(directory, authority);
    Files.writeString(hostsFile(directory), "127.0.0.1 " + DECRYPTED_NAME + " " + TUNNELLED_NAME);
    Path certificate = Files.writeString(directory.resolve("own.pem"), own.certificatePem());
    Path key = Files.writeString(directory.resolve("own.key"), own.privateKeyPkcs8Pem());
    return new SecureOrigin(NginxOrigin.startTls(directory, certificate, key), directory);
  }

  private static void writeJvmTrust(Path directory, HeldCertificate authority)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority.certificate());
    try (OutputStream out = Files.newOutputStream(jvmTrustFile(directory))) {
      trusted.store(out, PASSWORD.toCharArray());
    }
  }

  private static Path authorityFile(Path directory) {
    return directory.resolve("authority.pem");
  }

  private static Path jvmTrustFile(Path directory) {
    return directory.resolve("authority.p12");
  }

  private static Path hostsFile(Path directory) {
    return directory.resolve("hosts");
  }

  NginxOrigin nginx() {
    return nginx;
  }

  /** The certificate of the authority, as PEM. */
  Path authorityFile() {
    return authorityFile(directory);
  }

  /** The origin as {@code --trust-origin} names it. */
  String authority(String name) {
    return name + ":" + nginx.port();
  }

  String url(String name, String file) {
    return "https://" + authority(name) + "/" + file;
  }

  /** With these a node finds the origin, and trusts its authority and no other. */
  List<String> jvmOptions() {
    return List.of(
        "-Djdk.net.hosts.file=" + hostsFile(directory),
        "-Djavax.net.ssl.trustStore=" + jvmTrustFile(directory),
        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
  }

  @Override
  public void close() {
    nginx.close();
  }
}
