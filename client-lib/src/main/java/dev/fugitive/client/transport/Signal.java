package dev.fugitive.client.transport;

/** What two ends of a link must tell each other, by other means, before it opens. */
public sealed interface Signal {
  /**
   * A session description (SDP for WebRTC); it names the key that the link's encryption must
   * present.
   */
  record Description(Kind kind, String text) implements Signal {}

  /** An address where this end may be reached. */
  record Candidate(String mid, int lineIndex, String text) implements Signal {}

  /** Which description it is. */
  enum Kind {
    OFFER,
    ANSWER
  }
}
