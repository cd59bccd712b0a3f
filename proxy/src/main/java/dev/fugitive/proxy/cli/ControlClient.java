package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ControlApi;
import dev.fugitive.proxy.control.ControlToken;
import dev.fugitive.proxy.control.JsonObject;
import dev.fugitive.proxy.control.JsonText;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Proxy;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.ByteString;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Asks a running proxy by its control API, with the token in the user's state directory. */
final class ControlClient {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final long MAX_ANSWER_BYTES = 64L * 1024 * 1024;

  private final InetSocketAddress proxy;
  private final Optional<ControlToken> token;
  private final Path tokenFile;
  private final OkHttpClient client;

  private ControlClient(
      InetSocketAddress proxy, Optional<ControlToken> token, Path tokenFile, Duration callTimeout) {
    this.proxy = proxy;
    this.token = token;
    this.tokenFile = tokenFile;
    this.client =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .callTimeout(callTimeout)
            .readTimeout(callTimeout)
            .build();
  }

  /** The option that names the proxy to ask. */
  static OptionSpec proxyOption() {
    return CommandLines.option(
        "--proxy",
        "HOST:PORT",
        "the proxy to ask (default: " + Setting.LISTEN.defaultWords() + ")");
  }

  /** For the proxy that {@code --proxy} names, else the one that the configuration has listen. */
  static ControlClient of(ParseResult parsed, Console console) throws SettingsException {
    return of(parsed, console, Duration.ofSeconds(10));
  }

  /** The same, for questions that take longer. */
  static ControlClient of(ParseResult parsed, Console console, Duration callTimeout)
      throws SettingsException {
    return of(
        StatusCommand.proxyAddress(parsed, console),
        SettingsOptions.readWithoutFlags(console).stateDir(),
        callTimeout);
  }

  /** For the proxy at this address, with the token in this directory. */
  static ControlClient of(InetSocketAddress proxy, Path stateDir, Duration callTimeout)
      throws SettingsException {
    Path tokenFile = Directories.controlTokenFile(stateDir);
    try {
      Optional<ControlToken> token =
          isOfThisMachine(proxy.getAddress()) ? ControlToken.load(tokenFile) : Optional.empty();
      return new ControlClient(proxy, token, tokenFile, callTimeout);
    } catch (IOException unusable) {
      throw new SettingsException(FileWords.of(unusable));
    }
  }

  /** Only proxies of this machine know the token; no other is told it. */
  private static boolean isOfThisMachine(InetAddress address) throws SocketException {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || NetworkInterface.getByInetAddress(address) != null;
  }

  /** The token, where a proxy of this machine has run with this state directory. */
  Optional<ControlToken> token() {
    return token;
  }

  /** The proxy's own URL of this path. */
  HttpUrl url(String path) {
    HttpUrl base =
        new HttpUrl.Builder()
            .scheme("http")
            .host(proxy.getAddress().getHostAddress())
            .port(proxy.getPort())
            .build();
    HttpUrl resolved = base.resolve(path);
    if (resolved == null) {
      throw new IllegalArgumentException(path + " (expected: a path)");
    }
    return resolved;
  }

  /**
   * Asks.
   *
   * @param path below the API's prefix, with its query
   * @return the answer's JSON text
   * @throws IOException in words for the user: nobody answers, or the question is refused
   */
  String text(String path) throws IOException {
    return send(new Request.Builder().url(url(ControlApi.PREFIX + path)));
  }

  /** Asks; the answer is read. */
  JsonObject get(String path) throws IOException {
    return JsonObject.parse(ByteString.encodeUtf8(text(path)));
  }

  /** Tells it to do something. */
  JsonObject post(String path, Map<String, ?> body) throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url(url(ControlApi.PREFIX + path))
            .post(RequestBody.create(ByteString.encodeUtf8(JsonText.write(body)), JSON));
    return JsonObject.parse(ByteString.encodeUtf8(send(request)));
  }

  private String send(Request.Builder request) throws IOException {
    token.ifPresent(known -> request.header("Authorization", "Bearer " + known.text()));
    try (Response response = client.newCall(request.build()).execute()) {
      if (response.body().contentLength() > MAX_ANSWER_BYTES) {
        throw new IOException("answer: " + response.body().contentLength() + " bytes");
      }
      String text = response.body().string();
      if (response.code() == 401) {
        throw new RefusedException(
            response.code(),
            "the proxy does not know this user's token in "
                + tokenFile
                + " (expected: that of the user who runs the proxy)");
      }
      if (!response.isSuccessful()) {
        throw new RefusedException(response.code(), words(text, response));
      }
      return text;
    } catch (RefusedException refused) {
      throw refused;
    } catch (IOException unreachable) {
      throw unreachable(proxy, unreachable);
    }
  }

  /** Nobody answers there: in words that name the address and what would help. */
  static IOException unreachable(InetSocketAddress proxy, IOException failure) {
    // a refused connection says the address once more and nothing else
    String reason = failure instanceof ConnectException ? "" : " (" + failure.getMessage() + ")";
    return new IOException(
        "no proxy answers at "
            + authority(proxy)
            + reason
            + "; one is started with: fugitive proxy",
        failure);
  }

  /** Why this refusal, where Fugitive says it; else who it is that answered. */
  private String words(String text, Response response) {
    try {
      return JsonObject.parse(ByteString.encodeUtf8(text)).requireText("error");
    } catch (IOException | ApiException noWords) {
      return refusal(proxy, response, text);
    }
  }

  /** The refusal of a Fugitive proxy in its own words, or that it is none. */
  static String refusal(InetSocketAddress proxy, Response response, String text) {
    return isOfFugitive(response)
        ? text.strip()
        : authority(proxy)
            + " is something else, and answers "
            + response.code()
            + " (expected: a Fugitive proxy)";
  }

  /** Whether a refusal is the proxy's own (RFC 9209), not that of whoever else was asked. */
  static boolean isOfFugitive(Response response) {
    String status = response.header("Proxy-Status");
    return status != null && status.startsWith("fugitive;");
  }

  private static String authority(InetSocketAddress proxy) {
    String host = proxy.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + proxy.getPort();
  }
}
