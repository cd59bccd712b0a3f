package dev.fugitive.proxy.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Inputs as they are kept: one a line, with {@code \r}, {@code \n}, {@code \\} and {@code \xNN} for
 * what is not printable.
 */
final class FuzzCases {
  private FuzzCases() {}

  /** The cases of one parser, from {@code /fuzz/NAME.txt}. */
  static List<byte[]> kept(String name) throws IOException {
    try (InputStream in = FuzzCases.class.getResourceAsStream("/fuzz/" + name + ".txt")) {
      List<byte[]> cases = new ArrayList<>();
      if (in != null) {
        new String(in.readAllBytes(), StandardCharsets.US_ASCII)
            .lines()
            .filter(line -> !line.startsWith("//"))
            .forEach(line -> cases.add(unescaped(line)));
      }
      return cases;
    }
  }

  static String escaped(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte signed : bytes) {
      int value = signed & 0xff;
      switch (value) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\\' -> text.append("\\\\");
        default -> {
          boolean printable = value >= ' ' && value < 0x7f;
          text.append(printable ? String.valueOf((char) value) : "\\x%02x".formatted(value));
        }
      }
    }
    return text.toString();
  }

  static byte[] unescaped(String line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != '\\') {
        bytes.write(c);
        continue;
      }
      char kind = line.charAt(++i);
      switch (kind) {
        case 'r' -> bytes.write('\r');
        case 'n' -> bytes.write('\n');
        case 'x' -> {
          bytes.write(Integer.parseInt(line.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> bytes.write(kind);
      }
    }
    return bytes.toByteArray();
  }
}
