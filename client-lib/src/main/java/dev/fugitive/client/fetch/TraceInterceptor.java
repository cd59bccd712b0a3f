package dev.fugitive.client.fetch;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Where a request enters the path: gives it a trace of its own, cancelled with its call, and takes
 * the path's marks off again, so that a response names the request that was made.
 */
final class TraceInterceptor implements Interceptor {
  private final ExecutorService threads;
  private final BooleanSupplier offline;

  /**
   * @param threads the node's; shut down when it is closed
   * @param offline whether the node asks no origin for now
   */
  TraceInterceptor(ExecutorService threads, BooleanSupplier offline) {
    this.threads = threads;
    this.offline = offline;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Call call = chain.call();
    if (threads.isShutdown()) {
      throw new IOException("the node is closed");
    }
    if (call.isCanceled()) {
      throw new IOException("Canceled");
    }
    Request request = chain.request();
    boolean isOffline = offline.getAsBoolean() || FetchOptions.of(request).isOffline();
    FetchTrace trace = new FetchTrace(Cancellation.of(call), isOffline);
    return asAsked(chain.proceed(trace.attachTo(request)), request);
  }

  private static Response asAsked(Response response, Request request) {
    Response.Builder asked = response.newBuilder().request(request);
    Response network = response.networkResponse();
    if (network != null) {
      asked.networkResponse(network.newBuilder().request(request).build());
    }
    return asked.build();
  }
}
