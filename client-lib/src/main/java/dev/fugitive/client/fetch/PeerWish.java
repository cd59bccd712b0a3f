package dev.fugitive.client.fetch;

import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.routing.Wish;
import dev.fugitive.client.transfer.Downloads;
import dev.fugitive.client.transfer.Wished;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one request wishes to be sent with the answer to its question, by one peer; closed when it
 * is known whether a download has taken that over. Chosen by the thread that plans.
 */
final class PeerWish implements Wish, AutoCloseable {
  private final Downloads downloads;
  private final Predicate<PeerId> trusted;
  private volatile @Nullable Wished wished;

  /**
   * @param trusted whose word is believed
   */
  PeerWish(Downloads downloads, Predicate<PeerId> trusted) {
    this.downloads = downloads;
    this.trusted = trusted;
  }

  @Override
  public Optional<Sender> choose(List<PeerSession> peers) {
    takeBack();
    wished = downloads.wish(peers, trusted).orElse(null);
    return Optional.ofNullable(wished)
        .map(wish -> new Sender(wish.session(), wish.transferId(), wish.maxChunks()));
  }

  /** Nothing is wished any more, unless a download has taken it over. */
  void takeBack() {
    Wished wish = wished;
    if (wish != null) {
      wish.close();
    }
  }

  @Override
  public void close() {
    takeBack();
  }
}
