package dev.fugitive.proxy.decrypt;

import java.net.InetAddress;
import okio.ByteString;

/**
 * What is known of a CONNECT when its way is to be decided.
 *
 * @param host the host of the CONNECT, in lower case
 * @param client the client's address
 * @param bytes everything it has sent behind its CONNECT
 * @param ended whether it will send no more
 * @param waitedMillis since when its answer is out
 */
public record Peeked(
    String host, int port, InetAddress client, ByteString bytes, boolean ended, long waitedMillis) {

  /** Before the client had the chance to say anything. */
  public static Peeked nothingYet(String host, int port, InetAddress client) {
    return new Peeked(host, port, client, ByteString.EMPTY, false, 0);
  }
}
