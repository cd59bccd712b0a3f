package dev.fugitive.client.fetch;

/**
 * What a fetch waits for before the head of its response is known, and what it does then. A fetch
 * is in one phase at a time, may come to one of them again (peers, then the origin), and skips
 * those that it does not need.
 */
public enum FetchPhase {
  /** The cache is asked, and decides; every fetch begins so. */
  LOOKUP("lookup"),
  /** Another request for the same is under way, and its answer is waited for. */
  JOINED("joined"),
  /** Peers are asked who has it and who vouches for it, and for the first bytes of it. */
  PEERS("peers"),
  /** A connection to the origin is made or found: name, TCP, TLS. */
  CONNECT("connect"),
  /** The origin has the request, or is getting it; the head of its answer is waited for. */
  FIRST_BYTE("first-byte"),
  /** Bytes come from peers, and none may be read before all of them have the digest. */
  PROOF("proof"),
  /** The head is known, and the body is read; every fetch that has a response ends so. */
  BODY("body");

  private final String token;

  FetchPhase(String token) {
    this.token = token;
  }

  /**
   * The name in the control API.
   *
   * @return in lower case
   */
  public String token() {
    return token;
  }
}
