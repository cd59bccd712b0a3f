package dev.fugitive.proxy.cli;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.proxy.Nodes;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive fetch}: one URL into one file, proven where a digest is given. */
final class FetchCommand implements Subcommand {
  private static final Duration PATIENCE_FOR_PEERS = Duration.ofSeconds(3);

  /** What a fetch needs to know as a node of its own, beside the rendezvous. */
  private static final Set<Setting> OF_A_NODE =
      EnumSet.of(
          Setting.TRUST,
          Setting.TRUST_ORIGIN,
          Setting.ICE_SERVER,
          Setting.POLICY,
          Setting.CACHE_DIR);

  private final Console console;
  private final CommandSpec spec =
      CommandLines.command(
              "fetch",
              "Fetch a URL through a proxy, or as a node of its own. With --rendezvous it is a"
                  + " node, and takes the options of one; without, the running proxy fetches, by its"
                  + " own settings.")
          .addPositional(
              PositionalParamSpec.builder()
                  .paramLabel("URL")
                  .type(String.class)
                  .arity("1")
                  .required(true)
                  .description("what to fetch")
                  .build())
          .addOption(
              CommandLines.option(
                  "-o", "FILE", "where to put it; - is standard output (default: the URL's name)"))
          .addOption(
              CommandLines.option(
                  "--integrity", "sha256-BASE64", "the digest it must have, as in SRI"))
          .addOption(ControlClient.proxyOption())
          .addOption(
              SettingsOptions.option(
                  Setting.RENDEZVOUS,
                  "be a node of its own, which meets peers there (default: the running proxy"
                      + " fetches)"));

  FetchCommand(Console console) {
    this.console = console;
    SettingsOptions.addTo(spec, OF_A_NODE);
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
    boolean asNode = parsed.hasMatchedOption(Setting.RENDEZVOUS.flag());
    if (!asNode) {
      refuseOptionsOfANode(parsed);
    }
    FetchToFile fetch =
        new FetchToFile(
            console,
            url,
            target(parsed.matchedOptionValue("-o", nameOf(url))),
            integrity(parsed),
            asNode ? LiveSources.heard() : askedOfProxy(parsed, url),
            console.nanoClock().getAsLong());
    return asNode ? asNode(parsed, fetch) : throughProxy(parsed, fetch);
  }

  private static void refuseOptionsOfANode(ParseResult parsed) throws SettingsException {
    for (Setting setting : OF_A_NODE) {
      if (parsed.hasMatchedOption(setting.flag())) {
        throw new SettingsException(
            setting.flag()
                + ": of a node of its own (expected: beside --rendezvous; without it the running"
                + " proxy fetches, by its own settings)");
      }
    }
  }

  /** The name of a file that can be made, or of standard output. */
  private static String target(String named) throws SettingsException {
    Path file = Path.of(named).toAbsolutePath();
    if (Files.isDirectory(file)) {
      throw new SettingsException("-o: " + named + ": a folder (expected: the name of a file)");
    }
    Path folder = file.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new SettingsException("-o: " + named + " (expected: in a folder that exists)");
    }
    return named;
  }

  /** The token is wanted for the progress bar alone: without it there is still a fetch. */
  private LiveSources askedOfProxy(ParseResult parsed, HttpUrl url) throws SettingsException {
    InetSocketAddress proxy = StatusCommand.proxyAddress(parsed, console);
    Path stateDir = SettingsOptions.readWithoutFlags(console).stateDir();
    try {
      return LiveSources.askedOf(
          ControlClient.of(proxy, stateDir, Duration.ofSeconds(10)), url.toString());
    } catch (SettingsException unusableToken) {
      return LiveSources.heard();
    }
  }

  private int throughProxy(ParseResult parsed, FetchToFile fetch) throws SettingsException {
    InetSocketAddress proxy = StatusCommand.proxyAddress(parsed, console);
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(chain -> orUnreachable(chain, proxy))
            .proxy(new Proxy(Proxy.Type.HTTP, proxy))
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofMinutes(2))
            .build();
    return fetch.through(client);
  }

  /** All connections are to the proxy: one that cannot be made means that none runs there. */
  private static Response orUnreachable(Interceptor.Chain chain, InetSocketAddress proxy)
      throws IOException {
    try {
      return chain.proceed(chain.request());
    } catch (ConnectException refused) {
      throw ControlClient.unreachable(proxy, refused);
    }
  }

  /** Joins the peers for this one fetch; gives nothing, and keeps nothing unless told where. */
  private int asNode(ParseResult parsed, FetchToFile fetch) throws SettingsException, IOException {
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
        awaitPeer(node);
      }
      return fetch.through(node.client());
    }
  }

  private static void awaitPeer(FugitiveNode node) throws InterruptedIOException {
    try {
      node.awaitPeer(PATIENCE_FOR_PEERS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a peer");
    }
  }

  /** Digests of the strongest algorithm that is named; none where the option is not given. */
  private static Set<Digest> integrity(ParseResult parsed) throws SettingsException {
    String text = parsed.matchedOptionValue("--integrity", "");
    if (text.isEmpty()) {
      return Set.of();
    }
    String expected = "sha256-BASE64, sha384-BASE64 or sha512-BASE64";
    try {
      Set<Digest> digests = Digest.parseIntegrity(text);
      if (!digests.isEmpty()) {
        return digests;
      }
    } catch (IllegalArgumentException malformed) {
      expected += "; " + malformed.getMessage();
    }
    throw new SettingsException("--integrity: " + text + " (expected: " + expected + ")");
  }

  /** The last segment of the path, without what a file name must not have. */
  static String nameOf(HttpUrl url) {
    String last = url.pathSegments().getLast().replaceAll("[/\\\\\\p{Cntrl}]", "_");
    return last.isEmpty() || last.equals(".") || last.equals("..") ? "index.html" : last;
  }
}
