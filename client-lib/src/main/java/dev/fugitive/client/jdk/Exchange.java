package dev.fugitive.client.jdk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Response;
import okio.AsyncTimeout;
import org.jspecify.annotations.Nullable;

/** One request's way to the node and back, on a thread of its own. */
final class Exchange<T extends @Nullable Object> implements Runnable {
  private final Call.Factory node;
  private final HttpRequest request;
  private final BodyHandler<T> handler;
  private final FollowUps followUps;
  private final Executor completing;
  private final ExchangeFuture<HttpResponse<T>> response = new ExchangeFuture<>(this::cancel);

  // What is under way; written by the exchange's thread, ended by others.
  private volatile boolean cancelled;
  private volatile @Nullable Call call;
  private volatile @Nullable PublishedBody publishing;
  private volatile @Nullable Delivery delivering;

  /**
   * @param executor runs what depends on the response, where there is one
   */
  Exchange(
      Call.Factory node,
      HttpRequest request,
      BodyHandler<T> handler,
      FollowUps followUps,
      Optional<Executor> executor) {
    this.node = node;
    this.request = request;
    this.handler = handler;
    this.followUps = followUps;
    this.completing = executor.orElse(Runnable::run);
  }

  /**
   * Completed with the response when its body's subscriber says so; cancelling ends the exchange.
   */
  CompletableFuture<HttpResponse<T>> response() {
    return response;
  }

  /** Ends the exchange, wherever it is. */
  void cancel() {
    cancelled = true;
    Call asked = call;
    if (asked != null) {
      asked.cancel();
    }
    PublishedBody body = publishing;
    if (body != null) {
      body.stop();
    }
    Delivery delivery = delivering;
    if (delivery != null) {
      delivery.abort();
    }
  }

  @Override
  public void run() {
    try (Answer<T> answer = ask()) {
      deliver(answer);
    } catch (IOException | RuntimeException | Error e) {
      complete(() -> response.completeExceptionally(e));
    }
  }

  /** A head, with the request that it answers at last. */
  private record Answer<T extends @Nullable Object>(
      HttpRequest request, Response response, Optional<HttpResponse<T>> previous)
      implements AutoCloseable, ResponseInfo {
    @Override
    public int statusCode() {
      return response.code();
    }

    @Override
    public HttpHeaders headers() {
      return fields(response.headers());
    }

    @Override
    public HttpClient.Version version() {
      return response.protocol() == Protocol.HTTP_2
          ? HttpClient.Version.HTTP_2
          : HttpClient.Version.HTTP_1_1;
    }

    HttpResponse<T> with(T body) {
      return new FugitiveResponse<>(request, statusCode(), headers(), version(), previous, body);
    }

    /** A step on the way, whose body nobody gets. */
    @SuppressWarnings("NullAway") // as the JDK has it: "the previous response's body is null"
    HttpResponse<T> passed() {
      return new FugitiveResponse<>(request, statusCode(), headers(), version(), previous, null);
    }

    @Override
    public void close() {
      response.close();
    }
  }

  /** The last answer, within the request's time limit. */
  private Answer<T> ask() throws IOException {
    HeadLimit limit = new HeadLimit(request.timeout());
    limit.enter();
    try {
      Answer<T> answer = follow();
      if (limit.exit()) {
        answer.close();
        throw new HttpTimeoutException("request timed out");
      }
      return answer;
    } catch (IOException | RuntimeException e) {
      throw limit.reason(e);
    }
  }

  private Answer<T> follow() throws IOException {
    HttpRequest next = request;
    Optional<HttpResponse<T>> previous = Optional.empty();
    while (true) {
      Answer<T> answer = new Answer<>(next, execute(next), previous);
      Optional<HttpRequest> following;
      try {
        following = followUps.next(next, answer.response(), answer.headers());
      } catch (IOException | RuntimeException e) {
        answer.close();
        throw e;
      }
      if (following.isEmpty()) {
        return answer;
      }
      answer.close();
      previous = Optional.of(answer.passed());
      next = following.get();
    }
  }

  private Response execute(HttpRequest next) throws IOException {
    Optional<PublishedBody> body = Requests.body(next);
    Call asked =
        node.newCall(Requests.of(followUps.withCookies(next), OptionedRequest.of(request), body));
    call = asked;
    publishing = body.orElse(null);
    if (cancelled) {
      throw new InterruptedIOException("cancelled");
    }
    return asked.execute();
  }

  private void deliver(Answer<T> answer) {
    BodySubscriber<T> subscriber = handler.apply(answer);
    subscriber
        .getBody()
        .whenComplete((body, failure) ->
            complete(() -> {
              if (failure == null) {
                response.complete(answer.with(body));
              } else {
                response.completeExceptionally(failure);
              }
            }));
    Delivery delivery = new Delivery(answer.response().body().source(), subscriber, this::cancel);
    delivering = delivery;
    if (cancelled) {
      delivery.abort();
    }
    delivery.run();
  }

  private void complete(Runnable completion) {
    try {
      completing.execute(completion);
    } catch (RejectedExecutionException e) {
      completion.run();
    }
  }

  private static HttpHeaders fields(Headers headers) {
    Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < headers.size(); i++) {
      fields.computeIfAbsent(headers.name(i), name -> new ArrayList<>()).add(headers.value(i));
    }
    return HttpHeaders.of(fields, (name, value) -> true);
  }

  /** Ends the exchange where its head takes too long. */
  private final class HeadLimit extends AsyncTimeout {
    HeadLimit(Optional<Duration> limit) {
      limit.ifPresent(time -> timeout(Requests.nanos(time), TimeUnit.NANOSECONDS));
    }

    @Override
    protected void timedOut() {
      Exchange.this.cancel();
    }

    /** What the program is told of a failure before the head. */
    IOException reason(Exception failure) {
      if (exit()) {
        HttpTimeoutException late = new HttpTimeoutException("request timed out");
        late.initCause(failure);
        return late;
      }
      if (failure instanceof RuntimeException wrong) {
        throw wrong;
      }
      return Failures.beforeHead((IOException) failure);
    }
  }
}
