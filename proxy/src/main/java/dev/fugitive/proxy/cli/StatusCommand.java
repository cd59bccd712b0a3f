package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.config.Given;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.config.SettingsReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive status}: asks a running proxy how it is. */
final class StatusCommand implements Subcommand {
  private final Console console;
  private final CommandSpec spec =
      CommandLines.command("status", "Show what a running proxy has, knows and does.")
          .addOption(ControlClient.proxyOption())
          .addOption(CommandLines.json());

  StatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    InetSocketAddress proxy = proxyAddress(parsed, console);
    HttpUrl url =
        new HttpUrl.Builder()
            .scheme("http")
            .host(proxy.getAddress().getHostAddress())
            .port(proxy.getPort())
            .addPathSegment("status")
            .build();
    Request request =
        new Request.Builder()
            .url(url)
            .header("Accept", parsed.hasMatchedOption("--json") ? "application/json" : "text/plain")
            .build();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .callTimeout(Duration.ofSeconds(10))
            .build();
    try (Response response = client.newCall(request).execute()) {
      String body = response.body().string();
      if (!isStatus(response)) {
        return failed(ControlClient.refusal(proxy, response, body));
      }
      console.out().print(body);
      return ExitStatus.OK;
    } catch (IOException unreachable) {
      return failed(String.valueOf(ControlClient.unreachable(proxy, unreachable).getMessage()));
    }
  }

  /** A page of HTML is somebody else's. */
  private static boolean isStatus(Response response) {
    MediaType type = response.body().contentType();
    return response.isSuccessful() && type != null && !type.subtype().equals("html");
  }

  private int failed(String words) {
    console.err().println("fugitive status: " + words);
    return ExitStatus.FAILED;
  }

  /** The proxy that {@code --proxy} names, else the one the configuration has listen. */
  static InetSocketAddress proxyAddress(ParseResult parsed, Console console)
      throws SettingsException {
    String named = parsed.matchedOptionValue("--proxy", "");
    return named.isEmpty()
        ? SettingsOptions.readWithoutFlags(console).listen()
        : SettingsReader.listenAddress(new Given(List.of(named), "--proxy"));
  }
}
