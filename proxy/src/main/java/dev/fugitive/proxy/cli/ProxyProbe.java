package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.desktop.PacFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Asks whether a proxy runs that serves its PAC file. */
final class ProxyProbe {
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private ProxyProbe() {}

  static boolean answers(InetSocketAddress address) {
    OkHttpClient client =
        new OkHttpClient.Builder().proxy(Proxy.NO_PROXY).callTimeout(LIMIT).build();
    Request request = new Request.Builder().url(PacFile.url(address)).build();
    try (Response response = client.newCall(request).execute()) {
      return response.isSuccessful()
          && response.headers("Content-Type").stream().anyMatch(PacFile.MEDIA_TYPE::equals);
    } catch (IOException noAnswer) {
      return false;
    }
  }
}
