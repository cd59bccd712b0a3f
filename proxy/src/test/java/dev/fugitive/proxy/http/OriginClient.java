package dev.fugitive.proxy.http;

import java.io.IOException;
import java.net.Proxy;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * An OkHttp client that adds nothing of its own: no redirects, no cookies, no credentials, no
 * cache, no decoding. What a proxy fetches with when it has no cache and no peers.
 */
final class OriginClient {
  private static final int MAX_CONCURRENT = 4096;

  private OriginClient() {}

  /** A new client; its owner shuts down its dispatcher and empties its pool. */
  static OkHttpClient create() {
    Dispatcher dispatcher =
        new Dispatcher(
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("origin-", 0).factory()));
    dispatcher.setMaxRequests(MAX_CONCURRENT);
    dispatcher.setMaxRequestsPerHost(MAX_CONCURRENT);
    return new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .connectionPool(new ConnectionPool(256, 30, TimeUnit.SECONDS))
        .followRedirects(false)
        .followSslRedirects(false)
        .cookieJar(CookieJar.NO_COOKIES)
        .proxy(Proxy.NO_PROXY)
        .connectTimeout(10, TimeUnit.SECONDS)
        .readTimeout(60, TimeUnit.SECONDS)
        .writeTimeout(60, TimeUnit.SECONDS)
        .addInterceptor(OriginClient::asSent)
        .addNetworkInterceptor(OriginClient::withoutAdditions)
        .build();
  }

  /** Keeps OkHttp from asking for gzip on its own account, and from decoding the answer. */
  private static Response asSent(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    return chain.proceed(
        request.header("Accept-Encoding") == null
            ? request.newBuilder().header("Accept-Encoding", "identity").build()
            : request);
  }

  /** Takes out what OkHttp's bridge adds to a request that came without it. */
  private static Response withoutAdditions(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    String agent = request.header("User-Agent");
    return chain.proceed(
        agent != null && agent.startsWith("okhttp/")
            ? request.newBuilder().removeHeader("User-Agent").build()
            : request);
  }
}
