package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.ProxyServer;
import dev.fugitive.proxy.config.ChoicesFile;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import java.time.InstantSource;
import java.util.EnumSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive proxy}: runs until it is told to stop. */
final class ProxyCommand implements Subcommand {
  private final Console console;
  private final InstantSource clock;
  private final CommandSpec spec = CommandLines.command("proxy", "Run the proxy.");

  ProxyCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
    SettingsOptions.addTo(spec, EnumSet.allOf(Setting.class));
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws Exception {
    Settings chosen = SettingsOptions.read(parsed, console);
    Consent consent = new Consent(new ChoicesFile(chosen.stateDir()), clock);
    Settings settings = consent.settle(chosen, console);
    ProxyServer server = ProxyServer.start(settings);
    console.out().println(server.readyLine());
    SystemHint.of(settings, server.address()).ifPresent(console.out()::println);
    console.out().flush();
    console.hold().untilStopped(server);
    return ExitStatus.OK;
  }
}
