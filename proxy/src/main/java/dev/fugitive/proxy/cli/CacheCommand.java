package dev.fugitive.proxy.cli;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.proxy.config.ByteSize;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import dev.fugitive.proxy.control.JsonText;
import dev.fugitive.proxy.text.Age;
import dev.fugitive.proxy.text.Style;
import dev.fugitive.proxy.text.Table;
import dev.fugitive.proxy.text.Table.Cell;
import dev.fugitive.proxy.text.Table.Column;
import dev.fugitive.proxy.text.Table.Kind;
import dev.fugitive.proxy.text.Tone;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive cache}: what is kept, for its owner. */
final class CacheCommand implements Subcommand {
  private static final int MAX_LISTED = 1000;

  private final Console console;
  private final CommandSpec spec =
      CommandLines.examples(
          CommandLines.command(
              "cache",
              "Show, check, pin and forget what is kept. Asks the running proxy; where none runs,"
                  + " the directory itself is opened."),
          "fugitive cache list --match downloads.example",
          "fugitive cache pin http://mirror.example/image.iso",
          "fugitive cache purge --older-than 30d");

  CacheCommand(Console console) {
    this.console = console;
    add("list", "List what is kept, the largest first.")
        .addOption(CommandLines.option("--match", "TEXT", "only URLs with this text in them"))
        .addOption(flag("--pinned", "only what is pinned"))
        .addOption(CommandLines.option("--from", "COUNT", "pass over so many (default: 0)"))
        .addOption(
            CommandLines.option("--limit", "COUNT", "at most so many, up to 1000 (default: 50)"));
    add("verify", "Read all that is kept and check every byte; what is damaged is forgotten.");
    add("purge", "Forget a URL, or what is old. What is pinned is forgotten by its URL alone.")
        .addOption(flag("--all", "all that is not pinned"))
        .addOption(
            CommandLines.option(
                "--older-than", "AGE", "what was stored so long ago: 30s, 10m, 3h, 7d"))
        .addPositional(url("0..1"));
    add("pin", "Never evict what a URL has here; half of the limit may be pinned.")
        .addPositional(url("1"));
    add("unpin", "Let what a URL has here be evicted again.").addPositional(url("1"));
  }

  private CommandSpec add(String name, String description) {
    CommandSpec action =
        CommandLines.command(name, description)
            .addOption(ControlClient.proxyOption())
            .addOption(CommandLines.json());
    SettingsOptions.addTo(action, EnumSet.of(Setting.CACHE_DIR, Setting.CACHE_SIZE));
    spec.addSubcommand(name, action);
    return action;
  }

  private static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).description(description).build();
  }

  private static PositionalParamSpec url(String arity) {
    return PositionalParamSpec.builder()
        .paramLabel("URL")
        .type(String.class)
        .arity(arity)
        .description("as it was fetched")
        .build();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    ParseResult action = parsed.subcommand();
    if (action == null) {
      throw new SettingsException(
          CommandLines.noAction("cache", "", "list, verify, purge, pin, unpin"));
    }
    Map<String, Object> purge =
        action.commandSpec().name().equals("purge") ? purge(action) : Map.of();
    boolean json = action.hasMatchedOption("--json");
    try (CacheAccess cache = CacheAccess.open(action, console)) {
      return switch (action.commandSpec().name()) {
        case "list" -> list(cache, action, json);
        case "verify" -> verify(cache, json);
        case "purge" -> purged(cache.post("cache/purge", purge), json);
        case "pin" -> pinned(cache, action, true, json);
        default -> pinned(cache, action, false, json);
      };
    } catch (IOException failure) {
      console.err().println("fugitive cache: " + failure.getMessage());
      return RefusedException.exitStatus(failure);
    } catch (ApiException malformed) {
      console.err().println("fugitive cache: the proxy's answer: " + malformed.getMessage());
      return ExitStatus.FAILED;
    }
  }

  private int list(CacheAccess cache, ParseResult parsed, boolean json)
      throws IOException, ApiException, SettingsException {
    Map<String, String> query = new HashMap<>();
    query.put("from", number(parsed, "--from", "0", Integer.MAX_VALUE));
    query.put("limit", number(parsed, "--limit", "50", MAX_LISTED));
    query.put("match", parsed.matchedOptionValue("--match", ""));
    query.put("pinned", Boolean.toString(parsed.hasMatchedOption("--pinned")));
    JsonObject answer = cache.get("cache", query);
    if (json) {
      console.out().println(answer.toJson());
      return ExitStatus.OK;
    }
    List<JsonObject> contents = answer.objects("contents");
    Table table =
        new Table(
            new Column("length", Kind.RIGHT),
            new Column("stored", Kind.RIGHT),
            new Column("fresh for", Kind.RIGHT),
            new Column("", Kind.LEFT),
            new Column("source", Kind.LEFT),
            new Column("url", Kind.SHRINKING));
    KeyNames names = KeyNames.read(console);
    for (JsonObject content : contents) {
      row(table, content, names);
    }
    table
        .lines(console.terminal().outColumns(), console.outStyle())
        .forEach(console.out()::println);
    long total = answer.number("total").orElse(0L);
    if (console.terminal().out()) {
      console
          .out()
          .println(
              console
                  .outStyle()
                  .paint(Tone.FAINT, contents.size() + " shown of " + total + " kept"));
    }
    return ExitStatus.OK;
  }

  private static void row(Table table, JsonObject content, KeyNames names) throws ApiException {
    Cell length = Cell.of(ByteSize.format(content.number("lengthBytes").orElse(0L)));
    boolean isPinned = content.truth("pinned").orElse(false);
    Cell pinned = new Cell(isPinned ? "pinned" : "", Tone.GOOD);
    List<JsonObject> answers = content.objects("answers");
    if (answers.isEmpty()) {
      Cell none = Cell.of("-");
      table.add(length, none, none, pinned, none, new Cell(content.requireText("id"), Tone.FAINT));
      return;
    }
    JsonObject latest = answers.getFirst();
    long fresh = latest.number("freshForSeconds").orElse(0L);
    String others = answers.size() > 1 ? " (and " + (answers.size() - 1) + " more)" : "";
    table.add(
        length,
        Cell.of(Age.format(Duration.ofSeconds(latest.number("ageSeconds").orElse(0L)))),
        fresh > 0
            ? Cell.of(Age.format(Duration.ofSeconds(fresh)))
            : new Cell("stale", Tone.WARNING),
        pinned,
        source(latest, names),
        Cell.of(latest.requireText("url") + others));
  }

  /** The origin, where this node itself signed for it; else the name of who did. */
  private static Cell source(JsonObject answer, KeyNames names) throws ApiException {
    Optional<PeerId> signer = answer.text("signer").map(PeerId::parse);
    if (signer.isEmpty()) {
      return new Cell("unsigned", Tone.FAINT);
    }
    return names.isOwn(signer.get())
        ? Cell.of("origin")
        : new Cell("peers, by " + names.of(signer.get()), Tone.GOOD);
  }

  private int verify(CacheAccess cache, boolean json) throws IOException, ApiException {
    long total = cache.get("cache", Map.of("limit", "0")).number("total").orElse(0L);
    long contents = 0;
    long bytes = 0;
    List<JsonObject> damaged = new ArrayList<>();
    Map<String, Object> next = Map.of();
    for (boolean more = true; more; ) {
      JsonObject part = cache.post("cache/verify", next);
      contents += part.number("contents").orElse(0L);
      bytes += part.number("bytes").orElse(0L);
      damaged.addAll(part.objects("damaged"));
      progress(contents + " of " + total + " contents, " + ByteSize.format(bytes));
      more = part.text("next").isPresent();
      next = Map.of("after", part.text("next").orElse(""));
    }
    progress("");
    if (json) {
      List<String> names = new ArrayList<>();
      for (JsonObject each : damaged) {
        names.add(each.requireText("id"));
      }
      console
          .out()
          .println(JsonText.write(Map.of("contents", contents, "bytes", bytes, "damaged", names)));
    } else {
      for (JsonObject each : damaged) {
        console.out().println(damagedLine(each));
      }
      console
          .out()
          .println(
              contents
                  + " contents, "
                  + ByteSize.format(bytes)
                  + " read, "
                  + (damaged.isEmpty()
                      ? "all as stored"
                      : damaged.size() + " damaged and forgotten"));
    }
    return damaged.isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private String damagedLine(JsonObject content) throws ApiException {
    List<JsonObject> answers = content.objects("answers");
    String name =
        answers.isEmpty() ? content.requireText("id") : answers.getFirst().requireText("url");
    return console.outStyle().paint(Tone.BAD, "damaged") + "  " + Style.harmless(name);
  }

  private void progress(String words) {
    if (console.errIsTerminal()) {
      console.err().print("\r" + words + "\u001b[K");
      console.err().flush();
    }
  }

  private static Map<String, Object> purge(ParseResult parsed) throws SettingsException {
    String url = parsed.matchedPositionalValue(0, "");
    String age = parsed.matchedOptionValue("--older-than", "");
    boolean all = parsed.hasMatchedOption("--all");
    if ((url.isEmpty() ? 0 : 1) + (age.isEmpty() ? 0 : 1) + (all ? 1 : 0) != 1) {
      throw new SettingsException("purge: what (expected: one of URL, --all, --older-than AGE)");
    }
    if (!url.isEmpty()) {
      return Map.of("url", url);
    }
    Duration olderThan =
        all
            ? Duration.ZERO
            : Age.parse(age)
                .orElseThrow(() ->
                    new SettingsException(
                        "--older-than: " + age + " (expected: an age like 30s, 10m, 3h, 7d)"));
    return Map.of("olderThanSeconds", olderThan.toSeconds());
  }

  private int purged(JsonObject answer, boolean json) throws ApiException {
    if (json) {
      console.out().println(answer.toJson());
      return ExitStatus.OK;
    }
    long stay = answer.number("pinned").orElse(0L);
    console
        .out()
        .println(
            answer.number("contents").orElse(0L)
                + " contents forgotten, "
                + ByteSize.format(answer.number("bytes").orElse(0L))
                + (stay == 0 ? "" : "; " + stay + " pinned stay"));
    return ExitStatus.OK;
  }

  private int pinned(CacheAccess cache, ParseResult parsed, boolean pin, boolean json)
      throws IOException {
    String url = parsed.matchedPositionalValue(0, "");
    JsonObject answer = cache.post("cache/pin", Map.of("url", url, "pinned", pin));
    console
        .out()
        .println(json ? answer.toJson() : (pin ? "pinned " : "unpinned ") + Style.harmless(url));
    return ExitStatus.OK;
  }

  private static String number(ParseResult parsed, String option, String otherwise, int max)
      throws SettingsException {
    String text = parsed.matchedOptionValue(option, otherwise);
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > max) {
      throw new SettingsException(option + ": " + text + " (expected: 0 to " + max + ")");
    }
    return text;
  }
}
