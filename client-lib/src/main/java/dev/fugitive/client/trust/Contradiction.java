package dev.fugitive.client.trust;

import dev.fugitive.client.peer.PeerId;
import java.time.Instant;
import java.util.List;

/**
 * What is trusted said two things about one resource, so that its origin was asked.
 *
 * @param url the resource
 * @param signers whose vouchers took part; none where documents alone contradict each other
 * @param documents whether documents took part
 */
public record Contradiction(Instant at, String url, List<PeerId> signers, boolean documents) {
  public Contradiction {
    signers = List.copyOf(signers);
  }
}
