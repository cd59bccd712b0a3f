package dev.fugitive.client.signalling;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** One WebSocket to the rendezvous; what it says waits in a bounded queue for one reader. */
final class ServerVoice extends WebSocketListener {
  /** Messages that may wait; a server that sends more before they are read is cut off. */
  private static final int MAX_WAITING = 1024;

  private final BlockingQueue<Heard> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong bytesSinceMessage = new AtomicLong();
  private final int maxQueuedBytes;

  private volatile @Nullable WebSocket socket;
  private volatile boolean leaving;

  ServerVoice(int maxQueuedBytes) {
    this.maxQueuedBytes = maxQueuedBytes;
  }

  /** What the reader gets. */
  sealed interface Heard {
    /** A message, not decoded yet. */
    record Message(ByteString bytes) implements Heard {}

    /** The connection is over; the last. */
    record End(String reason) implements Heard {}

    /** The time was up. */
    record Nothing() implements Heard {}
  }

  void dial(OkHttpClient http, Request request) {
    socket =
        http.newBuilder()
            .socketFactory(new BoundedSocketFactory(bytesSinceMessage))
            .build()
            .newWebSocket(request, this);
  }

  Heard next(long waitNanos) throws InterruptedException {
    Heard heard = waiting.poll(waitNanos, TimeUnit.NANOSECONDS);
    return heard == null ? new Heard.Nothing() : heard;
  }

  /** Puts a message into OkHttp's queue; false where that is full or the connection is over. */
  boolean send(ByteString message) {
    WebSocket current = socket;
    return current != null
        && current.queueSize() + message.size() <= maxQueuedBytes
        && current.send(message);
  }

  /** Ends the connection politely; the reader hears of it now. */
  void close(int code, String reason) {
    WebSocket current = socket;
    leaving = current != null && current.close(code, reason);
    end(reason);
  }

  /** Ends the connection at once, unless it is ending politely: last words are on their way. */
  void cancel() {
    WebSocket current = socket;
    if (current != null && !leaving) {
      current.cancel();
    }
  }

  @Override
  public void onMessage(WebSocket from, ByteString bytes) {
    bytesSinceMessage.set(0);
    if (!waiting.offer(new Heard.Message(bytes))) {
      from.cancel();
      end("the rendezvous sends faster than " + MAX_WAITING + " messages can be read");
    }
  }

  @Override
  public void onMessage(WebSocket from, String text) {
    from.cancel();
    end("the rendezvous sent text (expected: binary messages)");
  }

  @Override
  public void onClosing(WebSocket from, int code, String reason) {
    from.close(code, null);
    end("the rendezvous closed: " + code + " " + reason);
  }

  @Override
  public void onFailure(WebSocket from, Throwable failure, @Nullable Response response) {
    end(response == null ? describe(failure) : "HTTP status " + response.code());
  }

  private static String describe(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** Makes sure that the reader sees an end, be the queue full: what came before it is lost. */
  private void end(String reason) {
    Heard.End end = new Heard.End(reason);
    while (!waiting.offer(end)) {
      waiting.clear();
    }
  }
}
