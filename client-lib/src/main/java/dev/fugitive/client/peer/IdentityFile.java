package dev.fugitive.client.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The file that keeps an identity: four lines of text, mode 0600.
 *
 * <pre>
 * # The private key of this Fugitive node: whoever has it is this node. Keep it to yourself.
 * fugitive-identity-1
 * private BASE64
 * public BASE64
 * </pre>
 */
final class IdentityFile {
  private static final int MAX_BYTES = 1024;
  private static final String COMMENT =
      "# The private key of this Fugitive node: whoever has it is this node. Keep it to yourself.";
  private static final String FORMAT = "fugitive-identity-1";
  private static final String PRIVATE = "private ";
  private static final String PUBLIC = "public ";
  private static final Set<PosixFilePermission> OWNER_ALONE =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private IdentityFile() {}

  static Identity read(Path file) throws IOException {
    refuseIfOthersMayRead(file);
    if (Files.size(file) > MAX_BYTES) {
      throw damaged(file, "it is " + Files.size(file) + " bytes long", null);
    }
    List<String> lines = new String(Files.readAllBytes(file), UTF_8).lines().toList();
    if (lines.size() != 4
        || !lines.get(1).equals(FORMAT)
        || !lines.get(2).startsWith(PRIVATE)
        || !lines.get(3).startsWith(PUBLIC)) {
      throw damaged(file, "its lines are not those of " + FORMAT, null);
    }
    ByteString seed = ByteString.decodeBase64(lines.get(2).substring(PRIVATE.length()));
    ByteString publicKey = ByteString.decodeBase64(lines.get(3).substring(PUBLIC.length()));
    if (seed == null || publicKey == null) {
      throw damaged(file, "a key is not base64", null);
    }
    try {
      return Identity.of(seed, publicKey);
    } catch (IllegalArgumentException e) {
      throw damaged(file, e.getMessage(), e);
    }
  }

  /**
   * Writes the file under another name, with its final mode from the first moment on, and links it
   * to its place: it is never seen half written, and never replaces one that is there.
   *
   * @return whether it was written; false where another process was first
   */
  static boolean writeNew(Path file, Identity identity) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Path draft = Files.createTempFile(directory, ".identity", ".new", ownerAlone(file));
    try {
      writeDurably(draft, text(identity));
      return publish(draft, file);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static boolean publish(Path draft, Path file) throws IOException {
    try {
      Files.createLink(file, draft);
      return true;
    } catch (FileAlreadyExistsException anotherProcessWasFirst) {
      return false;
    } catch (UnsupportedOperationException noHardLinksHere) {
      Files.move(draft, file);
      return true;
    }
  }

  private static void writeDurably(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static String text(Identity identity) {
    return String.join(
        "\n",
        COMMENT,
        FORMAT,
        PRIVATE + identity.seed().base64(),
        PUBLIC + identity.peerId().publicKey().base64(),
        "");
  }

  private static void refuseIfOthersMayRead(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    Set<PosixFilePermission> excess = EnumSet.copyOf(permissions);
    excess.remove(PosixFilePermission.OWNER_EXECUTE);
    excess.removeAll(OWNER_ALONE);
    if (!excess.isEmpty()) {
      throw new IOException(
          "identity file "
              + file
              + " is open to others: "
              + PosixFilePermissions.toString(permissions)
              + " (expected: rw-------); close it with chmod 600, or delete it to get a new"
              + " identity if somebody may have read it");
    }
  }

  private static FileAttribute<?>[] ownerAlone(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ALONE)}
        : new FileAttribute<?>[0];
  }

  private static IOException damaged(Path file, @Nullable String why, @Nullable Throwable cause) {
    return new IOException(
        "identity file "
            + file
            + " is damaged: "
            + why
            + "; restore it, or delete it to get a new identity",
        cause);
  }
}
