package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import dev.fugitive.proxy.text.Age;
import dev.fugitive.proxy.text.Style;
import dev.fugitive.proxy.text.Tone;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import okio.ByteString;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive explain URL}: why it would or would not come from peers, step by step. */
final class ExplainCommand implements Subcommand {
  private static final int NAME_COLUMNS = 10;

  private final Console console;
  private final CommandSpec spec =
      CommandLines.examples(
          CommandLines.command(
                  "explain",
                  "Say why a URL would or would not come from peers, step by step, and what would"
                      + " change that. The running proxy asks peers as for a fetch; the origin is"
                      + " not asked.")
              .addPositional(
                  PositionalParamSpec.builder()
                      .paramLabel("URL")
                      .type(String.class)
                      .arity("1")
                      .required(true)
                      .description("what would be fetched")
                      .build())
              .addOption(ControlClient.proxyOption())
              .addOption(CommandLines.json()),
          "fugitive explain http://downloads.example/tool.tar.gz");

  ExplainCommand(Console console) {
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
    String query =
        new HttpUrl.Builder()
            .scheme("http")
            .host("proxy")
            .addQueryParameter("url", url.toString())
            .build()
            .encodedQuery();
    try {
      String answer = ControlClient.of(parsed, console).text("explain?" + query);
      if (parsed.hasMatchedOption("--json")) {
        console.out().println(answer.strip());
      } else {
        print(JsonObject.parse(ByteString.encodeUtf8(answer)));
      }
      return ExitStatus.OK;
    } catch (IOException failure) {
      console.err().println("fugitive explain: " + failure.getMessage());
      return RefusedException.exitStatus(failure);
    } catch (ApiException odd) {
      console.err().println("fugitive explain: the proxy's answer: " + odd.getMessage());
      return ExitStatus.FAILED;
    }
  }

  private void print(JsonObject answer) throws ApiException {
    for (JsonObject step : answer.objects("steps")) {
      line(words(step));
    }
    Optional<String> why = answer.text("why");
    Optional<JsonObject> refused = step(answer, "origin");
    ExplainWords.Line so =
        refused.isPresent()
            ? ExplainWords.refused(refused.get().truth("loop").orElse(false))
            : ExplainWords.so(answer.truth("fromPeers").orElse(false), outcome(answer), why);
    line(isServed(answer) ? ExplainWords.fromCacheElse(so) : so);
    why.filter(token -> refused.isEmpty())
        .map(ExplainWords::change)
        .ifPresent(change -> line(new ExplainWords.Line("", Tone.PLAIN, change)));
  }

  private static Optional<JsonObject> step(JsonObject answer, String name) throws ApiException {
    for (JsonObject step : answer.objects("steps")) {
      if (step.requireText("step").equals(name)) {
        return Optional.of(step);
      }
    }
    return Optional.empty();
  }

  private static boolean isServed(JsonObject answer) throws ApiException {
    Optional<JsonObject> cache = step(answer, "cache");
    return cache.isPresent()
        && cache.get().requireText("decision").startsWith("serve")
        && cache.get().truth("held").orElse(false);
  }

  private static String outcome(JsonObject answer) throws ApiException {
    Optional<JsonObject> plan = step(answer, "plan");
    return plan.isPresent() ? plan.get().requireText("outcome") : "";
  }

  private static ExplainWords.Line words(JsonObject step) throws ApiException {
    return switch (step.requireText("step")) {
      case "cache" -> cache(step);
      case "sharing" -> ExplainWords.sharing(step.text("against"));
      case "evidence" ->
          ExplainWords.evidence(step.texts("named"), step.truth("contradicted").orElse(false));
      case "origin" ->
          new ExplainWords.Line("origin", Tone.BAD, "refused: " + step.requireText("refused"));
      case "peers-off" ->
          new ExplainWords.Line("peers", Tone.BAD, "off: " + step.requireText("reason"));
      case "peers" ->
          ExplainWords.peers(
              step.number("open").orElse(0L),
              step.truth("anybodyShares").orElse(false),
              step.number("holders").orElse(0L),
              step.number("reaching").orElse(0L));
      case "plan" ->
          ExplainWords.plan(
              step.requireText("outcome"),
              step.number("holders").orElse(0L),
              step.number("relays").orElse(0L));
      default ->
          new ExplainWords.Line(step.requireText("step"), Tone.PLAIN, step.text("name").orElse(""));
    };
  }

  private static ExplainWords.Line cache(JsonObject step) throws ApiException {
    String fresh =
        step.number("freshForSeconds")
            .map(Duration::ofSeconds)
            .map(left ->
                left.isNegative()
                    ? ", stale for " + Age.format(left.negated())
                    : ", fresh for " + Age.format(left))
            .orElse("");
    return ExplainWords.cache(
        step.requireText("decision"), step.truth("held").orElse(false), fresh);
  }

  private void line(ExplainWords.Line line) {
    Style style = console.outStyle();
    String name = line.name() + " ".repeat(Math.max(0, NAME_COLUMNS - line.name().length()));
    List<String> lines =
        Style.wrapped(line.words(), console.terminal().outColumns() - NAME_COLUMNS - 2);
    for (int i = 0; i < lines.size(); i++) {
      console
          .out()
          .println(
              style.paint(Tone.FAINT, i == 0 ? name : " ".repeat(NAME_COLUMNS))
                  + "  "
                  + style.paint(line.tone(), lines.get(i)));
    }
  }
}
