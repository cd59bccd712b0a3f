package dev.fugitive.proxy.decrypt;

import java.util.Locale;

/** Which way a CONNECT goes. */
public sealed interface Decision {
  /** Its bytes are passed on as they are. */
  record Tunnel(Why why) implements Decision {}

  /**
   * Its TLS is opened here.
   *
   * @param client who is to trust the certificate
   */
  record Decrypt(TlsClient client) implements Decision {}

  /** It is closed. */
  record Refuse(Why why) implements Decision {}

  /**
   * Not decided: ask again when there are more bytes, or the client has ended, or time has passed.
   *
   * @param atLeastBytes how many bytes there must be before it is worth asking
   * @param untilMillis how long after the first question to ask again in any case
   */
  record WaitForMoreBytes(int atLeastBytes, long untilMillis) implements Decision {}

  /** The reason, as it is counted. */
  enum Why {
    HOST_NOT_NAMED,
    CA_EXPIRED,
    SERVER_SPEAKS_FIRST,
    CLIENT_ENDED,
    NOT_TLS,
    HELLO_TOO_SLOW,
    HELLO_MALFORMED,
    OTHER_NAME,
    OLD_TLS,
    OTHER_PROTOCOL,
    CLIENT_DISTRUSTS,
    DECRYPTED;

    /** The reason in counters, {@code not-tls}. */
    public String token() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
