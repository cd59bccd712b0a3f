package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.control.ControlToken;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told the token of the control API. */
final class ControlClientTest {
  @TempDir Path state;

  private ControlClient of(String host) throws Exception {
    return ControlClient.of(new InetSocketAddress(host, 8118), state, Duration.ofSeconds(1));
  }

  @Test
  void onlyAProxyOfThisMachineIsToldTheToken() throws Exception {
    ControlToken token = ControlToken.loadOrCreate(Directories.controlTokenFile(state));
    assertThat(of("127.0.0.1").token()).map(ControlToken::text).contains(token.text());
    assertThat(of("::1").token()).isPresent();
    assertThat(of("192.0.2.7").token()).isEmpty();
    assertThat(of("2001:db8::7").token()).isEmpty();
  }
}
