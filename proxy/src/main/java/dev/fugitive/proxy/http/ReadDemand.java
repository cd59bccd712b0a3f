package dev.fugitive.proxy.http;

import io.netty.channel.Channel;

/**
 * Reads a channel only on demand, one message for each time that one is wanted. Confined to the
 * channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed read closes the channel, and that is seen
final class ReadDemand {
  private final Channel channel;
  private boolean pending;
  private boolean reading;
  private boolean again;

  ReadDemand(Channel channel) {
    this.channel = channel;
  }

  /** Asks for one more message, unless one is asked for. */
  void want() {
    if (!pending && channel.isActive()) {
      pending = true;
      read();
    }
  }

  /** A message has come. */
  void came() {
    pending = false;
    again = false;
  }

  /** A read that this cycle did not satisfy has been dropped with it: it is asked for anew. */
  void cycleEnded() {
    if (pending) {
      read();
    }
  }

  /**
   * A message that waited behind the last one comes before the call returns, and its answer may ask
   * for the next: they come one after the other, not one within the other.
   */
  private void read() {
    again = true;
    if (reading) {
      return;
    }
    reading = true;
    while (again) {
      again = false;
      channel.read();
    }
    reading = false;
  }
}
