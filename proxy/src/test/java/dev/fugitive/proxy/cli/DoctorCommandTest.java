package dev.fugitive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor on this machine, beside a proxy that runs and beside one that cannot. */
final class DoctorCommandTest {
  @TempDir Path home;

  @Test
  void besideARunningProxyNothingIsWrong() {
    Shelled shelled = new Shelled(home);
    String[] seen = new String[2];
    shelled.hold =
        server -> {
          String listen = shelled.out().replaceAll("(?s).*proxy http://([0-9.:]+),.*", "$1");
          Shelled other = new Shelled(home);
          assertThat(other.run("doctor", "--offline", "--rendezvous", "none", "--listen", listen))
              .as(other.out())
              .isZero();
          seen[0] = listen;
          seen[1] = other.out();
          Shelled.closeAtOnce(server);
        };
    assertThat(shelled.run("proxy", "--rendezvous", "none")).isZero();
    assertThat(seen[1])
        .contains("ok       proxy       answers at " + seen[0])
        .contains("ok       webrtc      the native library loads")
        .contains("warning  peers       off: no rendezvous is set")
        .doesNotContain("\u001b");
  }

  @Test
  void whatIsWrongFailsAndSaysHowItIsMended() throws Exception {
    Shelled shelled = new Shelled(home);
    shelled.environment.put("http_proxy", "http://127.0.0.1:1");
    assertThat(shelled.run("key")).isZero();
    Path key = home.resolve(".local/state/fugitive/identity");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    String[] command = {
      "doctor", "--json", "--offline", "--listen", "127.0.0.1:1", "--decrypt", "a.example"
    };
    assertThat(shelled.run(command)).isEqualTo(ExitStatus.FAILED);
    JsonObject report = JsonObject.parse(ByteString.encodeUtf8(shelled.out()));
    assertThat(report.truth("healthy")).hasValue(false);
    Map<String, JsonObject> findings = new HashMap<>();
    for (JsonObject finding : report.objects("findings")) {
      findings.put(finding.requireText("check"), finding);
    }
    assertThat(mend(findings, "secrets")).containsExactly("chmod 600 '" + key + "'");
    assertThat(mend(findings, "ca")).containsExactly("fugitive ca init --host a.example");
    assertThat(mend(findings, "system"))
        .contains("fugitive proxy", "eval \"$(fugitive system off)\"");
    assertThat(mend(findings, "java")).isEmpty();
  }

  private static List<String> mend(Map<String, JsonObject> findings, String check)
      throws ApiException {
    return Optional.ofNullable(findings.get(check)).orElseThrow().texts("mend");
  }
}
