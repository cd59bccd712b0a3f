package dev.fugitive.proxy.doctor;

import dev.fugitive.proxy.config.Settings.Rendezvous;
import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** Whether there is a place where peers find each other, and whether it answers. */
public final class RendezvousCheck {
  static final String NAME = "rendezvous";
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int NORMAL_CLOSURE = 1000;

  private RendezvousCheck() {}

  /** Opens a WebSocket there; the result is how long that took, or why it failed. */
  public static Answer look(String url) throws InterruptedException {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .connectTimeout(LIMIT)
            .readTimeout(LIMIT)
            .build();
    CompletableFuture<Boolean> opened = new CompletableFuture<>();
    long start = System.nanoTime();
    try {
      client.newWebSocket(new Request.Builder().url(url).build(), listener(opened));
      opened.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(Optional.of(Duration.ofNanos(System.nanoTime() - start)), "");
    } catch (ExecutionException refused) {
      return new Answer(Optional.empty(), words(refused.getCause()));
    } catch (TimeoutException late) {
      return new Answer(Optional.empty(), "no answer within " + LIMIT.toSeconds() + " s");
    } finally {
      client.dispatcher().cancelAll();
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }

  private static String words(@Nullable Throwable failure) {
    return failure instanceof IOException ? String.valueOf(failure.getMessage()) : "" + failure;
  }

  private static WebSocketListener listener(CompletableFuture<Boolean> opened) {
    return new WebSocketListener() {
      @Override
      public void onOpen(WebSocket socket, Response response) {
        opened.complete(true);
        socket.close(NORMAL_CLOSURE, null);
      }

      @Override
      public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
        opened.completeExceptionally(
            response == null
                ? failure
                : new IOException("HTTP " + response.code() + " (expected: 101, a WebSocket)"));
      }
    };
  }

  /**
   * What came of it.
   *
   * @param took how long, if it answered
   * @param failure why not, else
   */
  public record Answer(Optional<Duration> took, String failure) {}

  /**
   * Judges it.
   *
   * @param answer of the one elsewhere, or of the embedded one of a proxy that runs
   */
  public static Finding judge(Rendezvous rendezvous, Optional<Answer> answer) {
    return switch (rendezvous) {
      case Rendezvous.None none ->
          Finding.note(
              NAME, "none, so there are no peers", "fugitive proxy --rendezvous ws://HOST:8119");
      case Rendezvous.Embedded embedded ->
          Finding.note(
              NAME,
              "embedded"
                  + answer.map(RendezvousCheck::reached).orElse("")
                  + "; nodes elsewhere cannot meet this one there",
              "fugitive proxy --rendezvous ws://HOST:8119");
      case Rendezvous.At at when answer.isEmpty() ->
          Finding.skipped(NAME, at.url() + ", not asked");
      case Rendezvous.At at when answer.get().took().isPresent() ->
          Finding.ok(NAME, at.url() + reached(answer.get()));
      case Rendezvous.At at ->
          Finding.failed(
              NAME,
              at.url() + reached(answer.get()),
              "fugitive rendezvous --listen 0.0.0.0:" + port(at) + "   # there");
    };
  }

  private static String reached(Answer answer) {
    return answer
        .took()
        .map(took -> ", answers in " + took.toMillis() + " ms")
        .orElse(", does not answer: " + answer.failure());
  }

  private static int port(Rendezvous.At at) {
    int port = at.url().getPort();
    return port > 0 ? port : "wss".equals(at.url().getScheme()) ? 443 : 80;
  }
}
