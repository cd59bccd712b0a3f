package dev.fugitive.client.transfer.upload;

/** What came of asking for a slot. */
sealed interface Opening {
  /** The slot is reserved: open the content, then say so. */
  record Reserved(long slot) implements Opening {}

  /** The peer is refused, and will hear why. */
  record Refused() implements Opening {}

  /** No honest peer does this. */
  record Violation(String reason) implements Opening {}
}
