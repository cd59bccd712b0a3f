package dev.fugitive.proxy.system;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** A session of Chromium's DevTools protocol: calls with answers, and events. */
final class DevTools extends WebSocketListener implements AutoCloseable {
  private static final long CALL_SECONDS = 60;

  private final OkHttpClient client = new OkHttpClient();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final Queue<JsonObject> events = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();

  private DevTools() {}

  static DevTools connect(String url) {
    DevTools tools = new DevTools();
    tools.client.newWebSocket(new Request.Builder().url(url).build(), tools);
    tools.socket.orTimeout(CALL_SECONDS, TimeUnit.SECONDS).join();
    return tools;
  }

  /** Calls a method and waits for its result. */
  @CanIgnoreReturnValue
  JsonObject call(String method, JsonObject params) {
    int id = lastId.incrementAndGet();
    JsonObject message = new JsonObject();
    message.addProperty("id", id);
    message.addProperty("method", method);
    message.add("params", params);
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    socket.join().send(message.toString());
    try {
      JsonObject got = answer.get(CALL_SECONDS, TimeUnit.SECONDS);
      if (got.has("error")) {
        throw new AssertionError(method + ": " + got.get("error"));
      }
      return got.getAsJsonObject("result");
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(method + ": no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The parameters of all events of this name, since they were last forgotten. */
  List<JsonObject> events(String method) {
    return events.stream()
        .filter(event -> event.get("method").getAsString().equals(method))
        .map(event -> event.getAsJsonObject("params"))
        .toList();
  }

  void forgetEvents() {
    events.clear();
  }

  @Override
  public void onOpen(WebSocket opened, Response response) {
    socket.complete(opened);
  }

  @Override
  public void onMessage(WebSocket opened, String text) {
    JsonObject message = JsonParser.parseString(text).getAsJsonObject();
    if (!message.has("id")) {
      events.add(message);
      return;
    }
    CompletableFuture<JsonObject> answer = waiting.remove(message.get("id").getAsInt());
    if (answer != null) {
      answer.complete(message);
    }
  }

  @Override
  public void onFailure(WebSocket failed, Throwable cause, @Nullable Response response) {
    socket.completeExceptionally(cause);
    waiting.values().forEach(answer -> answer.completeExceptionally(cause));
  }

  @Override
  public void close() {
    socket.join().cancel();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
