package dev.fugitive.proxy.cli;

import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.proxy.config.Choices;
import dev.fugitive.proxy.config.ChoicesFile;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.config.TimeSpan;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code fugitive share}: what this node gives to others. It is changed in the running proxy, at
 * once; where none runs, in what the next one starts with.
 */
final class ShareCommand implements Subcommand {
  private final Console console;
  private final InstantSource clock;
  private final CommandSpec spec =
      CommandLines.command("share", "Share with other nodes, or stop, or pause.")
          .addPositional(
              PositionalParamSpec.builder()
                  .index("0")
                  .paramLabel("on|off|status|pause|resume")
                  .type(String.class)
                  .arity("1")
                  .description("what to do; pausing stops what is being given, too")
                  .build())
          .addPositional(
              PositionalParamSpec.builder()
                  .index("1")
                  .paramLabel("DURATION")
                  .type(String.class)
                  .arity("0..1")
                  .description("how long to pause: 30m, 2h, 1d (default: until resumed)")
                  .build())
          .addOption(ControlClient.proxyOption())
          .addOption(CommandLines.json());

  ShareCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    Action action = action(parsed);
    ControlClient proxy = ControlClient.of(parsed, console);
    try {
      JsonObject standing = tell(proxy, action);
      show(parsed, ShareText.of(standing), proxy);
      return ExitStatus.OK;
    } catch (RefusedException refused) {
      failed(String.valueOf(refused.getMessage()));
      return RefusedException.exitStatus(refused);
    } catch (IOException noProxy) {
      return withoutProxy(action, String.valueOf(noProxy.getMessage()));
    } catch (ApiException odd) {
      return failed("the proxy's answer: " + odd.getMessage());
    }
  }

  private int failed(String words) {
    console.err().println("fugitive share: " + words);
    return ExitStatus.FAILED;
  }

  private void show(ParseResult parsed, String words, ControlClient proxy) throws IOException {
    console.out().print(parsed.hasMatchedOption("--json") ? proxy.text("limits") : words);
    console.out().flush();
  }

  /** What is to be done. */
  private sealed interface Action {
    record Share(boolean on) implements Action {}

    record Pause(Optional<Duration> duration) implements Action {}

    record Resume() implements Action {}

    record Show() implements Action {}
  }

  private static Action action(ParseResult parsed) throws SettingsException {
    String word = parsed.matchedPositionalValue(0, "");
    String duration = parsed.matchedPositionalValue(1, "");
    if (!duration.isEmpty() && !word.equals("pause")) {
      throw new SettingsException(
          "share " + word + ": " + duration + " (expected: nothing behind " + word + ")");
    }
    return switch (word) {
      case "on" -> new Action.Share(true);
      case "off" -> new Action.Share(false);
      case "pause" -> new Action.Pause(duration(duration));
      case "resume" -> new Action.Resume();
      case "status" -> new Action.Show();
      default ->
          throw new SettingsException(
              CommandLines.noAction("share", word, "on, off, status, pause or resume"));
    };
  }

  private static Optional<Duration> duration(String text) throws SettingsException {
    Optional<Duration> span = TimeSpan.parse(text);
    if (span.isEmpty() && !text.isEmpty()) {
      throw new SettingsException("share pause: " + text + " (expected: 90s, 30m, 2h or 1d)");
    }
    return span;
  }

  private static JsonObject tell(ControlClient proxy, Action action) throws IOException {
    return switch (action) {
      case Action.Share(boolean on) ->
          proxy.post("limits", Map.of(Setting.SHARE.key(), on ? "on" : "off", "by", "command"));
      case Action.Pause(Optional<Duration> duration) ->
          proxy.post(
              "limits/pause",
              duration
                  .<Map<String, ?>>map(span -> Map.of("seconds", span.toSeconds()))
                  .orElse(Map.of()));
      case Action.Resume resume -> proxy.post("limits/resume", Map.of());
      case Action.Show show -> proxy.get("limits");
    };
  }

  // -- where no proxy runs

  private int withoutProxy(Action action, String why) throws SettingsException {
    Settings settings = SettingsOptions.readWithoutFlags(console);
    ChoicesFile file = new ChoicesFile(settings.stateDir());
    Choices before = file.read();
    switch (action) {
      case Action.Share(boolean on) ->
          file.write(
              before.withConsent(on, new Choices.Consent(clock.instant(), Choices.How.COMMAND)));
      case Action.Pause(Optional<Duration> duration) ->
          file.write(before.withPause(Optional.of(end(duration))));
      case Action.Resume resume -> file.write(before.withPause(Optional.empty()));
      case Action.Show show -> {}
    }
    console.err().println("fugitive share: " + why + "; this is what one will start with");
    console.out().print(ShareText.of(SettingsOptions.readWithoutFlags(console), file.read()));
    return ExitStatus.OK;
  }

  private Instant end(Optional<Duration> duration) {
    return duration.map(clock.instant()::plus).orElse(UploadPolicy.UNTIL_RESUMED);
  }
}
