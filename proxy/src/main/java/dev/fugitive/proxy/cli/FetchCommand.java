package dev.fugitive.proxy.cli;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.proxy.Nodes;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import java.io.IOException;
import java.net.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive fetch}: one URL into one file, proven where a digest is given. */
final class FetchCommand implements Subcommand {
  private static final Duration PATIENCE_FOR_PEERS = Duration.ofSeconds(3);

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
    SettingsOptions.addTo(
        spec,
        EnumSet.of(
            Setting.RENDEZVOUS,
            Setting.TRUST,
            Setting.TRUST_ORIGIN,
            Setting.ICE_SERVER,
            Setting.POLICY,
            Setting.CACHE_DIR));
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException, IOException {
    String text = parsed.matchedPositionalValue(0, "");
    HttpUrl url = HttpUrl.parse(text);
    if (url == null) {
      throw new SettingsException("URL: " + text + " (expected: an http or https URL)");
    }
    Download download =
        new Download(
            console,
            url,
            parsed.matchedOptionValue("-o", nameOf(url)),
            integrity(parsed),
            console.nanoClock().getAsLong());
    return parsed.hasMatchedOption(Setting.RENDEZVOUS.flag())
        ? asNode(parsed, download)
        : throughProxy(parsed, download);
  }

  private int throughProxy(ParseResult parsed, Download download) throws SettingsException {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .proxy(new Proxy(Proxy.Type.HTTP, StatusCommand.proxyAddress(parsed, console)))
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofMinutes(2))
            .build();
    return download.through(client);
  }

  /** Joins the peers for this one fetch; gives nothing, and keeps nothing unless told where. */
  private int asNode(ParseResult parsed, Download download) throws SettingsException, IOException {
    Settings settings = SettingsOptions.read(parsed, console).withShare(false);
    Optional<Path> cacheDir =
        parsed.hasMatchedOption(Setting.CACHE_DIR.flag())
            ? Optional.of(settings.cacheDir())
            : Optional.empty();
    Optional<String> rendezvous =
        settings.rendezvous() instanceof Settings.Rendezvous.At at
            ? Optional.of(at.url().toString())
            : Optional.empty();
    try (FugitiveNode node = Nodes.start(settings, cacheDir, rendezvous)) {
      if (rendezvous.isPresent()) {
        Nodes.awaitPeer(node, PATIENCE_FOR_PEERS, console.nanoClock());
      }
      return download.through(node.client());
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
}
