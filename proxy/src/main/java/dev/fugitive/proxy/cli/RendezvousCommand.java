package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.ProxyServer;
import dev.fugitive.proxy.config.Given;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.config.SettingsReader;
import dev.fugitive.proxy.rendezvous.RendezvousServer;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive rendezvous}: a rendezvous alone, for several machines. */
final class RendezvousCommand implements Subcommand {
  private static final String LISTEN = "127.0.0.1:8119";

  private final Console console;
  private final CommandSpec spec =
      CommandLines.command("rendezvous", "Run a rendezvous, where peers find each other.")
          .addOption(
              CommandLines.option(
                  Setting.LISTEN.flag(),
                  Setting.LISTEN.placeholder(),
                  "where it listens (default: " + LISTEN + ")"));

  RendezvousCommand(Console console) {
    this.console = console;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    String flag = Setting.LISTEN.flag();
    Given listen = new Given(List.of(parsed.matchedOptionValue(flag, LISTEN)), flag);
    RendezvousServer server =
        ProxyServer.startRendezvous(SettingsReader.listenAddress(listen), Setting.LISTEN);
    console.out().println("fugitive ready: rendezvous " + server.url());
    console.out().flush();
    console.hold().untilStopped(server);
    return ExitStatus.OK;
  }
}
