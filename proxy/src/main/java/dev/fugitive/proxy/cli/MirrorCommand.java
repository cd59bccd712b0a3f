package dev.fugitive.proxy.cli;

import dev.fugitive.client.manifest.SiteManifest;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import dev.fugitive.proxy.text.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive mirror}: has contents kept fresh, by the running proxy or by another mirror. */
final class MirrorCommand implements Subcommand {
  private static final int MAX_LINES = 1000;

  private final Console console;
  private final CommandSpec spec =
      CommandLines.command("mirror", "Keep contents fresh, here or on another mirror.")
          .addPositional(
              PositionalParamSpec.builder()
                  .index("0")
                  .paramLabel("add|remove|status")
                  .type(String.class)
                  .arity("1")
                  .description("what to do")
                  .build())
          .addPositional(
              PositionalParamSpec.builder()
                  .index("1")
                  .paramLabel("URL|FILE")
                  .type(String.class)
                  .arity("0..1")
                  .description("a content, a site manifest, a list, or a file of URLs")
                  .build())
          .addOption(
              OptionSpec.builder("--list")
                  .type(boolean.class)
                  .description("the URL names a text with one URL a line")
                  .build())
          .addOption(
              OptionSpec.builder("--manifest")
                  .type(boolean.class)
                  .description("the URL names a site manifest (" + SiteManifest.PATH + " does)")
                  .build())
          .addOption(
              CommandLines.option("--on", "KEY", "the mirror to tell (default: this node's own)"))
          .addOption(ControlClient.proxyOption())
          .addOption(CommandLines.json());

  MirrorCommand(Console console) {
    this.console = console;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    String order = parsed.matchedPositionalValue(0, "");
    String what = parsed.matchedPositionalValue(1, "");
    if (!List.of("add", "remove", "status").contains(order)) {
      throw new SettingsException(CommandLines.noAction("mirror", order, "add, remove or status"));
    }
    if (order.equals("status") != what.isEmpty()) {
      throw new SettingsException(
          "mirror "
              + order
              + ": "
              + (what.isEmpty() ? "nothing" : what)
              + (order.equals("status") ? " (expected: nothing behind it)" : " (expected: a URL)"));
    }
    try {
      ControlClient proxy = ControlClient.of(parsed, console);
      return order.equals("status") ? status(parsed, proxy) : order(parsed, proxy, order, what);
    } catch (IOException failure) {
      console.err().println("fugitive mirror: " + failure.getMessage());
      return RefusedException.exitStatus(failure);
    } catch (ApiException odd) {
      console.err().println("fugitive mirror: the proxy's answer: " + odd.getMessage());
      return ExitStatus.FAILED;
    }
  }

  private int order(ParseResult parsed, ControlClient proxy, String order, String what)
      throws IOException, ApiException, SettingsException {
    for (String url : urls(what)) {
      Map<String, Object> body = new HashMap<>(Map.of("order", order, "url", url));
      if (order.equals("add") || isKindSaid(parsed)) {
        body.put("kind", kind(parsed, url));
      }
      on(parsed).ifPresent(key -> body.put("on", key));
      JsonObject answer = proxy.post("mirror", body);
      console
          .out()
          .println(
              parsed.hasMatchedOption("--json")
                  ? answer.toJson()
                  : order + " " + url + ": order " + answer.requireText("id") + " is in the log");
    }
    return ExitStatus.OK;
  }

  private static Optional<String> on(ParseResult parsed) {
    return Optional.of(parsed.matchedOptionValue("--on", "")).filter(key -> !key.isEmpty());
  }

  private static boolean isKindSaid(ParseResult parsed) {
    return parsed.hasMatchedOption("--list") || parsed.hasMatchedOption("--manifest");
  }

  private static String kind(ParseResult parsed, String url) {
    if (parsed.hasMatchedOption("--list")) {
      return "list";
    }
    return parsed.hasMatchedOption("--manifest") || url.endsWith(SiteManifest.PATH)
        ? "manifest"
        : "content";
  }

  /** The URL itself, or those in a file. */
  private static List<String> urls(String what) throws IOException, SettingsException {
    Optional<Path> file = file(what);
    if (file.isEmpty()) {
      return List.of(what);
    }
    if (!Files.isRegularFile(file.get())) {
      throw new SettingsException(
          "mirror: "
              + what
              + ": no such file (expected: a URL with http:// or https://, or a file of URLs)");
    }
    List<String> urls =
        Files.readAllLines(file.get()).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    if (urls.isEmpty() || urls.size() > MAX_LINES) {
      throw new SettingsException(
          "mirror: " + what + " URLs: " + urls.size() + " (expected: 1 to " + MAX_LINES + ")");
    }
    return urls;
  }

  private static Optional<Path> file(String what) {
    try {
      return what.contains("://") ? Optional.empty() : Optional.of(Path.of(what));
    } catch (InvalidPathException noFile) {
      return Optional.empty();
    }
  }

  private int status(ParseResult parsed, ControlClient proxy) throws IOException, ApiException {
    if (on(parsed).isPresent()) {
      proxy.post("mirror", Map.of("order", "status", "on", on(parsed).get()));
    }
    if (parsed.hasMatchedOption("--json")) {
      console.out().print(proxy.text("mirror"));
      return ExitStatus.OK;
    }
    JsonObject status = proxy.get("mirror");
    List<JsonObject> sources = status.objects("sources");
    List<JsonObject> orders = status.objects("sent");
    if (sources.isEmpty() && orders.isEmpty()) {
      console.out().println("nothing is kept yet: fugitive mirror add URL");
    }
    for (JsonObject source : sources) {
      console
          .out()
          .printf(
              "%-9s %s: %s%n",
              source.requireText("kind"),
              Style.harmless(source.requireText("url")),
              Style.harmless(source.requireText("words")));
    }
    for (JsonObject sent : orders) {
      console
          .out()
          .printf(
              "%-9s %s %s on %s: %s%n",
              sent.requireText("state"),
              sent.requireText("order"),
              Style.harmless(sent.requireText("url")),
              sent.requireText("mirror"),
              lines(sent.requireText("detail")));
    }
    return ExitStatus.OK;
  }

  /** Another mirror's words: what it keeps, a source a line. */
  private static String lines(String detail) {
    return detail.lines().map(Style::harmless).collect(Collectors.joining("\n  "));
  }
}
