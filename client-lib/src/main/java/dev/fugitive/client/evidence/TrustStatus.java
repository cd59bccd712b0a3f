package dev.fugitive.client.evidence;

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

  /**
   * One trusted key.
   *
   * @param fixed whether it was given at the start, and not by the list that can be changed
   * @param followed how many of its vouchers were followed since the start
   */
  public record Entry(TrustedKey key, boolean fixed, long followed) {}
}
