package dev.fugitive.client.fetch;

import java.util.regex.Pattern;

/** One thing that a {@link Liar} lies about, and how a ban for it reads. */
enum Lie {
  FLIPPED_BIT(Of.CHUNKS, "do not hash to its root"),
  ALL_ZERO(Of.CHUNKS, "do not hash to its root"),
  BYTES_OF_ANOTHER_CONTENT(Of.CHUNKS, "do not hash to its root"),
  SWAPPED_CHUNKS(Of.CHUNKS, "do not hash to its root"),
  COMPRESSED_OTHER_BYTES(Of.CHUNKS, "do not hash to its root"),
  FLIPPED_PROOF(Of.CHUNKS, "do not hash to its root|differs from a verified node"),
  PROOF_TOO_SHORT(Of.CHUNKS, "proof hashes: \\d+ \\(expected: \\d+\\)"),
  PROOF_TOO_LONG(Of.CHUNKS, "proof hashes: \\d+ \\(expected: \\d+\\)"),
  PROOF_FOR_ANOTHER_INDEX(
      Of.CHUNKS, "do not hash to its root|differs from a verified node|proof hashes: \\d+"),
  INDEX_BEYOND_THE_END(Of.CHUNKS, "expected: what was asked for"),
  MORE_CHUNKS_THAN_ASKED(Of.CHUNKS, "expected: what was asked for|malformed message"),
  FRAME_SENT_TWICE(Of.CHUNKS, "expected: what was asked for|after its end"),
  TRANSFER_NEVER_OPENED(Of.CHUNKS, "answered transfer \\d+ \\(expected: one of ours\\)"),
  PLAIN_CALLED_COMPRESSED(Of.CHUNKS, "zstd payload"),
  COMPRESSED_CALLED_PLAIN(Of.CHUNKS, "plain payload"),
  UNKNOWN_ENCODING(Of.CHUNKS, "malformed message: .*encoding"),
  COMPRESSION_BOMB(Of.CHUNKS, "zstd payload"),
  TRUNCATED_COMPRESSION(Of.CHUNKS, "zstd payload"),
  COMPRESSED_TOO_SHORT(Of.CHUNKS, "zstd payload"),
  PAYLOAD_ONE_BYTE_SHORTER(Of.CHUNKS, "plain payload"),
  PAYLOAD_ONE_BYTE_LONGER(Of.CHUNKS, "payload bytes: \\d+|plain payload"),

  HAS_CHUNKS_BEYOND_THE_END(Of.HAVE, "chunks: until \\d+ \\(expected: at most \\d+\\)"),
  HAS_FOR_A_TRANSFER_NEVER_OPENED(Of.HAVE, "answered transfer \\d+ \\(expected: one of ours\\)"),

  RANDOM_BYTES(Of.FRAME, "malformed message"),
  TRUNCATED_FRAME(Of.FRAME, "malformed message"),
  BYTES_AFTER_THE_FRAME(Of.FRAME, "malformed message"),
  UNKNOWN_TYPE(Of.FRAME, "malformed message: message type: \\d+"),
  TEXT_WHERE_BYTES_ARE_DUE(Of.FRAME, "malformed message"),
  TOO_FEW_FIELDS(Of.FRAME, "malformed message: .* fields: \\d+ \\(expected: \\d+\\)"),
  NEGATIVE_TRANSFER(Of.FRAME, "malformed message: transfer id: -\\d+"),
  COUNT_OF_BILLIONS(Of.FRAME, "malformed message: chunk count: \\d+|malformed message"),
  OVERSIZED_VOUCHER(Of.FRAME, "malformed message: voucher"),
  VOUCHERS_THAT_ARE_NOT_THERE(Of.FRAME, "malformed message"),
  SECOND_HELLO(Of.FRAME, "malformed message: a second Hello"),

  VOUCHER_IN_SOMEBODY_ELSES_NAME(Of.VOUCHER, "false voucher: bad signature"),
  FORGED_VOUCHER(Of.VOUCHER, "false voucher: (malformed|bad signature)"),

  /** What a peer says in good faith as well: it is not believed, and nobody is banned. */
  VOUCHER_OF_ANOTHER_URL(Of.VOUCHER, ""),
  VOUCHER_BY_A_STRANGER(Of.VOUCHER, ""),
  VOUCHER_EXPIRED(Of.VOUCHER, ""),
  VOUCHER_FROM_THE_FUTURE(Of.VOUCHER, ""),
  VOUCHER_OF_SOMETHING_PRIVATE(Of.VOUCHER, ""),

  /** What cannot be proven: it costs a moment, and the next source is asked. */
  SILENT_ABOUT_VOUCHERS(Of.SILENCE, ""),
  SILENT_ABOUT_OPEN(Of.SILENCE, ""),
  SILENT_ABOUT_CHUNKS(Of.SILENCE, ""),
  REFUSES_WHAT_IT_CLAIMS(Of.SILENCE, ""),
  HAS_NOTHING(Of.SILENCE, "");

  /** What a lie is about. */
  enum Of {
    CHUNKS,
    HAVE,
    FRAME,
    VOUCHER,
    SILENCE
  }

  final Of of;
  private final Pattern reason;

  Lie(Of of, String reason) {
    this.of = of;
    this.reason = Pattern.compile(reason);
  }

  /** Whether who tells it can be shown to have lied. */
  boolean isProvable() {
    return !reason.pattern().isEmpty();
  }

  /** Whether this ban names the lie. */
  boolean isNamedBy(String banReason) {
    return reason.matcher(banReason).find();
  }

  Pattern reason() {
    return reason;
  }
}
