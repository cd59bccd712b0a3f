package dev.fugitive.client.transfer.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.transfer.upload.UploadAction.Rest;
import dev.fugitive.client.transfer.upload.UploadAction.Say;
import dev.fugitive.client.transfer.upload.UploadAction.SendChunks;
import dev.fugitive.client.transfer.upload.UploadAction.WaitUntil;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import dev.fugitive.client.wire.WireLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Decisions about uploads, played on a virtual clock; sessions are letters. */
class UploadCoreTest {
  private static final int FRAME = WireLimits.MAX_PAYLOAD_BYTES;
  private static final ContentId CONTENT =
      new ContentId(ByteString.encodeUtf8("content").sha256(), 1024L * ContentId.CHUNK_BYTES);

  private UploadCore<String> core = new UploadCore<>(UploadSettings.ON, 0);
  private long now;

  @AfterEach
  void theCoreIsConsistent() {
    core.checkInvariant();
  }

  // -- slots

  @Test
  void anOpenIsAnsweredWithWhatIsHere() {
    open("A", 1, ChunkSet.range(0, 10));
    assertThat(next("A")).isEqualTo(new Say(new PeerMessage.Have(1, ChunkSet.range(0, 10))));
    assertThat(next("A")).isEqualTo(new Rest());
    assertThat(core.slotsInUse()).isOne();
  }

  @Test
  void theThreeRefusalsAreDifferent() {
    core.setSettings(UploadSettings.ON.withSlots(2, 1), now);
    assertThat(core.open("A", new PeerMessage.Open(1, CONTENT), false, now))
        .isEqualTo(new Opening.Refused());
    assertThat(next("A")).isEqualTo(refusal(1, RefusalReason.DONT_HAVE, 0));

    openWhole("A", 2);
    assertThat(core.open("A", new PeerMessage.Open(3, CONTENT), true, now))
        .isEqualTo(new Opening.Refused());
    next("A");
    assertThat(next("A")).isEqualTo(refusal(3, RefusalReason.BUSY, 250));

    core.setSettings(UploadSettings.OFF, now);
    next("A");
    core.open("A", new PeerMessage.Open(4, CONTENT), true, now);
    assertThat(next("A")).isEqualTo(refusal(4, RefusalReason.NOT_ALLOWED, 0));
  }

  @Test
  void aSlotIsReservedBeforeTheContentIsOpened() {
    core.setSettings(UploadSettings.ON.withSlots(1, 1), now);
    assertThat(core.open("A", new PeerMessage.Open(1, CONTENT), true, now))
        .isEqualTo(new Opening.Reserved(0));
    core.open("B", new PeerMessage.Open(1, CONTENT), true, now);
    assertThat(next("B")).isEqualTo(refusal(1, RefusalReason.BUSY, 250));
  }

  @Test
  void aSlotComesBackOnCloseOnTheSessionsEndAndWhereNothingIsHeld() {
    core.setSettings(UploadSettings.ON.withSlots(1, 1), now);
    openWhole("A", 1);
    core.close("A", new PeerMessage.Close(1));
    assertThat(core.takeFreed()).containsExactly(0L);
    openWhole("B", 1);
    core.closed("B");
    assertThat(core.takeFreed()).containsExactly(1L);
    core.open("C", new PeerMessage.Open(1, CONTENT), true, now);
    core.withdraw(2, RefusalReason.DONT_HAVE);
    assertThat(core.takeFreed()).containsExactly(2L);
    assertThat(next("C")).isEqualTo(refusal(1, RefusalReason.DONT_HAVE, 0));
    assertThat(core.slotsInUse()).isZero();
  }

  @Test
  void aSilentPeerLosesItsSlot() {
    openWhole("A", 1);
    next("A");
    after(Duration.ofSeconds(29));
    core.tick(now);
    assertThat(core.slotsInUse()).isOne();
    after(Duration.ofSeconds(1));
    core.tick(now);
    assertThat(core.slotsInUse()).isZero();
    assertThat(next("A")).isEqualTo(refusal(1, RefusalReason.BUSY, 250));
  }

  @Test
  void aPeerThatIsBeingServedIsNotSilent() {
    openWhole("A", 1);
    next("A");
    request("A", 1, 0, 4);
    SendChunks frame = (SendChunks) next("A");
    after(Duration.ofMinutes(5));
    core.tick(now);
    core.sent(frame, FRAME, now);
    after(Duration.ofSeconds(29));
    core.tick(now);
    assertThat(core.slotsInUse()).isOne();
  }

  @Test
  void aContentStaysOpenUntilItsFrameHasGone() {
    openWhole("A", 1);
    next("A");
    request("A", 1, 0, 8);
    SendChunks frame = (SendChunks) next("A");
    core.close("A", new PeerMessage.Close(1));
    assertThat(core.takeFreed()).isEmpty();
    core.checkInvariant();
    core.sent(frame, FRAME, now);
    assertThat(core.takeFreed()).containsExactly(frame.slot());
    assertThat(next("A")).isEqualTo(new Rest());
  }

  @Test
  void sharingSwitchedOffWithdrawsEverySlot() {
    openWhole("A", 1);
    next("A");
    request("A", 1, 0, 512);
    core.setSettings(UploadSettings.OFF, now);
    assertThat(next("A")).isEqualTo(refusal(1, RefusalReason.NOT_ALLOWED, 0));
    assertThat(next("A")).isEqualTo(new Rest());
    assertThat(core.takeFreed()).hasSize(1);
  }

  // -- requests

  @Test
  void requestedChunksGoInFrames() {
    openWhole("A", 7);
    next("A");
    request("A", 7, 1, 6);
    assertThat(next("A")).isEqualTo(new SendChunks(0, 7, 1, 3, 3 << 14));
    assertThat(next("A")).isEqualTo(new SendChunks(0, 7, 4, 3, 3 << 14));
    assertThat(next("A")).isEqualTo(new Rest());
  }

  @Test
  void chunksThatAreNotHereAreAnsweredWithWhatIs() {
    open("A", 1, ChunkSet.of(0, 1, 5));
    next("A");
    request("A", 1, 0, 8);
    assertThat(next("A")).isEqualTo(new Say(new PeerMessage.Have(1, ChunkSet.of(0, 1, 5))));
    assertThat(next("A")).isEqualTo(new SendChunks(0, 1, 0, 2, 2 << 14));
    assertThat(next("A")).isEqualTo(new SendChunks(0, 1, 5, 1, 1 << 14));
    assertThat(next("A")).isEqualTo(new Rest());
  }

  @Test
  void aCancelTakesEffectWithTheNextFrame() {
    openWhole("A", 1);
    next("A");
    request("A", 1, 0, 512);
    next("A");
    core.cancel("A", new PeerMessage.Cancel(1, 0, WireLimits.MAX_CHUNKS), now);
    assertThat(next("A")).isEqualTo(new Rest());
  }

  @Test
  void whatNoHonestPeerDoesIsNamed() {
    openWhole("A", 1);
    assertThat(core.open("A", new PeerMessage.Open(1, CONTENT), true, now))
        .isEqualTo(new Opening.Violation("transfer id: 1 (expected: one that is not in use)"));
    assertThat(core.request("A", new PeerMessage.Request(1, 1020, 5), now))
        .contains("chunk requested: 1024 (expected: below 1024)");
    request("A", 1, 0, 512);
    assertThat(core.request("A", new PeerMessage.Request(1, 600, 1), now))
        .contains("bytes requested and not sent: 8404992 (expected: at most 8388608)");
  }

  /** Each content has a window of its own, of 8 MiB at most, and a fast path is known at once. */
  @Test
  void whoFetchesManyContentsAtOnceIsHonest() {
    for (int transfer = 0; transfer < UploadSettings.ON.slotsPerPeer(); transfer++) {
      openWhole("A", transfer);
      request("A", transfer, 0, 64);
    }
  }

  @Test
  void requestsWithoutEndAreNamed() {
    openWhole("A", 1);
    int requests = 0;
    while (core.request("A", new PeerMessage.Request(1, requests * 2 % 1000, 1), now).isEmpty()) {
      requests++;
    }
    assertThat(requests).isEqualTo(512);
  }

  @Test
  void aPeerThatReadsNoAnswersIsNamed() {
    core.setSettings(UploadSettings.OFF, now);
    int opens = 0;
    while (core.open("A", new PeerMessage.Open(opens, CONTENT), true, now)
        instanceof Opening.Refused) {
      opens++;
    }
    assertThat(opens).isEqualTo(SessionQueue.MAX_ANSWERS);
  }

  @Test
  void requestsOfUnknownTransfersAreCounted() {
    assertThat(core.request("A", new PeerMessage.Request(1, 0, 1), now)).isEmpty();
    assertThat(core.counters().strayMessages).isOne();
    assertThat(next("A")).isEqualTo(new Rest());
  }

  // -- growing contents

  @Test
  void manyWhoWaitForGrowthHearOfItLessOften() {
    Map<String, Long> slots = new HashMap<>();
    for (int i = 0; i < 15; i++) {
      slots.put("A" + i, open("A" + i, 1, ChunkSet.range(0, 1)));
      next("A" + i);
    }
    int said = 0;
    for (int step = 1; step <= 60; step++) {
      after(Duration.ofMillis(50));
      ChunkSet here = ChunkSet.range(0, 1 + step);
      slots.values().forEach(slot -> core.grown(slot, here, now));
      for (String session : slots.keySet()) {
        said += next(session) instanceof Say ? 1 : 0;
      }
    }
    assertThat(said).isBetween(15 * 6, 3 * 50);
  }

  @Test
  void growthIsToldAfterAWhileOrAGoodPart() {
    long slot = open("A", 1, ChunkSet.range(0, 1));
    next("A");
    core.grown(slot, ChunkSet.range(0, 2), now);
    assertThat(next("A")).isEqualTo(new Rest());
    after(Duration.ofMillis(50));
    core.grown(slot, ChunkSet.range(0, 2), now);
    assertThat(next("A")).isEqualTo(new Say(new PeerMessage.Have(1, ChunkSet.range(0, 2))));
    core.grown(slot, ChunkSet.range(0, 65), now);
    assertThat(next("A")).isEqualTo(new Rest());
    core.grown(slot, ChunkSet.range(0, 66), now);
    assertThat(next("A")).isEqualTo(new Say(new PeerMessage.Have(1, ChunkSet.range(0, 66))));
    assertThat(core.growing()).containsExactly(slot);
    after(Duration.ofMillis(50));
    core.grown(slot, ChunkSet.all(CONTENT), now);
    assertThat(core.growing()).isEmpty();
    assertThat(core.growingSlot("A", 1)).isEmpty();
  }

  // -- rate

  @Test
  void theRateIsSharedInTurns() {
    core = new UploadCore<>(UploadSettings.ON.withRate(10L * FRAME), now);
    Map<String, Integer> frames = new HashMap<>();
    for (String session : new String[] {"A", "B", "C"}) {
      openWhole(session, 1);
      next(session);
      request(session, 1, 0, 512);
    }
    long end = Duration.ofSeconds(6).toNanos();
    while (now < end) {
      long earliest = Long.MAX_VALUE;
      for (String session : new String[] {"A", "B", "C"}) {
        UploadAction action = next(session);
        while (action instanceof SendChunks frame) {
          core.sent(frame, FRAME, now);
          frames.merge(session, 1, Integer::sum);
          action = next(session);
        }
        earliest = Math.min(earliest, ((WaitUntil) action).nanos());
      }
      now = earliest;
    }
    assertThat(frames.values()).allMatch(count -> count >= 20 && count <= 21);
  }

  @Test
  void whatCompressionSavesCanBeSent() {
    core = new UploadCore<>(UploadSettings.ON.withRate(FRAME), now);
    openWhole("A", 1);
    next("A");
    request("A", 1, 0, 12);
    core.sent((SendChunks) next("A"), FRAME / 2, now);
    assertThat(next("A")).isEqualTo(new WaitUntil(Duration.ofMillis(450).toNanos()));
    assertThat(core.counters().payloadBytes).isEqualTo(FRAME / 2);
    assertThat(core.counters().plainBytes).isEqualTo(FRAME);
  }

  @Test
  void anAnswerDoesNotWaitForTheRate() {
    core = new UploadCore<>(UploadSettings.ON.withRate(1024), now);
    openWhole("A", 1);
    next("A");
    request("A", 1, 0, 12);
    core.sent((SendChunks) next("A"), FRAME, now);
    assertThat(next("A")).isInstanceOf(WaitUntil.class);
    openWhole("A", 2);
    assertThat(core.takeReady()).contains("A");
    assertThat(next("A")).isInstanceOf(Say.class);
  }

  @Test
  void aCancelledTurnIsGivenToOthers() {
    core = new UploadCore<>(UploadSettings.ON.withRate(FRAME), now);
    openWhole("A", 1);
    openWhole("B", 1);
    next("A");
    next("B");
    request("A", 1, 0, 12);
    core.sent((SendChunks) next("A"), FRAME, now);
    WaitUntil waiting = (WaitUntil) next("A");
    core.cancel("A", new PeerMessage.Cancel(1, 0, 512), now);
    assertThat(next("A")).isEqualTo(new Rest());
    request("B", 1, 0, 4);
    assertThat(next("B")).isEqualTo(waiting);
  }

  @Test
  void anotherRateFreesWhoWaits() {
    core = new UploadCore<>(UploadSettings.ON.withRate(1024), now);
    openWhole("A", 1);
    next("A");
    request("A", 1, 0, 12);
    core.sent((SendChunks) next("A"), FRAME, now);
    assertThat(next("A")).isInstanceOf(WaitUntil.class);
    core.takeReady();
    core.setSettings(UploadSettings.ON, now);
    assertThat(core.takeReady()).containsExactly("A");
    assertThat(next("A")).isInstanceOf(SendChunks.class);
  }

  @Test
  void afterShutDownNothingIsAllowedAnyMore() {
    openWhole("A", 1);
    core.shutDown(now);
    assertThat(core.slotsInUse()).isZero();
    core.setSettings(UploadSettings.ON, now);
    assertThat(core.open("B", new PeerMessage.Open(1, CONTENT), true, now))
        .isEqualTo(new Opening.Refused());
  }

  private long openWhole(String session, int transferId) {
    return open(session, transferId, ChunkSet.all(CONTENT));
  }

  private long open(String session, int transferId, ChunkSet here) {
    Opening opening = core.open(session, new PeerMessage.Open(transferId, CONTENT), true, now);
    long slot = ((Opening.Reserved) opening).slot();
    assertThat(core.opened(slot, here, now)).isTrue();
    return slot;
  }

  private void request(String session, int transferId, int first, int count) {
    assertThat(core.request(session, new PeerMessage.Request(transferId, first, count), now))
        .isEmpty();
  }

  private UploadAction next(String session) {
    UploadAction action = core.next(session, now);
    core.checkInvariant();
    return action;
  }

  private void after(Duration time) {
    now += time.toNanos();
  }

  private static Say refusal(int transferId, RefusalReason reason, int retryAfterMillis) {
    return new Say(new PeerMessage.Refuse(transferId, reason, retryAfterMillis));
  }
}
