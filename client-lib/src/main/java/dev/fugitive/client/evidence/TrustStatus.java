package dev.fugitive.client.evidence;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.Contradiction;
import dev.fugitive.client.trust.TrustedKey;
import java.util.List;

/**
 * Whose vouchers count, and what came of them.
 *
 * @param keys all but the node's own
 * @param contradictions the latest, the last first
 * @param contradicted how many there were since the start
 */
public record TrustStatus(List<Entry> keys, List<Contradiction> contradictions, long contradicted) {
  public TrustStatus {
    keys = List.copyOf(keys);
    contradictions = List.copyOf(contradictions);
  }

  /** What its user calls a key; its first characters where that is nothing. */
  public String nameOf(PeerId key) {
    return keys.stream()
        .map(Entry::key)
        .filter(trusted -> trusted.key().equals(key))
        .map(TrustedKey::shownName)
        .findFirst()
        .orElse(key.shortName());
  }

  /**
   * One trusted key.
   *
   * @param fixed whether it was given at the start, and not by the list that can be changed
   * @param followed how many of its vouchers were followed since the start
   */
  public record Entry(TrustedKey key, boolean fixed, long followed) {}
}
