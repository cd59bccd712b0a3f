package dev.fugitive.proxy.stun;

import java.net.InetSocketAddress;

/**
 * A Binding request.
 *
 * @param from which of the asker's sockets it leaves by, so that one test does not open the way for
 *     the next
 * @param to where it goes
 * @param change from where it is to be answered
 */
record StunQuestion(Socket from, InetSocketAddress to, Change change) {
  /** One of the asker's sockets. */
  enum Socket {
    MAPPING,
    FILTERING
  }

  /** From where an answer is to come. */
  enum Change {
    /** From where the question went. */
    NONE,
    /** From another port. */
    PORT,
    /** From another address and port. */
    ADDRESS_AND_PORT
  }
}
