package dev.fugitive.client.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.Contradiction;
import dev.fugitive.client.trust.TrustedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustBookTest {
  private static final PeerId OWN = Identity.generate().peerId();
  private static final PeerId GIVEN = Identity.generate().peerId();
  private static final PeerId FRIEND = Identity.generate().peerId();
  private static final Instant SINCE = Instant.parse("2026-11-21T08:00:00Z");

  @TempDir Path directory;
  private TrustFile file;
  private TrustBook book;

  @BeforeEach
  void open() {
    file = new TrustFile(directory.resolve("config/trust"));
    book = new TrustBook(OWN, Set.of(GIVEN), Optional.of(file));
  }

  @Test
  void aListIsReadBackAsItWasWritten() throws IOException {
    TrustedKey friend = new TrustedKey(FRIEND, "a friend of mine", SINCE);
    file.add(friend);
    file.add(new TrustedKey(GIVEN, "", SINCE));

    assertThat(file.read()).containsExactly(friend, new TrustedKey(GIVEN, "", SINCE));
    assertThat(file.remove(FRIEND)).isTrue();
    assertThat(file.remove(FRIEND)).isFalse();
    assertThat(file.read()).containsExactly(new TrustedKey(GIVEN, "", SINCE));
  }

  @Test
  void aKeyThatIsAddedCountsAndOneThatIsRemovedIsTold() throws IOException {
    file.add(new TrustedKey(FRIEND, "friend", SINCE));
    assertThat(book.refresh()).isEmpty();
    assertThat(book.now().keys()).containsExactlyInAnyOrder(OWN, GIVEN, FRIEND);
    book.followed(FRIEND);

    assertThat(book.status().keys())
        .contains(new TrustStatus.Entry(new TrustedKey(FRIEND, "friend", SINCE), false, 1));
    file.remove(FRIEND);
    assertThat(book.refresh()).containsExactly(FRIEND);
    assertThat(book.now().trusts(FRIEND)).isFalse();
    assertThat(book.refresh()).isEmpty();
  }

  @Test
  void whoWasGivenAtTheStartStaysWhateverTheListSays() throws IOException {
    file.add(new TrustedKey(GIVEN, "office", SINCE));
    book.refresh();
    file.remove(GIVEN);

    assertThat(book.refresh()).isEmpty();
    assertThat(book.now().trusts(GIVEN)).isTrue();
  }

  @Test
  void aListThatCannotBeReadChangesNothing() throws IOException {
    file.add(new TrustedKey(FRIEND, "friend", SINCE));
    book.refresh();
    Files.writeString(file.path(), "ed25519:nonsense\n");

    assertThat(book.refresh()).isEmpty();
    assertThat(book.now().trusts(FRIEND)).isTrue();
    assertThatThrownBy(file::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("trust:1:")
        .hasMessageContaining("KEY SINCE NAME");
  }

  @Test
  void aNameThatWouldBreakTheListIsRefused() {
    assertThatThrownBy(() -> new TrustedKey(FRIEND, "a\nb", SINCE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TrustedKey(FRIEND, "a".repeat(65), SINCE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLatestContradictionsAreShownAndAllAreCounted() {
    for (int i = 0; i < 20; i++) {
      book.contradicted(
          new Contradiction(SINCE.plusSeconds(i), "https://a.example/" + i, List.of(FRIEND), true));
    }

    assertThat(book.status().contradicted()).isEqualTo(20);
    assertThat(book.status().contradictions()).hasSize(16);
    assertThat(book.status().contradictions().getFirst().url()).isEqualTo("https://a.example/19");
  }

  @Test
  void ofManyThatLookAtOnceOneIsToldAndNobodyWaitsForAnother() throws Exception {
    file.add(new TrustedKey(FRIEND, "friend", SINCE));
    book.refresh();
    file.remove(FRIEND);
    List<Set<PeerId>> told = new ArrayList<>();
    TrustBook held = book;
    synchronized (held) {
      List<Future<Set<PeerId>>> looks = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          looks.add(threads.submit(held::refresh));
        }
        for (Future<Set<PeerId>> look : looks) {
          told.add(look.get(20, TimeUnit.SECONDS));
        }
      }
    }
    assertThat(told).filteredOn(gone -> !gone.isEmpty()).containsExactly(Set.of(FRIEND));
    assertThat(book.now().trusts(FRIEND)).isFalse();
  }
}
