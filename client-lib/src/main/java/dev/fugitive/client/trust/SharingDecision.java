package dev.fugitive.client.trust;

/** Whether an answer may be given to peers. */
public sealed interface SharingDecision {
  /**
   * It may.
   *
   * @param mayVouch whether this node may also sign that the URL had this answer
   */
  record Shareable(boolean mayVouch) implements SharingDecision {}

  /** It may not. */
  record NotShareable(NotShareableReason reason) implements SharingDecision {}
}
