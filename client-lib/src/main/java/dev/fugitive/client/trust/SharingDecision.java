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

  /** What holds for an answer to both of whose parts this was decided. */
  default SharingDecision and(SharingDecision other) {
    if (this instanceof Shareable(boolean mayVouch)
        && other instanceof Shareable(boolean otherMayVouch)) {
      return new Shareable(mayVouch && otherMayVouch);
    }
    return this instanceof NotShareable ? this : other;
  }
}
