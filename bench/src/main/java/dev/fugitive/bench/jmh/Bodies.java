package dev.fugitive.bench.jmh;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Bodies like those that are fetched, the same in every run. */
public enum Bodies {
  /** Words in tags, as in a page or a package index; zstd makes about a fifth of it. */
  TEXT {
    @Override
    byte[] bytes(int length) {
      Random random = new Random(1);
      StringBuilder text = new StringBuilder(length + 64);
      while (text.length() < length) {
        text.append("<a href=\"/pool/main/")
            .append(Integer.toString(random.nextInt(100_000), 36))
            .append("\">package ")
            .append(random.nextInt(1_000))
            .append("</a>\n");
      }
      return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }
  },

  /** No two bytes alike more often than by chance, as in an archive or an image. */
  NOISE {
    @Override
    byte[] bytes(int length) {
      byte[] noise = new byte[length];
      new Random(2).nextBytes(noise);
      return noise;
    }
  };

  abstract byte[] bytes(int length);
}
