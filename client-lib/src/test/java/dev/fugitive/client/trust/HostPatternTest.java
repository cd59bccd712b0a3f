package dev.fugitive.client.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPatternTest {
  @ParameterizedTest
  @CsvSource({
    "mirror.office, mirror.office, 80, true",
    "mirror.office, MIRROR.office., 8080, true",
    "mirror.office:8080, mirror.office, 8080, true",
    "mirror.office:8080, mirror.office, 80, false",
    "mirror.office, other.office, 80, false",
    "mirror.office, a.mirror.office, 80, false",
    "mirror.office, evilmirror.office, 80, false",
    "*.office, a.b.office, 80, true",
    "*.office, office, 80, false",
    "*.office, evil-office, 80, false",
    "127.0.0.1:8081, 127.0.0.1, 8081, true",
    "'[::1]:8081', ::1, 8081, true",
    "'[::1]:8081', '[::1]', 8081, true",
    "'[::1]', ::1, 1, true",
    "::1, '[::1]', 1, true",
  })
  void aPatternNamesHosts(String pattern, String host, int port, boolean expected) {
    assertThat(HostPattern.parse(pattern).matches(host, port)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ":80",
        "a:",
        "a:0",
        "a:65536",
        "a:x",
        "a:99999999999",
        "http://a",
        "a/b",
        "*.",
        "*",
        "a b",
        "a@b",
        "*a"
      })
  void whatIsNoHostIsRefusedByName(String pattern) {
    assertThatThrownBy(() -> HostPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(pattern);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    for (String text : List.of("a.example", "a.example:81", "[::1]:8081", "*.office")) {
      assertThat(HostPattern.parse(text)).hasToString(text);
    }
  }
}
