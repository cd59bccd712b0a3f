package dev.fugitive.client.mirror;

import dev.fugitive.client.peer.PeerId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import okio.ByteString;

/** A process that takes an order into its log, says so, and does nothing about it. */
final class TakesOneOrder {
  private TakesOneOrder() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    OrderBook book =
        OrderBook.open(
            Path.of(arguments[0]), PeerId.parse(arguments[1]), Set.of(PeerId.parse(arguments[2])));
    MirrorOrder order = MirrorCodec.decodeOrder(ByteString.decodeHex(arguments[3]));
    System.out.println(book.take(order, Instant.now()));
    new CountDownLatch(1).await();
  }
}
