package dev.fugitive.client.trust;

import java.util.Optional;

/** Why an answer has no byte from a peer, as {@code Fugitive-Source} names it. */
public enum Why {
  /** Nothing states what the content is. */
  NO_EVIDENCE("no-evidence"),
  /** Only a flat digest is known, and the body is too long to wait for its proof. */
  NO_ROOT("no-root"),
  /** No peer says that it has it, and none that a peer of its has it. */
  NO_PEER("no-peer"),
  /** The request or its answer is private: see {@link NotShareableReason}. */
  NOT_SHAREABLE("not-shareable"),
  /** Shorter than what asking a peer would cost. */
  TOO_SMALL("too-small"),
  /** Peers are there, and none of them uploads. */
  SHARING_OFF("sharing-off"),
  /** Every holder is busy. */
  BUSY("busy"),
  /** Every holder refused. */
  NOT_ALLOWED("not-allowed"),
  /** Peers cannot be reached at all: switched off, or WebRTC cannot load. */
  PEERS_OFF("peers-off"),
  /**
   * Trusted keys vouch for different contents, or documents name different digests, so the origin
   * was asked.
   */
  CONTRADICTION("contradiction"),
  /** Peers were asked, and did not deliver. */
  PEERS_FAILED("peers-failed");

  private final String token;

  Why(String token) {
    this.token = token;
  }

  /** The structured-field token. */
  public String token() {
    return token;
  }

  /** The reason with this token. */
  public static Optional<Why> ofToken(String token) {
    for (Why why : values()) {
      if (why.token.equals(token)) {
        return Optional.of(why);
      }
    }
    return Optional.empty();
  }
}
