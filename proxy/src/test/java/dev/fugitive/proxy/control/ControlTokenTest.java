package dev.fugitive.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control API's secret: made once, for its owner alone. */
final class ControlTokenTest {
  @TempDir private Path directory;

  @Test
  void itIsMadeOnceAndStaysTheSame() throws IOException {
    Path file = directory.resolve("state/control-token");
    assertThat(ControlToken.load(file)).isEmpty();
    ControlToken made = ControlToken.loadOrCreate(file);
    assertThat(made.text()).hasSize(43);
    assertThat(ControlToken.loadOrCreate(file).text()).isEqualTo(made.text());
    assertThat(ControlToken.random().text()).isNotEqualTo(made.text());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var left = Files.list(file.getParent())) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aFileThatOthersMayReadOrThatIsDamagedIsRefused() throws IOException {
    Path file = directory.resolve("control-token");
    ControlToken.loadOrCreate(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> ControlToken.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("open to others");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "x\n");
    assertThatThrownBy(() -> ControlToken.loadOrCreate(file)).hasMessageContaining("damaged");
  }

  @Test
  void itIsShownAsABearerTokenAndOnlyWhole() {
    ControlToken token = ControlToken.random();
    assertThat(token.isShownBy("Bearer " + token.text())).isTrue();
    assertThat(token.isShownBy("bearer " + token.text())).isTrue();
    assertThat(token.isShownBy("Bearer" + token.text())).isFalse();
    assertThat(token.isShownBy("Bearer " + token.text().substring(0, 42))).isFalse();
    assertThat(token.isShownBy("Bearer " + ControlToken.random().text())).isFalse();
    assertThat(token.isShownBy("")).isFalse();
    assertThat(token).asString().doesNotContain(token.text());
  }
}
