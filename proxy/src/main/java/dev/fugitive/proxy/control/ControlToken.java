package dev.fugitive.proxy.control;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.fugitive.cache.file.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

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
    var unused = PrivateFile.writeNew(file, COMMENT + "\n" + random().text + "\n");
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

  private static void refuseIfOthersMayRead(Path file) throws IOException {
    Optional<String> openness = PrivateFile.openness(file);
    if (openness.isPresent()) {
      throw new IOException(
          "control token "
              + file
              + " is open to others: "
              + openness.get()
              + " (expected: rw-------); delete it to get a new one");
    }
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
