package dev.fugitive.client.trust;

import okio.ByteString;

/** What became of a voucher that was checked against a request. */
public sealed interface VoucherVerdict {
  /**
   * It counts for this request.
   *
   * @param signed its bytes, to be kept and shown to others
   */
  record Accepted(Voucher voucher, ByteString signed) implements VoucherVerdict {}

  /** It does not count. */
  record Rejected(Reason reason) implements VoucherVerdict {}

  /**
   * It names the content that an accepted one names: it was not looked at further, and nothing in
   * it is used.
   */
  record Repeated() implements VoucherVerdict {}

  /** Why a voucher does not count. */
  enum Reason {
    /** Not exactly one voucher: whoever sent it made it up. */
    MALFORMED(true),
    /** Signed by a key that the user does not trust; others may. */
    UNTRUSTED_KEY(false),
    /** A trusted key did not sign this: whoever sent it made it up. */
    BAD_SIGNATURE(true),
    /** About another method or URL. */
    OTHER_RESOURCE(false),
    /** About an answer to other request fields, among those that the head's Vary names. */
    OTHER_VARIANT(false),
    /** No longer valid. */
    EXPIRED(false),
    /** Signed later than now, by more than clocks differ. */
    FROM_THE_FUTURE(false),
    /** Not about a 200. */
    STATUS(false),
    /** Our request carries a cookie or credentials, or forbids storing. */
    PRIVATE_REQUEST(false),
    /** The answer was not everybody's in the first place. */
    NOT_PUBLIC(false),
    /** The head states another length or digest than the voucher. */
    CONTRADICTS_ITSELF(false);

    private final boolean lie;

    Reason(boolean lie) {
      this.lie = lie;
    }

    /** Whether an honest peer cannot have sent it. */
    public boolean isLie() {
      return lie;
    }
  }
}
