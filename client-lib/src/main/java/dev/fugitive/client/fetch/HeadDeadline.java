package dev.fugitive.client.fetch;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.AsyncTimeout;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * A deadline for the whole head of a response: an origin that sends a byte now and then never runs
 * into a timeout between two of them.
 */
final class HeadDeadline extends AsyncTimeout {
  private final long limitMillis;
  private final Runnable breakOff;

  /** Touched by the call's thread alone. */
  private boolean entered;

  private volatile boolean passed;

  /**
   * @param limitMillis 0 for none
   * @param breakOff ends what is waited for
   */
  HeadDeadline(long limitMillis, Runnable breakOff) {
    this.limitMillis = limitMillis;
    this.breakOff = breakOff;
    timeout(limitMillis, TimeUnit.MILLISECONDS);
  }

  /** The body, at whose end the time begins. */
  RequestBody after(RequestBody body) {
    return new RequestBody() {
      @Override
      public @Nullable MediaType contentType() {
        return body.contentType();
      }

      @Override
      public long contentLength() throws IOException {
        return body.contentLength();
      }

      @Override
      public boolean isOneShot() {
        return body.isOneShot();
      }

      @Override
      public boolean isDuplex() {
        return body.isDuplex();
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        body.writeTo(sink);
        begin();
      }
    };
  }

  /** The time begins. */
  void begin() {
    entered = true;
    enter();
  }

  /** What is waited for has come, or never will. */
  void leave() {
    if (entered) {
      entered = false;
      exit();
    }
  }

  /** The failure, or what it really was. */
  IOException explain(IOException failure) {
    if (!passed) {
      return failure;
    }
    SocketTimeoutException late =
        new SocketTimeoutException("response head: not complete after " + limitMillis + " ms");
    late.initCause(failure);
    return late;
  }

  @Override
  protected void timedOut() {
    passed = true;
    breakOff.run();
  }
}
