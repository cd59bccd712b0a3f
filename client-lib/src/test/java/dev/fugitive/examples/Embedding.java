package dev.fugitive.examples;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchOptions;
import dev.fugitive.client.fetch.FetchProgress;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.jdk.FugitiveHttpClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Each way of use, as the page on embedding quotes it. */
final class Embedding {
  private Embedding() {}

  static String callFactory(String url) throws IOException {
    try (FugitiveNode node = FugitiveNode.start(NodeSettings.inMemory())) {
      Call.Factory client = node.client(); // instead of: new OkHttpClient()
      Request request = new Request.Builder().url(url).build();
      try (Response response = client.newCall(request).execute()) {
        return response.body().string();
      }
    }
  }

  static String interceptor(FugitiveNode node, OkHttpClient program, Request request)
      throws IOException {
    OkHttpClient client = program.newBuilder().addInterceptor(node.interceptor()).build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }

  static String jdkClient(FugitiveNode node, URI uri) throws IOException, InterruptedException {
    try (HttpClient client = FugitiveHttpClient.of(node)) { // instead of: newHttpClient()
      HttpRequest request = HttpRequest.newBuilder(uri).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  static CompletableFuture<Path> jdkSettings(FugitiveNode node, HttpRequest request, Path file) {
    HttpClient settings =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    HttpClient client = FugitiveHttpClient.of(node, settings);
    return client.sendAsync(request, BodyHandlers.ofFile(file)).thenApply(HttpResponse::body);
  }

  static byte[] integrity(FugitiveNode node, Request request, String digest) throws IOException {
    Request checked = FetchOptions.NONE.withIntegrity(digest).on(request); // "sha256-BASE64"
    try (Response response = node.client().newCall(checked).execute()) {
      return response.body().bytes(); // an IntegrityException, if it is another body
    }
  }

  static byte[] progress(FugitiveNode node, Request request, PrintStream out) throws IOException {
    FetchListener bar =
        new FetchListener() {
          @Override
          public void bodyProgress(long fetchId, FetchProgress progress) {
            out.println(progress.bytesRead() + " of " + progress.lengthBytes().orElse(-1));
          }

          @Override
          public void fetchEnd(long fetchId, FetchSummary summary) {
            out.println("from peers: " + summary.source().from(Provenance.TIER1) + " bytes");
          }
        };
    Request heard = FetchOptions.NONE.withListener(bar).on(request);
    try (Response response = node.client().newCall(heard).execute()) {
      return response.body().bytes();
    }
  }

  static int offline(FugitiveNode node, Request request) throws IOException {
    Request offline = FetchOptions.NONE.withOffline(true).on(request); // all: node.setOffline(true)
    try (Response response = node.client().newCall(offline).execute()) {
      return response.code(); // 504, if neither the cache nor a peer has it
    }
  }
}
