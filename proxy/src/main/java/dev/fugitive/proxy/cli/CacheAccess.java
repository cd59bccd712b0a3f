package dev.fugitive.proxy.cli;

import dev.fugitive.cache.store.DirectoryInUseException;
import dev.fugitive.client.fetch.Seeders;
import dev.fugitive.client.fetch.Stock;
import dev.fugitive.proxy.Nodes;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.JsonObject;
import dev.fugitive.proxy.control.JsonText;
import dev.fugitive.proxy.control.api.StockRoute;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okio.ByteString;
import picocli.CommandLine.ParseResult;

/**
 * The way to a cache: a running proxy's control API, or, where none runs, the directory itself. The
 * same routes answer either way; the directory's lock sees to it that only one of both is taken.
 */
sealed interface CacheAccess extends Closeable {
  /** Asks. */
  JsonObject get(String path, Map<String, String> query) throws IOException;

  /** Tells. */
  JsonObject post(String path, Map<String, ?> body) throws IOException;

  /** The directory where it is free; else the proxy that {@code --proxy} or the settings name. */
  static CacheAccess open(ParseResult parsed, Console console)
      throws SettingsException, IOException {
    if (parsed.hasMatchedOption("--proxy")) {
      return new Running(ControlClient.of(parsed, console));
    }
    Settings settings = SettingsOptions.read(parsed, console);
    try {
      return new Directory(Nodes.openStock(settings));
    } catch (DirectoryInUseException aProxyRuns) {
      return new Running(ControlClient.of(parsed, console));
    }
  }

  /** A running proxy's. */
  record Running(ControlClient client) implements CacheAccess {
    @Override
    public JsonObject get(String path, Map<String, String> query) throws IOException {
      HttpUrl.Builder url = new HttpUrl.Builder().scheme("http").host("proxy");
      query.forEach(url::addQueryParameter);
      return client.get(path + "?" + url.build().encodedQuery());
    }

    @Override
    public JsonObject post(String path, Map<String, ?> body) throws IOException {
      return client.post(path, body);
    }

    @Override
    public void close() {
      // nothing is open between two questions
    }
  }

  /** That of a directory that nobody else uses. */
  record Directory(Stock stock) implements CacheAccess {
    @Override
    public JsonObject get(String path, Map<String, String> query) throws IOException {
      return answer(
          new ApiRoute.Endpoint(ApiRoute.Method.GET, path, ApiRoute.Access.WITH_TOKEN),
          new ApiRequest(query, JsonObject.EMPTY));
    }

    @Override
    public JsonObject post(String path, Map<String, ?> body) throws IOException {
      return answer(ApiRoute.Endpoint.changing(path), new ApiRequest(Map.of(), parsed(body)));
    }

    private JsonObject answer(ApiRoute.Endpoint endpoint, ApiRequest request) throws IOException {
      List<ApiRoute> routes =
          StockRoute.all(stock, content -> Seeders.NONE).stream()
              .filter(route -> route.endpoint().equals(endpoint))
              .toList();
      try {
        return parsed(routes.getFirst().answer(request));
      } catch (ApiException refused) {
        throw new RefusedException(refused.status(), refused.words());
      }
    }

    private static JsonObject parsed(Object answer) throws IOException {
      return JsonObject.parse(ByteString.encodeUtf8(JsonText.write(answer)));
    }

    @Override
    public void close() throws IOException {
      stock.close();
    }
  }
}
