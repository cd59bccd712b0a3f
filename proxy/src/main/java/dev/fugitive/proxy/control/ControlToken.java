package dev.fugitive.proxy.control;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The secret that the control API asks for: 256 random bits, made once and kept in a file of two
 * lines that its owner alone may read.
 *
 * <pre>
 * # Whoever has this may control this Fugitive proxy. Keep it to yourself.
 * BASE64URL
 * </pre>
 */
public final class ControlToken {
  private static final int BYTES = 32;
  private static final int MAX_FILE_BYTES = 1024;
  private static final String COMMENT =
      "# Whoever has this may control this Fugitive proxy. Keep it to yourself.";
  private static final Set<PosixFilePermission> OWNER_ALONE =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final String text;

  private ControlToken(String text) {
    this.text = text;
  }

  /** One that no file keeps: for tests. */
  public static ControlToken random() {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    return new ControlToken(Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** The token in this file; a file that is not there is made. */
  public static ControlToken loadOrCreate(Path file) throws IOException {
    Optional<ControlToken> kept = load(file);
    if (kept.isPresent()) {
      return kept.get();
    }
    random().writeNew(file);
    return load(file).orElseThrow(() -> damaged(file));
  }

  /** The token in this file, if the file is there. */
  public static Optional<ControlToken> load(Path file) throws IOException {
    try {
      refuseIfOthersMayRead(file);
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw damaged(file);
      }
      List<String> lines = new String(Files.readAllBytes(file), US_ASCII).lines().toList();
      if (lines.size() != 2 || !lines.get(1).matches("[A-Za-z0-9_-]{43}")) {
        throw damaged(file);
      }
      return Optional.of(new ControlToken(lines.get(1)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  /** The token, as it is given. */
  public String text() {
    return text;
  }

  /**
   * Whether an {@code Authorization} field shows this token (RFC 6750 section 2.1); how long that
   * takes says nothing about where a wrong one differs.
   */
  boolean isShownBy(String authorization) {
    int space = authorization.indexOf(' ');
    if (space < 0 || !authorization.substring(0, space).equalsIgnoreCase("Bearer")) {
      return false;
    }
    byte[] shown = authorization.substring(space + 1).strip().getBytes(US_ASCII);
    return MessageDigest.isEqual(text.getBytes(US_ASCII), shown);
  }

  /** Written elsewhere with its final mode and linked to its place: never seen half written. */
  private void writeNew(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path draft = Files.createTempFile(directory, ".control-token", ".new", ownerAlone(file));
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap((COMMENT + "\n" + text + "\n").getBytes(US_ASCII));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      publish(draft, file);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void publish(Path draft, Path file) throws IOException {
    try {
      Files.createLink(file, draft);
    } catch (UnsupportedOperationException noHardLinksHere) {
      Files.move(draft, file);
    } catch (FileAlreadyExistsException anotherProcessWasFirst) {
      return;
    }
  }

  private static void refuseIfOthersMayRead(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    Set<PosixFilePermission> excess = EnumSet.copyOf(permissions);
    excess.removeAll(OWNER_ALONE);
    if (!excess.isEmpty()) {
      throw new IOException(
          "control token "
              + file
              + " is open to others: "
              + PosixFilePermissions.toString(permissions)
              + " (expected: rw-------); delete it to get a new one");
    }
  }

  private static FileAttribute<?>[] ownerAlone(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ALONE)}
        : new FileAttribute<?>[0];
  }

  private static IOException damaged(Path file) {
    return new IOException(
        "control token " + file + " is damaged (expected: two lines); delete it to get a new one");
  }

  @Override
  public String toString() {
    return "a control token";
  }
}
