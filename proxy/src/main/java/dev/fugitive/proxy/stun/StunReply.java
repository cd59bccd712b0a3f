package dev.fugitive.proxy.stun;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What a server saw.
 *
 * @param mapped the address and port that the question seemed to come from
 * @param other the server's other address and port, if it is one for such tests
 */
record StunReply(InetSocketAddress mapped, Optional<InetSocketAddress> other) {}
