package dev.fugitive.proxy.decrypt;

/** What the first bytes of a connection turn out to be. */
sealed interface HelloParse
    permits HelloParse.Incomplete, HelloParse.NotTls, HelloParse.Malformed, ClientHello {

  /**
   * The beginning of a hello, or nothing yet.
   *
   * @param atLeastBytes how many bytes there must be before it is worth looking again
   */
  record Incomplete(int atLeastBytes) implements HelloParse {}

  /** Some other protocol. */
  record NotTls() implements HelloParse {}

  /**
   * It begins as TLS does and goes on otherwise.
   *
   * @param what the part that is wrong
   */
  record Malformed(String what) implements HelloParse {}
}
