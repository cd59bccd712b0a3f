package dev.fugitive.client.peer;

import java.util.Locale;
import okio.Buffer;
import okio.ByteString;

/**
 * A context's name as the rendezvous sees it: a labelled SHA-256 of the host, so that peers who
 * know the host recognise each other and a list of names is not sent about. (It hides little from
 * somebody who guesses: hosts can be tried one by one.)
 */
public record ContextId(ByteString hash) {
  /** Bytes of the hash. */
  public static final int BYTES = 32;

  private static final ByteString LABEL = ByteString.encodeUtf8("fugitive-context-1\0");

  public ContextId {
    if (hash.size() != BYTES) {
      throw new IllegalArgumentException(
          "context hash bytes: " + hash.size() + " (expected: " + BYTES + ")");
    }
  }

  /** The context of everything that one host serves. */
  public static ContextId ofHost(String host) {
    String canonical = host.toLowerCase(Locale.ROOT);
    try (Buffer labelled = new Buffer()) {
      return new ContextId(labelled.write(LABEL).writeUtf8(canonical).sha256());
    }
  }

  @Override
  public String toString() {
    return hash.hex().substring(0, 8);
  }
}
