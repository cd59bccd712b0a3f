package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.awaitility.Awaitility;

/** A headless Chromium with an empty profile, driven by the DevTools protocol. */
final class Chromium implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOAD_LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final DevTools tools;

  private Chromium(Process process, DevTools tools) {
    this.process = process;
    this.tools = tools;
  }

  /** Starts a browser whose profile is a new directory. */
  static Chromium start(Path directory, List<String> options) throws IOException {
    return start(directory, options, Map.of());
  }

  static Chromium start(Path directory, List<String> options, Map<String, String> environment)
      throws IOException {
    Files.createDirectories(directory);
    Path profile = directory.resolve("profile");
    List<String> command = new ArrayList<>(List.of("chromium", "--headless", "--no-sandbox"));
    command.addAll(List.of("--disable-gpu", "--disable-quic", "--no-first-run"));
    command.addAll(List.of("--disable-background-networking", "--disable-component-update"));
    command.addAll(List.of("--disable-sync", "--window-size=1000,800"));
    command.addAll(List.of("--remote-debugging-port=0", "--user-data-dir=" + profile));
    command.addAll(options);
    command.add("about:blank");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(directory.resolve("chromium.log").toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    Path portFile = profile.resolve("DevToolsActivePort");
    Awaitility.await()
        .atMost(START_LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .failFast("Chromium ended, see " + directory, () -> !process.isAlive())
        .until(() -> Files.exists(portFile) && Files.readAllLines(portFile).size() >= 2);
    String port = Files.readAllLines(portFile).getFirst();
    Chromium browser = new Chromium(process, DevTools.connect(pageSocket(port)));
    browser.tools.call("Network.enable", new JsonObject());
    browser.tools.call("Page.enable", new JsonObject());
    return browser;
  }

  private static String pageSocket(String port) throws IOException {
    Request request = new Request.Builder().url("http://127.0.0.1:" + port + "/json/list").build();
    try (Response response = new OkHttpClient().newCall(request).execute()) {
      return JsonParser.parseString(response.body().string()).getAsJsonArray().asList().stream()
          .map(target -> target.getAsJsonObject())
          .filter(target -> target.get("type").getAsString().equals("page"))
          .map(target -> target.get("webSocketDebuggerUrl").getAsString())
          .findFirst()
          .orElseThrow();
    }
  }

  /** Loads a page with everything in it; the responses by URL, in the order in which they came. */
  Map<String, Loaded> load(String url) {
    tools.forgetEvents();
    JsonObject where = new JsonObject();
    where.addProperty("url", url);
    JsonObject navigated = tools.call("Page.navigate", where);
    assertThat(navigated.has("errorText")).as("loading %s: %s", url, navigated).isFalse();
    Awaitility.await()
        .atMost(LOAD_LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !tools.events("Page.loadEventFired").isEmpty());
    Map<String, Loaded> loaded = new LinkedHashMap<>();
    for (JsonObject event : tools.events("Network.responseReceived")) {
      Loaded each = Loaded.of(event.getAsJsonObject("response"));
      loaded.put(each.url(), each);
    }
    assertThat(loaded).containsKey(url.split("#", 2)[0]);
    return loaded;
  }

  /** What an expression is in the page, as text. */
  String evaluate(String expression) {
    JsonObject what = new JsonObject();
    what.addProperty("expression", "String(" + expression + ")");
    return tools
        .call("Runtime.evaluate", what)
        .getAsJsonObject("result")
        .get("value")
        .getAsString();
  }

  /** Makes the page this wide, in colours for the dark or the light, with or without motion. */
  void dress(int width, int height, boolean dark, boolean motion) {
    JsonObject size = new JsonObject();
    size.addProperty("width", width);
    size.addProperty("height", height);
    size.addProperty("deviceScaleFactor", 1);
    size.addProperty("mobile", false);
    tools.call("Emulation.setDeviceMetricsOverride", size);
    JsonArray features = new JsonArray();
    features.add(feature("prefers-color-scheme", dark ? "dark" : "light"));
    features.add(feature("prefers-reduced-motion", motion ? "no-preference" : "reduce"));
    JsonObject media = new JsonObject();
    media.add("features", features);
    tools.call("Emulation.setEmulatedMedia", media);
  }

  private static JsonObject feature(String name, String value) {
    JsonObject feature = new JsonObject();
    feature.addProperty("name", name);
    feature.addProperty("value", value);
    return feature;
  }

  /** Presses a key of the keyboard, as a person would. */
  void press(String key, String text, int code) {
    for (String kind : List.of("keyDown", "keyUp")) {
      JsonObject event = new JsonObject();
      event.addProperty("type", kind);
      event.addProperty("key", key);
      event.addProperty("code", key.equals(" ") ? "Space" : key);
      event.addProperty("windowsVirtualKeyCode", code);
      if (kind.equals("keyDown") && !text.isEmpty()) {
        event.addProperty("text", text);
      }
      tools.call("Input.dispatchKeyEvent", event);
    }
  }

  /** The page as it looks, as PNG. */
  byte[] screenshot() {
    JsonObject shot = tools.call("Page.captureScreenshot", new JsonObject());
    return Base64.getDecoder().decode(shot.get("data").getAsString());
  }

  @Override
  public void close() {
    tools.close();
    Program.end(process, Duration.ofSeconds(15));
  }
}
