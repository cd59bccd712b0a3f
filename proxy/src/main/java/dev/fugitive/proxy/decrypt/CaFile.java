package dev.fugitive.proxy.decrypt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.fugitive.cache.file.PrivateFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two files of a certificate authority: {@code ca-key.pem} with its private key and its
 * certificate, which only the owner may read and which nobody else needs, and {@code ca.pem} with
 * the certificate alone, for clients.
 *
 * <p>Both are written under another name and moved to their place: they are never seen half
 * written, and the private one has its final mode from its first moment.
 */
public final class CaFile {
  private static final int MAX_BYTES = 64 * 1024;
  private static final String COMMENT =
      """
      The private key of this machine's Fugitive CA: whoever has it can read what its clients
      send to the hosts in its certificate. It stays on this machine.
      """;
  private static final Set<PosixFilePermission> FOR_ALL =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.OTHERS_READ);

  private final Path keyFile;
  private final Path certificateFile;

  /** The files in this directory, which may not exist yet. */
  public CaFile(Path directory) {
    this.keyFile = directory.resolve("ca-key.pem");
    this.certificateFile = directory.resolve("ca.pem");
  }

  /** Where the certificate is, for clients. */
  public Path certificate() {
    return certificateFile;
  }

  /** Where the key is. */
  public Path key() {
    return keyFile;
  }

  /** The authority, if there is one. */
  public Optional<CertificateAuthority> read() throws IOException {
    if (!Files.exists(keyFile)) {
      return Optional.empty();
    }
    refuseIfOthersMayRead();
    try {
      String text = text(keyFile);
      return Optional.of(
          CertificateAuthority.of(
              privateKey(block(text, "PRIVATE KEY")), certificate(block(text, "CERTIFICATE"))));
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      throw damaged(malformed.getMessage(), malformed);
    }
  }

  /** The certificate, if there is one, whatever has become of the key. */
  public Optional<CaCertificate> readCertificate() throws IOException {
    if (!Files.exists(certificateFile)) {
      return read().map(CertificateAuthority::stated);
    }
    try {
      return Optional.of(
          CaCertificate.of(certificate(block(text(certificateFile), "CERTIFICATE"))));
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      throw new IOException(
          "CA certificate " + certificateFile + " is damaged: " + malformed.getMessage(),
          malformed);
    }
  }

  private static String text(Path file) throws IOException, GeneralSecurityException {
    long lengthBytes = Files.size(file);
    if (lengthBytes > MAX_BYTES) {
      throw new GeneralSecurityException("it is " + lengthBytes + " bytes long");
    }
    return new String(Files.readAllBytes(file), US_ASCII);
  }

  /** Keeps this authority, in the place of the one before. */
  public void write(CertificateAuthority authority) throws IOException {
    Path directory = keyFile.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    try {
      String certificate = pem("CERTIFICATE", authority.certificate().getEncoded());
      String key = pem("PRIVATE KEY", authority.key().getEncoded());
      PrivateFile.replace(keyFile, COMMENT + key + certificate);
      replaceForAll(certificateFile, certificate);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("certificate without encoding", impossible);
    }
  }

  private static void replaceForAll(Path file, String text) throws IOException {
    Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), ".ca", ".new");
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      PosixFileAttributeView view = Files.getFileAttributeView(draft, PosixFileAttributeView.class);
      if (view != null) {
        view.setPermissions(FOR_ALL);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private void refuseIfOthersMayRead() throws IOException {
    Optional<String> openness = PrivateFile.openness(keyFile);
    if (openness.isPresent()) {
      throw new IOException(
          "CA key "
              + keyFile
              + " is open to others: "
              + openness.get()
              + " (expected: rw-------); if somebody may have read it, run 'fugitive ca uninstall'"
              + " and delete it, else close it with chmod 600");
    }
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static byte[] block(String text, String label) throws GeneralSecurityException {
    Matcher block =
        Pattern.compile(
                "-----BEGIN " + label + "-----\n([A-Za-z0-9+/=\n]+)-----END " + label + "-----")
            .matcher(text);
    if (!block.find()) {
      throw new GeneralSecurityException("no " + label);
    }
    return Base64.getMimeDecoder().decode(block.group(1));
  }

  private static PrivateKey privateKey(byte[] der) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private IOException damaged(@Nullable String why, @Nullable Throwable cause) {
    return new IOException(
        "CA key " + keyFile + " is damaged: " + why + "; delete it and run 'fugitive ca init'",
        cause);
  }
}
