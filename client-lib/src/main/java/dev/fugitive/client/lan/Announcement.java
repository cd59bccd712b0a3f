package dev.fugitive.client.lan;

import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a node multicasts to its network: that it is there, and at which port it takes calls.
 *
 * <p>The tag is drawn anew at each start, and says nothing of the node's key or its machine's name:
 * who only listens cannot tell that a laptop was on another network yesterday.
 *
 * @param tag 16 hexadecimal digits
 */
public record Announcement(String tag, int port) {
  /** The DNS-SD service type (RFC 6763). */
  static final String SERVICE_TYPE = "_fugitive._tcp.local.";

  private static final String VERSION_KEY = "v";
  private static final String VERSION = "1";

  /** System services are below: no announcement may have nodes call those. */
  private static final int LOWEST_PORT = 1024;

  private static final int HIGHEST_PORT = 65_535;

  public Announcement {
    if (!isTag(tag)) {
      throw new IllegalArgumentException("tag: " + tag + " (expected: 16 hexadecimal digits)");
    }
    if (port < LOWEST_PORT || port > HIGHEST_PORT) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1024 to 65535)");
    }
  }

  static String randomTag(RandomGenerator random) {
    return "%016x".formatted(random.nextLong());
  }

  /** The TXT record. */
  Map<String, String> properties() {
    return Map.of(VERSION_KEY, VERSION);
  }

  /** What an instance of the service announces; empty where it is none that we could call. */
  static Optional<Announcement> read(String name, int port, Map<String, String> properties) {
    boolean readable =
        isTag(name)
            && port >= LOWEST_PORT
            && port <= HIGHEST_PORT
            && VERSION.equals(properties.get(VERSION_KEY));
    return readable ? Optional.of(new Announcement(name, port)) : Optional.empty();
  }

  private static boolean isTag(String text) {
    return text.length() == 16
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
