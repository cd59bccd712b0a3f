package dev.fugitive.client.transport;

import java.util.List;

/** Opens links to peers; one implementation for each way of carrying messages. */
public interface Transport extends AutoCloseable {
  /** Starts a link as the side that offers; the listener's first signal is the offer. */
  Link offer(LinkListener listener);

  /** Starts a link as the side that answers an offer; the listener's first signal is the answer. */
  Link answer(Signal.Description offer, LinkListener listener);

  /**
   * Links that still work and should be replaced, so that what carries them can be freed: open a
   * new link to the same peer, move over, close the old one. Looked at now and then, never a
   * promise: a link that stays here for too long is closed.
   */
  default List<Link> retiring() {
    return List.of();
  }

  /** Closes every link and frees what carries them. */
  @Override
  void close();
}
