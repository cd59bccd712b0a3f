package dev.fugitive.client.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.AsyncTimeout;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;

/**
 * Holds a whole call to {@link Call#timeout}, its body included: OkHttp stops its own watch with
 * the head where the body comes from no socket of that call.
 */
final class CallTimeoutInterceptor implements Interceptor {
  @Override
  public Response intercept(Chain chain) throws IOException {
    return held(chain.call(), () -> chain.proceed(chain.request()));
  }

  /** What brings the response of a call. */
  @FunctionalInterface
  interface Step {
    Response proceed() throws IOException;
  }

  /** Does a call's step, and holds it and the reading of its body to the call's limit. */
  static Response held(Call call, Step step) throws IOException {
    Timeout limit = call.timeout();
    if (limit.timeoutNanos() == 0 && !limit.hasDeadline()) {
      return step.proceed();
    }
    Watch watch = new Watch(call, limit);
    watch.enter();
    try {
      Response response = step.proceed();
      return response.newBuilder().body(watched(response.body(), watch)).build();
    } catch (IOException | RuntimeException e) {
      watch.exit();
      throw e;
    }
  }

  private static ResponseBody watched(ResponseBody body, Watch watch) {
    return ResponseBody.create(
        Okio.buffer(new WatchedSource(body.source(), watch)),
        body.contentType(),
        body.contentLength());
  }

  /** Cancels the call when its time is over. */
  private static final class Watch extends AsyncTimeout {
    private final Call call;
    private volatile boolean late;

    Watch(Call call, Timeout limit) {
      this.call = call;
      if (limit.timeoutNanos() != 0) {
        timeout(limit.timeoutNanos(), TimeUnit.NANOSECONDS);
      }
      if (limit.hasDeadline()) {
        deadlineNanoTime(limit.deadlineNanoTime());
      }
    }

    @Override
    protected void timedOut() {
      late = true;
      call.cancel();
    }

    /** What the reader is told of a failed read: that it was late, where that is why. */
    IOException reason(IOException failure) {
      exit();
      if (!late) {
        return failure;
      }
      InterruptedIOException timeout = new InterruptedIOException("timeout");
      timeout.initCause(failure);
      return timeout;
    }
  }

  /** A body whose end or close ends the watch. */
  private static final class WatchedSource extends ForwardingSource {
    private final Watch watch;

    WatchedSource(Source source, Watch watch) {
      super(source);
      this.watch = watch;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      try {
        long read = super.read(sink, byteCount);
        if (read == -1) {
          watch.exit();
        }
        return read;
      } catch (IOException e) {
        throw watch.reason(e);
      }
    }

    @Override
    public void close() throws IOException {
      watch.exit();
      super.close();
    }
  }
}
