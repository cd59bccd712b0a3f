package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.JsonText;
import dev.fugitive.proxy.doctor.Finding;
import dev.fugitive.proxy.doctor.Finding.State;
import dev.fugitive.proxy.text.Style;
import dev.fugitive.proxy.text.Tone;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive doctor}: says what is wrong, and the command that mends it. */
final class DoctorCommand implements Subcommand {
  private static final String OFFLINE = "--offline";
  private static final int NAME_COLUMNS = 10;
  private static final int STATE_COLUMNS = 7;

  private final Console console;
  private final CommandSpec spec =
      CommandLines.examples(
          CommandLines.command(
                  "doctor",
                  "Say what is wrong here, and the command that mends it. Looks at Java, WebRTC's"
                      + " library, the proxy's port, the rendezvous, the NAT, peers, the system's"
                      + " proxy setting, the CA, the clock and the disk. The exit status is 1 where"
                      + " something does not work; what merely could be better is 0. Give it the"
                      + " options that you give the proxy.")
              .addOption(CommandLines.json())
              .addOption(
                  OptionSpec.builder(OFFLINE)
                      .type(boolean.class)
                      .description(
                          "ask nobody outside this machine: neither rendezvous nor STUN, nor the"
                              + " time of pool.ntp.org, time.cloudflare.com and example.com")
                      .build()),
          "fugitive doctor",
          "fugitive doctor --rendezvous wss://HOST --ice-server stun:HOST:3478",
          "fugitive doctor --json | jq -r '.findings[] | select(.state==\"failed\") | .mend[]'");

  DoctorCommand(Console console) {
    this.console = console;
    SettingsOptions.addTo(spec, EnumSet.allOf(Setting.class));
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException, InterruptedException {
    Settings settings = SettingsOptions.read(parsed, console);
    List<Finding> findings =
        new DoctorRound(console, settings, parsed.hasMatchedOption(OFFLINE)).findings();
    boolean healthy = findings.stream().noneMatch(each -> each.state() == State.FAILED);
    if (parsed.hasMatchedOption("--json")) {
      console.out().println(JsonText.write(json(findings, healthy)));
    } else {
      findings.forEach(this::print);
    }
    return healthy ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private static Map<String, Object> json(List<Finding> findings, boolean healthy) {
    return Map.of(
        "healthy", healthy, "findings", findings.stream().map(DoctorCommand::json).toList());
  }

  private static Map<String, Object> json(Finding finding) {
    return Map.of(
        "check", finding.check(),
        "state", finding.state().name().toLowerCase(Locale.ROOT),
        "words", finding.words(),
        "mend", finding.mend());
  }

  private void print(Finding finding) {
    Style style = console.outStyle();
    String state = finding.state().name().toLowerCase(Locale.ROOT);
    String head =
        style.paint(tone(finding.state()), padded(state, STATE_COLUMNS))
            + "  "
            + padded(finding.check(), NAME_COLUMNS)
            + "  ";
    int indent = STATE_COLUMNS + NAME_COLUMNS + 4;
    List<String> lines = Style.wrapped(finding.words(), console.terminal().outColumns() - indent);
    for (int i = 0; i < lines.size(); i++) {
      console.out().println((i == 0 ? head : " ".repeat(indent)) + lines.get(i));
    }
    finding
        .mend()
        .forEach(command ->
            console
                .out()
                .println(
                    " ".repeat(indent)
                        + style.paint(Tone.FAINT, style.arrow())
                        + " "
                        + style.paint(Tone.NAME, Style.harmless(command))));
  }

  private static Tone tone(State state) {
    return switch (state) {
      case OK -> Tone.GOOD;
      case NOTE -> Tone.NAME;
      case WARNING -> Tone.WARNING;
      case FAILED -> Tone.BAD;
      case SKIPPED -> Tone.FAINT;
    };
  }

  private static String padded(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - text.length()));
  }
}
