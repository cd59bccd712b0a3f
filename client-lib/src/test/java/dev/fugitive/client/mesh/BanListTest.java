package dev.fugitive.client.mesh;

import static dev.fugitive.client.mesh.MeshScript.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.Backoff;
import java.time.Duration;
import okio.Buffer;
import org.junit.jupiter.api.Test;

final class BanListTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final BanList bans = new BanList(new Backoff(Duration.ofMinutes(1), Duration.ofHours(1)));

  @Test
  void aBanExpires() {
    bans.add(peer(1), "bad chunk", 0);
    assertThat(bans.isBanned(peer(1), MINUTE - 1)).isTrue();
    assertThat(bans.isBanned(peer(1), MINUTE)).isFalse();
    assertThat(bans.isBanned(peer(2), 0)).isFalse();
  }

  @Test
  void theNextBanLastsTwiceAsLong() {
    bans.add(peer(1), "bad chunk", 0);
    bans.add(peer(1), "bad tree", 2 * MINUTE);
    assertThat(bans.isBanned(peer(1), 4 * MINUTE - 1)).isTrue();
    assertThat(bans.isBanned(peer(1), 4 * MINUTE)).isFalse();
    assertThat(bans.running(3 * MINUTE))
        .singleElement()
        .satisfies(ban -> {
          assertThat(ban.reason()).isEqualTo("bad tree");
          assertThat(ban.count()).isEqualTo(2);
        });
  }

  @Test
  void manyReportsOfOneLieAreOneBan() {
    for (int i = 0; i < 100; i++) {
      bans.add(peer(1), "bad chunk", i);
    }
    assertThat(bans.isBanned(peer(1), MINUTE)).isFalse();
  }

  @Test
  void whomTheUserKeepsAwayStaysAwayForThatLongAndNoLonger() {
    bans.add(peer(1), "bad chunk", 0);
    bans.keepAway(peer(1), "by the user", 90 * MINUTE, MINUTE);
    bans.add(peer(1), "bad chunk", 2 * MINUTE);
    assertThat(bans.isBanned(peer(1), 91 * MINUTE - 1)).isTrue();
    assertThat(bans.isBanned(peer(1), 91 * MINUTE)).isFalse();
    assertThat(bans.running(MINUTE)).extracting(BanList.Ban::reason).containsExactly("by the user");
  }

  @Test
  void whoIsPardonedBeginsAnew() {
    bans.add(peer(1), "bad chunk", 0);
    bans.pardon(peer(1));
    assertThat(bans.isBanned(peer(1), 1)).isFalse();
    bans.add(peer(1), "bad chunk", MINUTE);
    assertThat(bans.isBanned(peer(1), 2 * MINUTE)).isFalse();
  }

  @Test
  void inTheEndAllIsForgotten() {
    bans.add(peer(1), "bad chunk", 0);
    bans.add(peer(1), "bad chunk", 10 * MINUTE);
    assertThat(bans.isBanned(peer(1), 11 * MINUTE)).isFalse();
  }

  @Test
  void aThousandNamesOfOneLiarDoNotFillTheMemory() {
    for (int i = 0; i < BanList.MAX_PEERS + 10; i++) {
      bans.add(numbered(i), "lied", 0);
    }
    assertThat(bans.running(1)).hasSize(BanList.MAX_PEERS);
    assertThat(bans.isBanned(numbered(0), 1)).isFalse();
    assertThat(bans.isBanned(numbered(BanList.MAX_PEERS + 9), 1)).isTrue();
  }

  private static PeerId numbered(int number) {
    try (Buffer key = new Buffer()) {
      return new PeerId(key.writeInt(number).write(new byte[28]).readByteString());
    }
  }
}
