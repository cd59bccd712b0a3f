package dev.fugitive.proxy.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the open connections of each client address, up to a limit. Used by several loops. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class AddressLimit {
  private final int limit;
  private final Map<String, Integer> open = new ConcurrentHashMap<>();

  AddressLimit(int limit) {
    this.limit = limit;
  }

  /** Admits the connection until it closes, or answers it 503 and closes it. */
  boolean admit(Channel client) {
    String address =
        client.remoteAddress() instanceof InetSocketAddress remote
            ? remote.getAddress().getHostAddress()
            : "";
    int count = open.merge(address, 1, Integer::sum);
    client.closeFuture().addListener(closed -> open.computeIfPresent(address, this::oneLess));
    if (count <= limit) {
      return true;
    }
    Refusal refusal = Refusal.tooManyConnections(address, limit);
    String answer =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Connection: close\r\n\r\n"
            + refusal.words()
            + "\n";
    client
        .writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.UTF_8))
        .addListener(ChannelFutureListener.CLOSE);
    return false;
  }

  @SuppressWarnings("NullAway") // a null result removes the entry
  private Integer oneLess(String address, Integer count) {
    return count == 1 ? null : count - 1;
  }
}
