package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches behind a client's back what was just served stale (RFC 5861 section 3); one fetch of a
 * URL at a time.
 */
final class Refresh {
  private static final Logger LOG = LoggerFactory.getLogger(Refresh.class);
  private static final int MAX_AT_ONCE = 64;

  private final Executor threads;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  // Set once, before the first request.
  private volatile Call.@Nullable Factory path;

  Refresh(Executor threads) {
    this.threads = threads;
  }

  /**
   * Says which path to take; the refreshing call goes the whole way, so that its answer is stored
   * like any other.
   */
  void through(Call.Factory wholePath) {
    path = wholePath;
  }

  /**
   * Asks for a resource anew; returns at once. More than can be under way are left to the next
   * request.
   */
  void start(RequestHead request) {
    Call.Factory factory = path;
    if (factory == null || underWay.size() >= MAX_AT_ONCE || !underWay.add(request.url())) {
      return;
    }
    threads.execute(() -> run(factory, request));
  }

  private void run(Call.Factory factory, RequestHead request) {
    Request fresh =
        new Request.Builder()
            .url(request.url())
            .headers(Heads.headers(request.fields().without("If-None-Match")))
            .header("Cache-Control", "max-age=0")
            .build();
    try (Response response = factory.newCall(fresh).execute()) {
      response.body().source().readAll(Okio.blackhole());
    } catch (IOException e) {
      LOG.debug("refreshing {}: {}", request.url(), e.getMessage());
    } finally {
      underWay.remove(request.url());
    }
  }
}
