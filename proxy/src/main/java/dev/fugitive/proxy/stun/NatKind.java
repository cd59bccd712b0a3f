package dev.fugitive.proxy.stun;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What lies between this machine and the Internet, as far as it was found out.
 *
 * @param mapped how this machine looks from outside; empty where no server answered
 */
public record NatKind(Optional<InetSocketAddress> mapped, Behaviour mapping, Behaviour filtering) {
  /** On what of the other side a mapping, or what is let in through it, depends (RFC 4787). */
  public enum Behaviour {
    /** There is no translation. */
    NONE("none"),
    ENDPOINT_INDEPENDENT("endpoint-independent"),
    ADDRESS_DEPENDENT("address-dependent"),
    ADDRESS_AND_PORT_DEPENDENT("address-and-port-dependent"),
    /** The server could not tell. */
    UNKNOWN("unknown");

    private final String words;

    Behaviour(String words) {
      this.words = words;
    }

    /** As RFC 4787 calls it. */
    public String words() {
      return words;
    }
  }

  /** Nobody answered. */
  static NatKind unreachable() {
    return new NatKind(Optional.empty(), Behaviour.UNKNOWN, Behaviour.UNKNOWN);
  }
}
