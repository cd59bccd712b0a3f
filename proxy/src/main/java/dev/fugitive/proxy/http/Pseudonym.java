package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * This process's name in {@code Via} (RFC 9110 section 7.6.3), by which it knows its own requests.
 */
record Pseudonym(String name) {
  static Pseudonym random(RandomGenerator random) {
    return new Pseudonym("fugitive-" + HexFormat.of().toHexDigits(random.nextInt()));
  }

  /** The fields with this hop added. */
  Fields addTo(Fields fields, String receivedVersion) {
    String member = receivedVersion + " " + name;
    String before = String.join(", ", fields.all("Via"));
    return fields.with("Via", before.isEmpty() ? member : before + ", " + member);
  }

  /** Whether the request has passed here before. */
  boolean isIn(Fields fields) {
    return fields.all("Via").stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(member -> member.strip().split("[ \t]+"))
        .anyMatch(words -> words.length > 1 && words[1].equals(name));
  }
}
