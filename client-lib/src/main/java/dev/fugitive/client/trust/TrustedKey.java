package dev.fugitive.client.trust;

import dev.fugitive.client.peer.PeerId;
import java.time.Instant;

/**
 * A key whose vouchers the user believes, and what the user calls it.
 *
 * @param name for people; empty where none was given
 * @param since when it was added, in whole seconds
 */
public record TrustedKey(PeerId key, String name, Instant since) {
  /** Characters of a name. */
  public static final int MAX_NAME_CHARS = 64;

  public TrustedKey {
    boolean printable = name.chars().noneMatch(Character::isISOControl);
    if (name.length() > MAX_NAME_CHARS || !printable || !name.equals(name.strip())) {
      throw new IllegalArgumentException(
          "name: %s (expected: at most %d printable characters)".formatted(name, MAX_NAME_CHARS));
    }
  }

  /** The name, or else the first characters of the key. */
  public String shownName() {
    return name.isEmpty() ? key.shortName() : name;
  }
}
