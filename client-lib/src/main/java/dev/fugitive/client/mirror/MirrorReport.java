package dev.fugitive.client.mirror;

import okio.ByteString;

/**
 * How far a mirror is with an order.
 *
 * @param detail for people
 */
public record MirrorReport(ByteString orderId, State state, String detail) {
  /** The longest detail in characters. */
  public static final int MAX_DETAIL_LENGTH = 4096;

  /** What stands for the rest of a detail that is longer. */
  private static final String CUT = "…";

  /** How far. */
  public enum State {
    /** It will be obeyed, whatever happens: it is in the mirror's log. */
    WORKING,
    /** It is done, and stays so. */
    DONE,
    /** It will not be obeyed. */
    REFUSED;

    /** Whether nothing more will come. */
    public boolean isFinal() {
      return this != WORKING;
    }
  }

  public MirrorReport {
    if (orderId.size() != MirrorOrder.ID_BYTES) {
      throw new IllegalArgumentException(
          "order id bytes: " + orderId.size() + " (expected: " + MirrorOrder.ID_BYTES + ")");
    }
    if (detail.length() > MAX_DETAIL_LENGTH) {
      throw new IllegalArgumentException(
          "detail characters: " + detail.length() + " (expected: <= " + MAX_DETAIL_LENGTH + ")");
    }
  }

  static MirrorReport of(ByteString orderId, State state, String detail) {
    boolean isTooLong = detail.length() > MAX_DETAIL_LENGTH;
    String shown = isTooLong ? detail.substring(0, MAX_DETAIL_LENGTH - CUT.length()) + CUT : detail;
    return new MirrorReport(orderId, state, shown);
  }
}
