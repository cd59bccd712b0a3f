package dev.fugitive.client.wire;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;

/** The numbers that stand for constants on the wire; they never change their meaning. */
final class WireCodes {
  private WireCodes() {}

  static int of(Digest.Algorithm algorithm) {
    return switch (algorithm) {
      case SHA_256 -> 1;
      case SHA_384 -> 2;
      case SHA_512 -> 3;
    };
  }

  static Digest.Algorithm algorithm(int code) throws MalformedMessageException {
    return switch (code) {
      case 1 -> Digest.Algorithm.SHA_256;
      case 2 -> Digest.Algorithm.SHA_384;
      case 3 -> Digest.Algorithm.SHA_512;
      default -> throw unknown("digest algorithm", code, "1 to 3");
    };
  }

  static int of(RefusalReason reason) {
    return switch (reason) {
      case BUSY -> 1;
      case DONT_HAVE -> 2;
      case NOT_ALLOWED -> 3;
    };
  }

  static RefusalReason refusalReason(int code) throws MalformedMessageException {
    return switch (code) {
      case 1 -> RefusalReason.BUSY;
      case 2 -> RefusalReason.DONT_HAVE;
      case 3 -> RefusalReason.NOT_ALLOWED;
      default -> throw unknown("refusal reason", code, "1 to 3");
    };
  }

  static int of(Encoding encoding) {
    return switch (encoding) {
      case PLAIN -> 0;
      case ZSTD -> 1;
    };
  }

  static Encoding encoding(int code) throws MalformedMessageException {
    return switch (code) {
      case 0 -> Encoding.PLAIN;
      case 1 -> Encoding.ZSTD;
      default -> throw unknown("encoding", code, "0 or 1");
    };
  }

  private static MalformedMessageException unknown(String name, int code, String expected) {
    return new MalformedMessageException("%s: %d (expected: %s)".formatted(name, code, expected));
  }
}
