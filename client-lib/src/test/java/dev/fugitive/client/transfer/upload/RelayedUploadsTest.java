package dev.fugitive.client.transfer.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.upload.UploadAction.Rest;
import dev.fugitive.client.transfer.upload.UploadAction.Say;
import dev.fugitive.client.transfer.upload.UploadAction.SendChunks;
import dev.fugitive.client.transfer.upload.UploadAction.WaitUntil;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import dev.fugitive.client.wire.WireLimits;
import java.util.List;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is passed on from one peer to another, on a virtual clock; sessions are letters. */
class RelayedUploadsTest {
  private static final int FRAME = WireLimits.MAX_PAYLOAD_BYTES;
  private static final ContentId OWN =
      new ContentId(ByteString.encodeUtf8("own").sha256(), 1024L * ContentId.CHUNK_BYTES);
  private static final ContentId OTHERS =
      new ContentId(ByteString.encodeUtf8("others").sha256(), 1024L * ContentId.CHUNK_BYTES);
  private static final List<PeerId> HOLDERS =
      List.of(new PeerId(ByteString.encodeUtf8("holder").sha256()));

  private UploadCore<String> core = new UploadCore<>(UploadSettings.ON, 0);
  private long now;

  @AfterEach
  void theCoreIsConsistent() {
    core.checkInvariant();
  }

  @Test
  void whatIsOnItsWayGoesOnWhenItComes() {
    long slot = relay("A", 1);
    core.reached(slot, HOLDERS, ChunkSet.all(OTHERS), now);
    assertThat(next("A"))
        .isEqualTo(new Say(new PeerMessage.CanReach(1, HOLDERS, ChunkSet.all(OTHERS))));
    request("A", 1, 0, 8);
    assertThat(next("A")).isEqualTo(new Rest());
    core.grown(slot, ChunkSet.range(0, 4), now);
    assertThat(core.takeReady()).contains("A");
    assertThat(next("A")).isEqualTo(new SendChunks(slot, 1, 0, 4, FRAME));
    core.grown(slot, ChunkSet.range(0, 8), now);
    assertThat(next("A")).isEqualTo(new SendChunks(slot, 1, 4, 4, FRAME));
    assertThat(next("A")).isEqualTo(new Rest());
  }

  @Test
  void whatCanBeReachedIsSaidOnceInAWhileAndOnlyTheLast() {
    long slot = relay("A", 1);
    for (int chunks = 1; chunks <= 500; chunks++) {
      core.reached(slot, HOLDERS, ChunkSet.range(0, chunks), now);
    }
    assertThat(next("A")).isEqualTo(canReach(1));
    assertThat(next("A")).isEqualTo(new Rest());
    assertThat(core.growing()).containsExactly(slot);
    now += 50_000_000;
    core.tick(now);
    assertThat(next("A")).isEqualTo(canReach(500));
    assertThat(next("A")).isEqualTo(new Rest());
    assertThat(core.growing()).isEmpty();
  }

  @Test
  void whoReadsNothingHasOneWordOfEachTransferWaiting() {
    long slot = relay("A", 1);
    for (int chunks = 1; chunks <= 500; chunks++) {
      now += 50_000_000;
      core.reached(slot, HOLDERS, ChunkSet.range(0, chunks), now);
    }
    assertThat(next("A")).isEqualTo(canReach(500));
    assertThat(next("A")).isEqualTo(new Rest());
    assertThat(core.takeViolators()).isEmpty();
  }

  @Test
  void whoLeavesTooManyAnswersUnreadIsNamedOnce() {
    long slot = relay("A", 1);
    for (int id = 2; core.takeViolators().isEmpty(); id++) {
      assertThat(id).isLessThan(2 * SessionQueue.MAX_ANSWERS);
      assertThat(core.openThrough("A", open(id), HOLDERS, now))
          .isNotInstanceOf(Opening.Violation.class);
      core.close("A", new PeerMessage.Close(id));
    }
    core.reached(slot, HOLDERS, ChunkSet.all(OTHERS), now);
    assertThat(core.takeViolators()).containsOnlyKeys("A");
    core.closed("A");
    assertThat(core.takeViolators()).isEmpty();
  }

  @Test
  void onePeerHasTwoRelaysAtMost() {
    relay("A", 1);
    relay("A", 2);
    assertThat(core.openThrough("A", open(3), HOLDERS, now)).isEqualTo(new Opening.Refused());
    assertThat(next("A")).isEqualTo(new Say(new PeerMessage.CanReach(3, HOLDERS, ChunkSet.EMPTY)));
    assertThat(next("A")).isEqualTo(refusal(3, RefusalReason.BUSY, 250));
    relay("B", 1);
  }

  @Test
  void whatComesUnaskedStays() {
    long slot = relay("A", 1);
    core.grown(slot, ChunkSet.range(0, 100), now);
    assertThat(next("A")).isEqualTo(new Rest());
    request("A", 1, 96, 8);
    assertThat(next("A")).isEqualTo(new SendChunks(slot, 1, 96, 4, FRAME));
    assertThat(next("A")).isEqualTo(new Rest());
  }

  @Test
  void whatWasTakenBackIsNotPassedOn() {
    long slot = relay("A", 1);
    request("A", 1, 0, 8);
    core.cancel("A", new PeerMessage.Cancel(1, 0, 4), now);
    core.grown(slot, ChunkSet.range(0, 8), now);
    assertThat(next("A")).isEqualTo(new SendChunks(slot, 1, 4, 4, FRAME));
    assertThat(next("A")).isEqualTo(new Rest());
  }

  @Test
  void ourOwnContentsGoFirstToTheSamePeer() {
    long own = ((Opening.Reserved) core.open("A", new PeerMessage.Open(2, OWN), true, now)).slot();
    core.opened(own, ChunkSet.all(OWN), now);
    next("A");
    long slot = relay("A", 1);
    request("A", 1, 0, 4);
    core.grown(slot, ChunkSet.range(0, 4), now);
    request("A", 2, 0, 4);
    assertThat(next("A")).isEqualTo(new SendChunks(own, 2, 0, 4, FRAME));
    assertThat(next("A")).isEqualTo(new SendChunks(slot, 1, 0, 4, FRAME));
  }

  @Test
  void relayingTakesAQuarterOfTheRate() {
    core = new UploadCore<>(UploadSettings.ON.withRate(4 * FRAME), now);
    long slot = relay("A", 1);
    request("A", 1, 0, 512);
    core.grown(slot, ChunkSet.all(OTHERS), now);
    long frames = 0;
    while (now < 8_000_000_000L) {
      switch (next("A")) {
        case SendChunks frame -> {
          frames++;
          core.sent(frame, FRAME, now);
        }
        case WaitUntil wait -> now = wait.nanos();
        case Say ignored -> {}
        case Rest ignored -> throw new AssertionError("all was sent");
      }
    }
    assertThat(frames).isBetween(8L, 10L);
    assertThat(core.counters().relayedBytes).isEqualTo(frames * FRAME);
  }

  @Test
  void relaysAreRefusedWithTheWordsOfAnyUpload() {
    core.setSettings(UploadSettings.ON.withRelaySlots(1), now);
    assertThat(core.openThrough("A", open(1), List.of(), now)).isEqualTo(new Opening.Refused());
    assertThat(next("A")).isEqualTo(refusal(1, RefusalReason.DONT_HAVE, 0));
    relay("A", 2);
    assertThat(core.openThrough("B", open(3), HOLDERS, now)).isEqualTo(new Opening.Refused());
    assertThat(next("B")).isEqualTo(new Say(new PeerMessage.CanReach(3, HOLDERS, ChunkSet.EMPTY)));
    assertThat(next("B")).isEqualTo(refusal(3, RefusalReason.BUSY, 250));
    core.setSettings(UploadSettings.ON.withRelaySlots(0), now);
    core.openThrough("C", open(4), List.of(), now);
    assertThat(next("C")).isEqualTo(refusal(4, RefusalReason.NOT_ALLOWED, 0));
    core.setSettings(UploadSettings.OFF, now);
    core.openThrough("D", open(5), HOLDERS, now);
    assertThat(next("D")).isEqualTo(refusal(5, RefusalReason.NOT_ALLOWED, 0));
  }

  @Test
  void aSlotThatLosesItsSourceIsTakenBack() {
    long slot = relay("A", 1);
    request("A", 1, 0, 8);
    core.withdraw(slot, RefusalReason.DONT_HAVE);
    assertThat(next("A")).isEqualTo(refusal(1, RefusalReason.DONT_HAVE, 0));
    assertThat(core.takeFreed()).containsExactly(slot);
    assertThat(core.slotsInUse()).isZero();
  }

  @Test
  void whatIsAwaitedCountsAsAskedFor() {
    relay("A", 1);
    request("A", 1, 0, 512);
    assertThat(core.request("A", new PeerMessage.Request(1, 512, 1), now))
        .hasValueSatisfying(words -> assertThat(words).startsWith("bytes requested and not sent"));
  }

  private long relay(String session, int transferId) {
    Opening opening = core.openThrough(session, open(transferId), HOLDERS, now);
    long slot = ((Opening.Reserved) opening).slot();
    assertThat(next(session))
        .isEqualTo(new Say(new PeerMessage.CanReach(transferId, HOLDERS, ChunkSet.EMPTY)));
    assertThat(core.opened(slot, ChunkSet.EMPTY, now)).isTrue();
    return slot;
  }

  private static Say canReach(int chunks) {
    return new Say(new PeerMessage.CanReach(1, HOLDERS, ChunkSet.range(0, chunks)));
  }

  private static PeerMessage.OpenThrough open(int transferId) {
    return new PeerMessage.OpenThrough(transferId, OTHERS);
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

  private static Say refusal(int transferId, RefusalReason reason, int retryAfterMillis) {
    return new Say(new PeerMessage.Refuse(transferId, reason, retryAfterMillis));
  }
}
