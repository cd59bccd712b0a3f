package dev.fugitive.proxy;

import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ControlSite;
import dev.fugitive.proxy.control.StatusReport;
import dev.fugitive.proxy.http.FrontEnd;
import dev.fugitive.proxy.http.FrontEndSettings;
import dev.fugitive.proxy.http.OriginClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.OkHttpClient;

/** A running proxy: what it consists of, started in order, closed in the opposite one. */
public final class ProxyServer implements AutoCloseable {
  /** The program's version. */
  public static final String VERSION = "0.1.0";

  private final Closing parts;
  private final InetSocketAddress address;

  private ProxyServer(Closing parts, InetSocketAddress address) {
    this.parts = parts;
    this.address = address;
  }

  /** Starts everything; what cannot start closes what already has. */
  public static ProxyServer start(Settings settings) throws IOException, SettingsException {
    try (Closing parts = new Closing()) {
      parts.add(DirectoryLock.take(settings.cacheDir(), Setting.CACHE_DIR));
      OkHttpClient origin = OriginClient.create();
      parts.add(() -> {
        origin.dispatcher().executorService().shutdown();
        origin.connectionPool().evictAll();
      });
      FrontEnd frontEnd =
          parts.add(frontEnd(settings, origin, new ControlSite(() -> status(settings))));
      return new ProxyServer(parts.handOver(), frontEnd.address());
    }
  }

  private static FrontEnd frontEnd(Settings settings, Call.Factory fetch, ControlSite site)
      throws SettingsException {
    try {
      return FrontEnd.start(
          FrontEndSettings.on(settings.listen(), settings.trustOrigins()), fetch, site);
    } catch (IOException unavailable) {
      throw new SettingsException(
          Setting.LISTEN.flag() + ": " + unavailable.getMessage() + " (expected: a free port)");
    }
  }

  private static StatusReport status(Settings settings) {
    return new StatusReport(
        VERSION,
        "",
        Map.of(),
        settings.share().orElse(false),
        Optional.of("not started"),
        List.of(),
        new StatusReport.Cache(
            settings.cacheDir().toString(),
            0,
            0,
            settings.cacheSizeBytes(),
            0,
            settings.memorySizeBytes()),
        Map.of(),
        Map.of());
  }

  /** Where the proxy listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** What the program says when it is ready. */
  public String readyLine() {
    return "fugitive ready: proxy http://"
        + address.getAddress().getHostAddress()
        + ":"
        + address.getPort();
  }

  @Override
  public void close() {
    parts.close();
  }
}
