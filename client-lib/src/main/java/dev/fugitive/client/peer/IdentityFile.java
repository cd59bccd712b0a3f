package dev.fugitive.client.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fugitive.cache.file.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
   * Writes the file where none is yet.
   *
   * @return whether it was written; false where another process was first
   */
  static boolean writeNew(Path file, Identity identity) throws IOException {
    return PrivateFile.writeNew(file, text(identity));
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
    Optional<String> openness = PrivateFile.openness(file);
    if (openness.isPresent()) {
      throw new IOException(
          "identity file "
              + file
              + " is open to others: "
              + openness.get()
              + " (expected: rw-------); close it with chmod 600, or delete it to get a new"
              + " identity if somebody may have read it");
    }
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
