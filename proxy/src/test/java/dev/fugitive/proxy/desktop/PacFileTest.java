package dev.fugitive.proxy.desktop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.trust.TrustOrigins;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The PAC file as a JavaScript engine, Node's, understands it. */
final class PacFileTest {
  private static final String AUTHORITY = "127.0.0.1:8118";
  private static final String PROXY = "PROXY 127.0.0.1:8118; DIRECT";
  private static final String DIRECT = "DIRECT";

  @TempDir Path directory;

  private static String script(List<String> bypass, String... trusted) {
    return PacFile.script(
        AUTHORITY, bypass, Optional.empty(), TrustOrigins.parse(List.of(trusted)));
  }

  @Test
  void publicNamesAndAddressesGoThroughTheProxyWithTheDirectWayBehindIt() throws Exception {
    assertWays(
        script(List.of()),
        List.of(
            "http://example.com/a?b",
            "https://example.com/",
            "https://example.com:8443/",
            "wss://example.com/",
            "http://8.8.8.8/",
            "http://172.32.0.1/",
            "http://100.128.0.1/",
            "http://[2001:db8::1]/",
            "http://localhost.example.com/",
            "http://10.0.0.1.example.com/",
            "http://fe80.example.com/"),
        PROXY);
  }

  @Test
  void loopbackPlainNamesAndPrivateNetworksAreAskedDirectly() throws Exception {
    assertWays(
        script(List.of()),
        List.of(
            "http://localhost:3000/",
            "http://app.localhost/",
            "http://127.0.0.1:8118/",
            "http://127.9.9.9/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://printer/",
            "http://printer./",
            "http://nas.local/",
            "http://router.home.arpa/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://172.31.255.255/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://224.0.0.251/",
            "http://[fd12:3456::1]/",
            "http://[fe80::1]/",
            "http://127.1/",
            "http://0x7f.0.0.1/",
            "http://2130706433/",
            "http://999.1.1.1/",
            "ftp://example.com/file",
            "chrome://settings"),
        DIRECT);
  }

  @Test
  void theBypassListOfEveryDesktopIsUnderstood() throws Exception {
    String script =
        script(
            List.of(
                "exact.example",
                ".dot.example",
                "*.star.example",
                "port.example:8080",
                "203.0.113.*",
                "198.51.100.0/25",
                "192.0.2/24",
                "*middle*.example",
                "2001:db8::5",
                "[2001:db8::6]",
                "http://scheme.example",
                "bücher.example",
                "Upper.Example",
                "\"};alert(1)//",
                ""));
    assertWays(
        script,
        List.of(
            "http://exact.example/",
            "http://below.exact.example/",
            "http://dot.example/",
            "http://a.dot.example/",
            "http://a.star.example/",
            "http://port.example:8080/",
            "https://203.0.113.77/",
            "http://198.51.100.127/",
            "http://192.0.2.255/",
            "http://in-the-middle-of.example/",
            "http://[2001:db8::5]/",
            "http://[2001:db8::6]/",
            "http://scheme.example/",
            "http://xn--bcher-kva.example/",
            "http://upper.example/"),
        DIRECT);
    assertWays(
        script,
        List.of(
            "http://notexact.example/",
            "http://star.example/",
            "http://port.example/",
            "http://198.51.100.128/",
            "http://192.0.3.0/",
            "http://[2001:db8::7]/"),
        PROXY);
  }

  @Test
  void aTrustedOriginGoesThroughTheProxyWhereverItIs() throws Exception {
    String script =
        script(List.of("not.lan"), "mirror.lan", "*.farm.lan", "10.0.0.5:8080", "127.0.0.1");
    assertWays(
        script,
        List.of(
            "http://mirror.lan/",
            "http://mirror.lan:99/",
            "http://a.farm.lan/",
            "http://10.0.0.5:8080/",
            "http://127.0.0.1:9/"),
        PROXY);
    assertWays(
        script,
        List.of(
            "http://other.lan/",
            "http://farm.lan/",
            "http://10.0.0.5/",
            "http://not.lan/",
            "http://127.0.0.1:8118/status"),
        DIRECT);
  }

  @Test
  void theProxyThatWasInUseBeforeStandsBehindThisOne() throws Exception {
    String script =
        PacFile.script(
            AUTHORITY, List.of(), Optional.of("proxy.office.example:3128"), TrustOrigins.NONE);
    assertWays(
        script,
        List.of("http://example.com/"),
        "PROXY 127.0.0.1:8118; PROXY proxy.office.example:3128; DIRECT");
  }

  @Test
  void nothingButNamesGetsIntoTheScript() {
    assertThatThrownBy(() -> PacFile.script("a\"b", List.of(), Optional.empty(), TrustOrigins.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(script(List.of("\"};alert(1)//", "a b", "a\nb"))).contains("var BYPASS = [];");
    assertThat(PacFile.isBypassEntry("a\"b")).isFalse();
  }

  @Test
  void programsOnThisMachineReachAProxyThatListensEverywhereByLoopback() throws IOException {
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    assertThat(PacFile.url(new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 80)))
        .isEqualTo("http://127.0.0.1:80/proxy.pac");
    assertThat(PacFile.url(new InetSocketAddress(InetAddress.getByAddress(loopback), 80)))
        .isEqualTo("http://[::1]:80/proxy.pac");
  }

  private void assertWays(String script, List<String> urls, String expected) throws Exception {
    Map<String, String> all = new LinkedHashMap<>();
    urls.forEach(url -> all.put(url, expected));
    assertThat(ways(script, urls)).isEqualTo(all);
  }

  /** Asks the script as browsers do: with the URL and the host in it, brackets left out. */
  private Map<String, String> ways(String script, List<String> urls) throws Exception {
    Path program = directory.resolve("ask.js");
    Files.writeString(
        program,
        script
            + """

            for (var asked of process.argv.slice(2)) {
              var host = /^[a-z]+:\\/\\/(\\[[^\\]]*\\]|[^\\/:]*)/.exec(asked)[1];
              console.log(asked + " " + FindProxyForURL(asked, host.replace(/[\\[\\]]/g, "")));
            }
            """);
    List<String> command = new ArrayList<>(List.of("node", program.toString()));
    command.addAll(urls);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    Map<String, String> ways = new LinkedHashMap<>();
    printed
        .lines()
        .forEach(line ->
            ways.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1)));
    return ways;
  }
}
