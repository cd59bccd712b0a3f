package dev.fugitive.proxy.http;

import dev.fugitive.client.fetch.MemoryHit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A request answered from memory, on the event loop: block by block, no faster than the client
 * takes them. The bytes are copied as they go out, while they are in the processor's cache.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class HitExchange implements Exchange {
  private final ClientConnection connection;
  private final ChannelHandlerContext wire;
  private final MemoryHit hit;
  private final OutgoingBlock outgoing;
  private int bodyBuffer;
  private boolean headSent;
  private boolean sent;
  private boolean sending;

  /** What is written at the wire is in its encoded form already. */
  HitExchange(
      ClientConnection connection,
      ChannelHandlerContext wire,
      MemoryHit hit,
      OutgoingBlock outgoing) {
    this.connection = connection;
    this.wire = wire;
    this.hit = hit;
    this.outgoing = outgoing;
  }

  @Override
  public void start() {
    send();
  }

  /** Sends what the client takes; the rest follows when it takes more. */
  private void send() {
    if (sending) {
      return;
    }
    sending = true;
    Channel channel = wire.channel();
    while (!sent && channel.isWritable()) {
      wire.writeAndFlush(nextBlock(), channel.voidPromise());
    }
    sending = false;
    if (sent && channel.isWritable()) {
      connection.finished(this, true);
    } else {
      connection.awaitWritable();
    }
  }

  private ByteBuf nextBlock() {
    List<ByteBuffer> body = hit.body();
    int headBytes = headSent ? 0 : hit.head().size();
    ByteBuf block = outgoing.empty(headBytes + bodyBytesInBlock(headBytes));
    if (!headSent) {
      headSent = true;
      block.writeBytes(hit.head().asByteBuffer());
    }
    while (block.isWritable() && bodyBuffer < body.size()) {
      takeInto(block, body.get(bodyBuffer));
    }
    if (bodyBuffer == body.size()) {
      sent = true;
      hit.completed();
    }
    return block;
  }

  private int bodyBytesInBlock(int headBytes) {
    long rest = 0;
    for (int i = bodyBuffer; i < hit.body().size(); i++) {
      rest += hit.body().get(i).remaining();
    }
    return (int) Math.min(Math.max(0, OutgoingBlock.BYTES - headBytes), rest);
  }

  private void takeInto(ByteBuf block, ByteBuffer from) {
    int end = from.limit();
    from.limit(from.position() + Math.min(from.remaining(), block.writableBytes()));
    block.writeBytes(from);
    from.limit(end);
    if (!from.hasRemaining()) {
      bodyBuffer++;
    }
  }

  /** A request that is answered from memory has no body: only its end comes. */
  @Override
  public void onRequestBody(HttpContent content) {
    content.release();
  }

  @Override
  public void onMalformedBody(Refusal refusal) {}

  @Override
  public void onClientGone() {
    if (!sent) {
      hit.abandoned();
    }
  }

  @Override
  public void onWritabilityChanged() {
    send();
  }
}
