package dev.fugitive.client.transport;

/** Opens links to peers; one implementation for each way of carrying messages. */
public interface Transport extends AutoCloseable {
  /** Starts a link as the side that offers; the listener's first signal is the offer. */
  Link offer(LinkListener listener);

  /** Starts a link as the side that answers an offer; the listener's first signal is the answer. */
  Link answer(Signal.Description offer, LinkListener listener);

  /** Closes every link and frees what carries them. */
  @Override
  void close();
}
