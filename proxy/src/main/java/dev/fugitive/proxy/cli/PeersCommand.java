package dev.fugitive.proxy.cli;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.proxy.config.ByteSize;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import dev.fugitive.proxy.text.Style;
import dev.fugitive.proxy.text.Table;
import dev.fugitive.proxy.text.Table.Cell;
import dev.fugitive.proxy.text.Table.Column;
import dev.fugitive.proxy.text.Table.Kind;
import dev.fugitive.proxy.text.Tone;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive peers}: who is linked to this node, and what went to and fro. */
final class PeersCommand implements Subcommand {
  private final Console console;
  private final CommandSpec spec =
      CommandLines.examples(
          CommandLines.command("peers", "Show the peers of a running proxy.")
              .addOption(ControlClient.proxyOption())
              .addOption(CommandLines.json()),
          "fugitive peers",
          "fugitive peers --json | jq '.peers | length'");

  PeersCommand(Console console) {
    this.console = console;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    try {
      JsonObject answer = ControlClient.of(parsed, console).get("peers");
      if (parsed.hasMatchedOption("--json")) {
        console.out().println(answer.toJson());
      } else {
        print(answer);
      }
      return ExitStatus.OK;
    } catch (IOException | ApiException failure) {
      console.err().println("fugitive peers: " + failure.getMessage());
      return ExitStatus.FAILED;
    }
  }

  private void print(JsonObject answer) throws ApiException {
    List<JsonObject> peers = answer.objects("peers");
    if (peers.isEmpty()) {
      console
          .out()
          .println(answer.text("whyNone").map(why -> "no peers: " + why).orElse("no peers yet"));
    } else {
      table(peers, KeyNames.read(console))
          .lines(console.terminal().outColumns(), console.outStyle())
          .forEach(console.out()::println);
    }
    for (JsonObject ban : answer.objects("bans")) {
      console
          .out()
          .println(
              console.outStyle().paint(Tone.BAD, "banned")
                  + "  "
                  + Style.harmless(
                      ban.requireText("key")
                          + " until "
                          + ban.requireText("until")
                          + ": "
                          + ban.requireText("reason")));
    }
  }

  private static Table table(List<JsonObject> peers, KeyNames names) throws ApiException {
    Table table =
        new Table(
            new Column("peer", Kind.LEFT),
            new Column("state", Kind.LEFT),
            new Column("round trip", Kind.RIGHT),
            new Column("received", Kind.RIGHT),
            new Column("now", Kind.RIGHT),
            new Column("sent", Kind.RIGHT),
            new Column("now", Kind.RIGHT),
            new Column("key", Kind.SHRINKING));
    for (JsonObject peer : peers) {
      String state = peer.requireText("state");
      String key = peer.requireText("key");
      table.add(
          new Cell(Style.harmless(name(key, names)), Tone.NAME),
          new Cell(state, state.equals("open") ? Tone.GOOD : Tone.WARNING),
          Cell.of(
              peer.decimal("roundTripMillis")
                  .map(millis -> String.format(Locale.ROOT, "%.1f ms", millis))
                  .orElse("-")),
          bytes(peer, "receivedBytes", ""),
          bytes(peer, "receivedPerSecond", "/s"),
          bytes(peer, "sentBytes", ""),
          bytes(peer, "sentPerSecond", "/s"),
          Cell.of(key));
    }
    return table;
  }

  /** What the user calls it. */
  private static String name(String key, KeyNames names) throws ApiException {
    try {
      return names.of(PeerId.parse(key));
    } catch (IllegalArgumentException malformed) {
      throw ApiException.malformed("key of a peer: " + key + " (expected: ed25519:…)");
    }
  }

  private static Cell bytes(JsonObject peer, String name, String unit) throws ApiException {
    return Cell.of(
        peer.decimal(name).map(count -> ByteSize.format(Math.round(count)) + unit).orElse("-"));
  }
}
