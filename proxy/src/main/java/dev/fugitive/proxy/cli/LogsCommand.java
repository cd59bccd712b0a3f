package dev.fugitive.proxy.cli;

import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.proxy.config.ByteSize;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.log.AccessFilter;
import dev.fugitive.proxy.log.AccessRecord;
import dev.fugitive.proxy.log.LogFiles;
import dev.fugitive.proxy.log.LogTail;
import dev.fugitive.proxy.text.Age;
import dev.fugitive.proxy.text.Style;
import dev.fugitive.proxy.text.Tone;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive logs}: what was fetched, or what the program says of itself. */
final class LogsCommand implements Subcommand {
  private static final List<String> SOURCES = List.of("memory", "disk", "tier1", "tier2", "origin");
  private static final int MAX_LINES = 1_000_000;
  private static final int HEAD_COLUMNS = 61;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT);

  private final Console console;
  private final InstantSource clock;
  private final CommandSpec spec =
      CommandLines.examples(
          CommandLines.command(
                  "logs",
                  "Show what was fetched: when, what, how long it took, where its bytes came"
                      + " from. The log is kept in the state directory, in three files of 10 MiB"
                      + " at most, which only you may read; --access-log off switches it off.")
              .addOption(flag("read on as lines are added", "-f", "--follow"))
              .addOption(
                  OptionSpec.builder("-n", "--lines")
                      .paramLabel("COUNT")
                      .type(String.class)
                      .arity("1")
                      .description("how many of the last lines (default: 20)")
                      .build())
              .addOption(CommandLines.option("--host", "HOST", "only of this host, or *.HOST"))
              .addOption(
                  CommandLines.option("--status", "CODE", "only with this status: 404, or 4xx"))
              .addOption(
                  OptionSpec.builder("--source")
                      .paramLabel("NAME")
                      .type(String.class)
                      .arity("1")
                      .completionCandidates(SOURCES)
                      .description("only with bytes from " + String.join(", ", SOURCES))
                      .build())
              .addOption(
                  CommandLines.option(
                      "--since", "AGE", "only what is not older than this: 30s, 10m, 3h, 7d"))
              .addOption(flag("only what failed or was refused", "--failed"))
              .addOption(flag("what the program says of itself instead", "--program"))
              .addOption(CommandLines.json()),
          "fugitive logs -f --host *.example",
          "fugitive logs --source tier1 --since 1h --json | jq -s 'map(.bytes.tier1) | add'",
          "fugitive logs --program -n 50");

  LogsCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  private static OptionSpec flag(String description, String... names) {
    return OptionSpec.builder(names).type(boolean.class).description(description).build();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    Path state = SettingsOptions.readWithoutFlags(console).stateDir();
    boolean program = parsed.hasMatchedOption("--program");
    LogTail log = new LogTail(program ? LogFiles.program(state) : LogFiles.access(state));
    AccessFilter filter = filter(parsed);
    Predicate<String> wanted =
        program ? line -> true : line -> AccessRecord.parse(line).filter(filter).isPresent();
    boolean raw = program || parsed.hasMatchedOption("--json");
    try {
      log.last(lines(parsed), wanted).forEach(line -> print(line, raw));
      if (parsed.hasMatchedOption("--follow")) {
        console.out().flush();
        log.follow(line -> {
          if (wanted.test(line)) {
            print(line, raw);
            console.out().flush();
          }
        });
      }
      return ExitStatus.OK;
    } catch (IOException unreadable) {
      console.err().println("fugitive logs: cannot be read: " + unreadable);
      return ExitStatus.FAILED;
    } catch (InterruptedException ended) {
      return ExitStatus.OK;
    }
  }

  private AccessFilter filter(ParseResult parsed) throws SettingsException {
    return new AccessFilter(
        host(parsed),
        checked(parsed, "--status", AccessFilter::isStatus, "a code like 404, or 4xx"),
        checked(parsed, "--source", SOURCES::contains, String.join(", ", SOURCES)),
        since(parsed).map(age -> clock.instant().minus(age)),
        parsed.hasMatchedOption("--failed"));
  }

  private static Optional<HostPattern> host(ParseResult parsed) throws SettingsException {
    String text = parsed.matchedOptionValue("--host", "");
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(HostPattern.parse(text));
    } catch (IllegalArgumentException malformed) {
      throw new SettingsException("--host: " + text + " (expected: HOST, HOST:PORT or *.HOST)");
    }
  }

  private static Optional<Duration> since(ParseResult parsed) throws SettingsException {
    String text = parsed.matchedOptionValue("--since", "");
    Optional<Duration> age = Age.parse(text);
    if (!text.isEmpty() && age.isEmpty()) {
      throw new SettingsException("--since: " + text + " (expected: an age like 30s, 10m, 3h, 7d)");
    }
    return age;
  }

  private static Optional<String> checked(
      ParseResult parsed, String option, Predicate<String> isGood, String expected)
      throws SettingsException {
    String text = parsed.matchedOptionValue(option, "");
    if (!text.isEmpty() && !isGood.test(text)) {
      throw new SettingsException(option + ": " + text + " (expected: " + expected + ")");
    }
    return Optional.of(text).filter(value -> !value.isEmpty());
  }

  private static int lines(ParseResult parsed) throws SettingsException {
    String text = parsed.matchedOptionValue("--lines", "20");
    if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) > MAX_LINES) {
      throw new SettingsException("--lines: " + text + " (expected: 0 to " + MAX_LINES + ")");
    }
    return Integer.parseInt(text);
  }

  private void print(String line, boolean raw) {
    Optional<AccessRecord> access = raw ? Optional.empty() : AccessRecord.parse(line);
    console.out().println(access.map(this::row).orElse(raw ? line : Style.harmless(line)));
  }

  /** Of fixed columns, since more may follow. */
  private String row(AccessRecord access) {
    Style style = console.outStyle();
    String source = access.why().map(why -> access.sources() + " " + why).orElse(access.sources());
    String head =
        style.paint(Tone.FAINT, TIME.format(access.started().atZone(ZoneId.systemDefault())))
            + "  "
            + style.paint(tone(access), access.status() == 0 ? "---" : "" + access.status())
            + String.format(
                Locale.ROOT,
                " %9s %7s  ",
                ByteSize.format(access.totalBytes()),
                took(access.durationMillis()))
            + style.paint(
                access.sources().contains("tier") ? Tone.GOOD : Tone.NAME,
                String.format(Locale.ROOT, "%-20s", source))
            + "  ";
    int columns = console.terminal().outColumns();
    String error = Style.harmless(access.error().map(words -> " (" + words + ")").orElse(""));
    String what = Style.harmless(access.method() + " " + access.url());
    // why it failed is worth a second line of the terminal
    int room = Math.max(8, columns - HEAD_COLUMNS - error.length());
    return head + (columns == 0 ? what : style.fit(what, room)) + error;
  }

  private static String took(long millis) {
    return millis < 10_000 ? millis + " ms" : Age.format(Duration.ofMillis(millis));
  }

  private static Tone tone(AccessRecord access) {
    if (access.status() >= 400 || access.status() == 0 || access.end().equals("failed")) {
      return Tone.BAD;
    }
    return access.end().equals("abandoned") ? Tone.WARNING : Tone.GOOD;
  }
}
