package dev.fugitive.proxy.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes new inputs of old ones: bytes changed, taken out, doubled, spliced, and words put in. */
final class Mutator {
  private static final int MAX_BYTES = 8 * 1024;

  private static final List<String> WORDS =
      List.of(
          "\r\n",
          "\n",
          "\r",
          "\0",
          " ",
          "\t",
          ":",
          ";",
          ",",
          "=",
          "\"",
          "\\",
          "%",
          "%00",
          "/",
          "..",
          "@",
          "#",
          "?",
          "[",
          "]",
          "0",
          "-1",
          "+1",
          "0x10",
          "18446744073709551616",
          "99999999999999999999",
          "Content-Length: 5\r\n",
          "Transfer-Encoding: chunked\r\n",
          "Host: a\r\n",
          "chunked",
          "identity",
          "\u00ff",
          "\u0080",
          "max-age=",
          "W/\"",
          "bytes=",
          "GMT",
          "Sun, 06 Nov 1994 08:49:37 GMT",
          "sha-256=:",
          "::ffff:",
          "\u00c4\u00ff\u00c6");

  private final RandomGenerator random;

  Mutator(RandomGenerator random) {
    this.random = random;
  }

  byte[] mutate(List<byte[]> seeds) {
    byte[] input = one(seeds).clone();
    for (int left = 1 + random.nextInt(5); left > 0; left--) {
      input = step(input, seeds);
    }
    return input.length > MAX_BYTES ? Arrays.copyOf(input, MAX_BYTES) : input;
  }

  private byte[] step(byte[] input, List<byte[]> seeds) {
    int at = random.nextInt(input.length + 1);
    int until = at + random.nextInt(Math.min(64, input.length - at) + 1);
    return switch (random.nextInt(8)) {
      case 0 -> flipped(input, at);
      case 1 -> replaced(input, at, at, word());
      case 2 -> replaced(input, at, until, new byte[0]);
      case 3 -> replaced(input, at, at, Arrays.copyOfRange(input, at, until));
      case 4 -> Arrays.copyOf(input, at);
      case 5 -> replaced(input, at, input.length, tail(one(seeds)));
      case 6 -> replaced(input, at, until, word());
      default -> replaced(input, at, Math.min(at + 1, input.length), noise());
    };
  }

  private byte[] flipped(byte[] input, int at) {
    byte[] changed = input.clone();
    if (at < changed.length) {
      changed[at] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  private byte[] noise() {
    byte[] bytes = new byte[1 + random.nextInt(4)];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] word() {
    return one(WORDS).getBytes(StandardCharsets.ISO_8859_1);
  }

  private byte[] tail(byte[] of) {
    return Arrays.copyOfRange(of, random.nextInt(of.length + 1), of.length);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static byte[] replaced(byte[] input, int from, int until, byte[] by) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(input, 0, from);
    bytes.writeBytes(by);
    bytes.write(input, until, input.length - until);
    return bytes.toByteArray();
  }
}
