package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.SettingsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Okio;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive fetch}: one URL into one file, proven where a digest is given. */
final class FetchCommand implements Subcommand {
  private static final String INTEGRITY_FIELD = "Fugitive-Integrity";

  private final Console console;
  private final CommandSpec spec =
      CommandLines.command("fetch", "Fetch a URL through a proxy, or as a node of its own.")
          .addPositional(
              PositionalParamSpec.builder()
                  .paramLabel("URL")
                  .type(String.class)
                  .arity("1")
                  .description("what to fetch")
                  .build())
          .addOption(
              CommandLines.option(
                  "-o", "FILE", "where to put it; - is standard output (default: the URL's name)"))
          .addOption(
              CommandLines.option(
                  "--integrity", "sha256-BASE64", "the digest it must have, as in SRI"))
          .addOption(
              CommandLines.option(
                  "--proxy",
                  "HOST:PORT",
                  "the proxy to ask (default: " + StatusCommand.DEFAULT_PROXY + ")"));

  FetchCommand(Console console) {
    this.console = console;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    String text = parsed.matchedPositionalValue(0, "");
    HttpUrl url = HttpUrl.parse(text);
    if (url == null) {
      throw new SettingsException("URL: " + text + " (expected: an http or https URL)");
    }
    Optional<Integrity> integrity = integrity(parsed);
    InetSocketAddress proxy = StatusCommand.proxyAddress(parsed, console);
    OkHttpClient client =
        new OkHttpClient.Builder()
            .proxy(new Proxy(Proxy.Type.HTTP, proxy))
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofMinutes(2))
            .build();
    Request.Builder request = new Request.Builder().url(url).header("Accept-Encoding", "identity");
    integrity.ifPresent(wanted -> request.header(INTEGRITY_FIELD, wanted.toString()));
    try (Response response = client.newCall(request.build()).execute()) {
      return receive(response, parsed.matchedOptionValue("-o", nameOf(url)), integrity);
    } catch (IOException failure) {
      return failed(String.valueOf(failure.getMessage()));
    }
  }

  private int receive(Response response, String target, Optional<Integrity> integrity)
      throws IOException {
    if (!response.isSuccessful()) {
      return failed("HTTP " + response.code() + " " + response.message());
    }
    Progress progress =
        new Progress(console, response.body().contentLength(), console.nanoClock().getAsLong());
    try (Output output =
        target.equals("-")
            ? Output.to(Okio.sink(console.out()))
            : Output.replacing(Path.of(target))) {
      Integrity.Check check = Integrity.check(integrity);
      output.copy(response.body().source(), check, progress);
      if (!check.isPassed()) {
        progress.end("");
        console
            .err()
            .println(
                "fugitive fetch: digest " + check.found() + " (expected: " + check.wanted() + ")");
        return ExitStatus.INTEGRITY;
      }
      output.commit();
      progress.end(Optional.ofNullable(response.header("Fugitive-Source")).orElse(""));
      return ExitStatus.OK;
    }
  }

  private static Optional<Integrity> integrity(ParseResult parsed) throws SettingsException {
    String text = parsed.matchedOptionValue("--integrity", "");
    return text.isEmpty() ? Optional.empty() : Optional.of(Integrity.parse(text));
  }

  /** The last segment of the path, without what a file name must not have. */
  static String nameOf(HttpUrl url) {
    String last = url.pathSegments().getLast().replaceAll("[/\\\\\\p{Cntrl}]", "_");
    return last.isEmpty() || last.equals(".") || last.equals("..") ? "index.html" : last;
  }

  private int failed(String words) {
    console.err().println("fugitive fetch: " + words);
    return ExitStatus.FAILED;
  }
}
