package dev.fugitive.client.mesh;

import static dev.fugitive.client.mesh.MeshScript.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.file.PrivateFile;
import dev.fugitive.client.mesh.BanFile.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BanFileTest {
  private static final Instant NOW = Instant.parse("2026-11-21T14:00:00Z");

  @TempDir Path directory;
  private Path path;
  private BanFile file;

  @BeforeEach
  void open() {
    path = directory.resolve("bans");
    file = new BanFile(path);
  }

  private static Kept ban(int peer, String reason, int count, Duration lasts) {
    return new Kept(peer(peer), reason, count, NOW.plus(lasts), NOW.plus(lasts.multipliedBy(4)));
  }

  @Test
  void whatIsWrittenIsReadInItsOrder() throws IOException {
    List<Kept> bans =
        List.of(
            ban(2, "claimed a for b", 3, Duration.ofMinutes(8)),
            ban(1, "", 1, Duration.ofMinutes(2)));

    file.write(bans);

    assertThat(file.read(NOW)).isEqualTo(bans);
  }

  @Test
  void nobodyElseMayReadWhomTheNodeHasMet() throws IOException {
    file.write(List.of(ban(1, "lied", 1, Duration.ofMinutes(2))));

    assertThat(PrivateFile.openness(path)).isEmpty();
  }

  @Test
  void whatIsForgottenMeanwhileIsLeftOut() throws IOException {
    file.write(
        List.of(
            ban(1, "lied", 1, Duration.ofMinutes(2)), ban(2, "lied", 1, Duration.ofMinutes(9))));

    Instant later = NOW.plus(Duration.ofMinutes(8));

    // its ban is over, and still the next one lasts longer
    assertThat(file.read(later.minusSeconds(1))).hasSize(2);
    assertThat(file.read(later)).extracting(Kept::peer).containsExactly(peer(2));
  }

  @Test
  void withoutAFileThereAreNone() {
    assertThat(file.read(NOW)).isEmpty();
  }

  @Test
  void aSpoiltLineCostsItselfAlone() throws IOException {
    file.write(List.of(ban(1, "lied", 1, Duration.ofMinutes(2))));
    String good = Files.readString(path);
    Files.writeString(
        path,
        "what is this\n"
            + good.replace(" 1 ", " one ")
            + good.replace("2026-", "twenty-")
            + good.replace("ed25519:", "rsa:")
            + "\n"
            + good);

    assertThat(file.read(NOW)).hasSize(1);
  }

  @Test
  void aStrangersWordsMakeNoLineOfTheirOwn() throws IOException {
    file.write(
        List.of(
            ban(1, "bad\n" + peer(9) + "\u2028\r\u001b[31m", 1, Duration.ofMinutes(2)),
            ban(2, "x".repeat(5_000), 1, Duration.ofMinutes(2))));

    assertThat(file.read(NOW))
        .extracting(Kept::reason)
        .containsExactly("bad?" + peer(9) + "???[31m", "x".repeat(300));
  }

  @Test
  void aClockThatWasSetBackMakesNoBanLastForYears() throws IOException {
    file.write(List.of(ban(1, "lied", 1, Duration.ofDays(1))));

    Kept read = file.read(NOW.minus(Duration.ofDays(3650))).getFirst();

    assertThat(read.until()).isEqualTo(NOW.minus(Duration.ofDays(3650 - 30)));
  }

  @Test
  void aFileThatIsMuchTooLongIsNotRead() throws IOException {
    Files.write(path, new byte[5 * 1024 * 1024]);

    assertThat(file.read(NOW)).isEmpty();
  }

  @Test
  void noMoreAreKeptThanCount() throws IOException {
    file.write(
        Collections.nCopies(BanList.MAX_PEERS + 7, ban(1, "lied", 1, Duration.ofMinutes(2))));

    assertThat(file.read(NOW)).hasSize(BanList.MAX_PEERS);
  }
}
