package dev.fugitive.client.fetch;

import static java.net.HttpURLConnection.HTTP_INTERNAL_ERROR;

import dev.fugitive.client.origin.InterimResponses;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;

/**
 * A request that is with its origin while it is still open who answers it. Somebody takes the
 * answer, once, or it is closed; until then nothing of the body is read, so no more of it comes
 * than fits the connection's buffers.
 */
final class HeadStart implements AutoCloseable {
  private final Call call;
  private final FetchTrace trace;
  private final Cancellation.Registration registration;
  private final CompletableFuture<Response> head = new CompletableFuture<>();
  private final AtomicBoolean given = new AtomicBoolean();
  private volatile boolean kept;

  private HeadStart(Call call, FetchTrace trace, Cancellation cancellation) {
    this.call = call;
    this.trace = trace;
    this.registration = cancellation.onCancel(this::cancel);
  }

  /** Its body may ask for more by calls of its own. */
  private void cancel() {
    trace.cancellation().cancel();
    call.cancel();
  }

  /** Asks at once, on a thread of its own. Interim responses are nobody's: another may answer. */
  static HeadStart begin(Call.Factory origin, Request request, FetchTrace asking) {
    FetchTrace trace = asking.upstream();
    trace.name(asking.named());
    trace.whenPartEnded(asking::partEnded);
    Request sent = trace.attachTo(request).newBuilder().tag(InterimResponses.class, null).build();
    HeadStart start = new HeadStart(origin.newCall(sent), trace, asking.cancellation());
    Thread.ofVirtual().name("head-start").start(start::run);
    return start;
  }

  private void run() {
    try {
      Response response = call.execute();
      if (!head.complete(response)) {
        response.close();
      }
    } catch (IOException | RuntimeException | Error e) {
      registration.close();
      head.completeExceptionally(e);
    }
  }

  /** The head, when it has come; fails where none does. */
  CompletableFuture<Response> head() {
    return head;
  }

  /** Done when it is known whether there is a head. */
  CompletableFuture<Boolean> settled() {
    return head.handle((response, failure) -> failure == null);
  }

  /** Whether the head has come. */
  boolean hasHead() {
    return head.isDone() && !head.isCompletedExceptionally();
  }

  /** Whether a head has come that is no server's error (RFC 9110 section 15.6). */
  boolean hasAnswer() {
    return hasHead() && head.join().code() < HTTP_INTERNAL_ERROR;
  }

  /** The stated length of the body whose head has come; -1 where it states none. */
  long lengthBytes() {
    return head.join().body().contentLength();
  }

  /** What was found out on the way. */
  FetchTrace trace() {
    return trace;
  }

  /** It will be closed later, by somebody else. */
  void keep() {
    kept = true;
  }

  boolean isKept() {
    return kept;
  }

  /**
   * Takes the answer as a source of a swarm, which ends the call with it, and waits for its head;
   * empty where somebody has, or where it is put together of what is here and a part.
   */
  Optional<Response> take() throws IOException {
    if (!given.compareAndSet(false, true)) {
      return Optional.empty();
    }
    Response response = await();
    if (trace.statusOfRest() != 0) {
      response.close();
      registration.close();
      return Optional.empty();
    }
    return Optional.of(released(response, call::cancel));
  }

  /** Takes the answer that is here, whatever it is put together of. */
  Optional<Response> takeArrived() {
    return hasHead() && given.compareAndSet(false, true)
        ? Optional.of(released(head.join(), () -> {}))
        : Optional.empty();
  }

  private Response await() throws IOException {
    try {
      return head.get();
    } catch (InterruptedException e) {
      abandon();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking the origin");
    } catch (ExecutionException e) {
      registration.close();
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  /** Cancelling ends the body as well; when that is closed there is nothing left to cancel. */
  private Response released(Response response, Runnable onClose) {
    ResponseBody body = response.body();
    BufferedSource source =
        Okio.buffer(
            new ForwardingSource(body.source()) {
              @Override
              public void close() throws IOException {
                registration.close();
                onClose.run();
                super.close();
              }
            });
    return response.newBuilder().body(over(source, body)).build();
  }

  /** What is put together of what is here and a part still tells which is which. */
  private static ResponseBody over(BufferedSource source, ResponseBody body) {
    return body instanceof SourcedBody sourced
        ? new SourcedBody(
            sourced.contentTypeField(),
            sourced.contentLength(),
            sourced.expected(),
            sourced.tally(),
            source)
        : ResponseBody.create(source, body.contentType(), body.contentLength());
  }

  /** Where nobody has taken the answer, nobody will: the origin is told. */
  @Override
  public void close() {
    if (given.compareAndSet(false, true)) {
      abandon();
    }
  }

  private void abandon() {
    registration.close();
    call.cancel();
    if (!head.completeExceptionally(new IOException("not wanted any more"))
        && !head.isCompletedExceptionally()) {
      head.join().close();
    }
  }
}
