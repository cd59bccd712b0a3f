package dev.fugitive.client.jdk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a publisher gives it: one buffer is asked for at a time, and the next when it
 * is on its way, so a fast publisher waits for a slow connection.
 */
final class PublishedBody extends RequestBody {
  private final BodyPublisher publisher;
  private volatile boolean stopped;
  private volatile @Nullable Writer writing;

  PublishedBody(BodyPublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public @Nullable MediaType contentType() {
    return null;
  }

  @Override
  public long contentLength() {
    return publisher.contentLength();
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    Writer writer = new Writer();
    writing = writer;
    publisher.subscribe(writer);
    if (stopped) {
      writer.stop();
    }
    try {
      writer.writeTo(sink);
    } finally {
      writer.cancel();
    }
  }

  /** Ends the writing, although the publisher may never say another word. */
  void stop() {
    stopped = true;
    Writer writer = writing;
    if (writer != null) {
      writer.stop();
    }
  }

  /** What a publisher may say. */
  private sealed interface Signal {
    record Begun() implements Signal {}

    record Next(ByteBuffer bytes) implements Signal {}

    record Failed(Throwable why) implements Signal {}

    record Complete() implements Signal {}
  }

  /** Takes what a publisher says to the thread that writes. */
  private final class Writer implements Flow.Subscriber<ByteBuffer> {
    // a beginning, what one request brings, the end that may follow it at once, and that of others
    private final BlockingQueue<Signal> signals = new ArrayBlockingQueue<>(4);

    // Written by the publisher before its first signal is read.
    private volatile Flow.@Nullable Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      if (subscription != null) {
        given.cancel();
        return;
      }
      subscription = given;
      say(new Signal.Begun());
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      say(new Signal.Next(bytes));
    }

    @Override
    public void onError(Throwable why) {
      say(new Signal.Failed(why));
    }

    @Override
    public void onComplete() {
      say(new Signal.Complete());
    }

    void stop() {
      // where there is no room, there is something to be heard
      var unused = signals.offer(new Signal.Failed(new IOException("Canceled")));
    }

    private void say(Signal signal) {
      if (!signals.offer(signal)) {
        throw new IllegalStateException("the publisher gives more than it is asked for");
      }
    }

    void writeTo(BufferedSink sink) throws IOException {
      while (true) {
        Signal heard = heard();
        if (stopped) {
          throw new IOException("Canceled");
        }
        switch (heard) {
          case Signal.Begun ignored -> ask();
          case Signal.Next(ByteBuffer bytes) -> {
            while (bytes.hasRemaining()) {
              sink.write(bytes);
            }
            ask();
          }
          case Signal.Failed(Throwable why) -> throw new IOException(why.getMessage(), why);
          case Signal.Complete ignored -> {
            return;
          }
        }
      }
    }

    private Signal heard() throws InterruptedIOException {
      try {
        return signals.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for the request's body");
      }
    }

    private void ask() {
      Flow.Subscription asked = subscription;
      if (asked != null) {
        asked.request(1);
      }
    }

    void cancel() {
      Flow.Subscription ended = subscription;
      if (ended != null) {
        ended.cancel();
      }
    }
  }
}
