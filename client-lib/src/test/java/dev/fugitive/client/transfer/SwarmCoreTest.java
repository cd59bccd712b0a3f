package dev.fugitive.client.transfer;

import static dev.fugitive.client.transfer.Peers.A;
import static dev.fugitive.client.transfer.Peers.B;
import static dev.fugitive.client.transfer.Peers.C;
import static dev.fugitive.client.transfer.SwarmScript.arrived;
import static dev.fugitive.client.transfer.SwarmScript.cancel;
import static dev.fugitive.client.transfer.SwarmScript.close;
import static dev.fugitive.client.transfer.SwarmScript.finished;
import static dev.fugitive.client.transfer.SwarmScript.has;
import static dev.fugitive.client.transfer.SwarmScript.joined;
import static dev.fugitive.client.transfer.SwarmScript.latency;
import static dev.fugitive.client.transfer.SwarmScript.ofLength;
import static dev.fugitive.client.transfer.SwarmScript.offload;
import static dev.fugitive.client.transfer.SwarmScript.open;
import static dev.fugitive.client.transfer.SwarmScript.refused;
import static dev.fugitive.client.transfer.SwarmScript.request;
import static dev.fugitive.client.transfer.SwarmScript.withoutOrigin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.client.transfer.SwarmAction.Ban;
import dev.fugitive.client.transfer.SwarmAction.Cancel;
import dev.fugitive.client.transfer.SwarmAction.CancelOrigin;
import dev.fugitive.client.transfer.SwarmAction.Failed;
import dev.fugitive.client.transfer.SwarmAction.OpenOrigin;
import dev.fugitive.client.transfer.SwarmAction.Request;
import dev.fugitive.client.transfer.SwarmEvent.AlreadyHere;
import dev.fugitive.client.transfer.SwarmEvent.DemandMoved;
import dev.fugitive.client.transfer.SwarmEvent.OriginArrived;
import dev.fugitive.client.transfer.SwarmEvent.OriginEnded;
import dev.fugitive.client.transfer.SwarmEvent.OriginFailed;
import dev.fugitive.client.transfer.SwarmEvent.PeerJoined;
import dev.fugitive.client.transfer.SwarmEvent.PeerLeft;
import dev.fugitive.client.transfer.SwarmEvent.PeerLied;
import dev.fugitive.client.transfer.SwarmEvent.PeerStrands;
import dev.fugitive.client.transfer.SwarmEvent.ReaderGone;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SwarmCoreTest {
  // ---- one peer

  @Test
  void onePeerGivesEverything() {
    offload(6)
        .on(joined(A))
        .expect(open(A))
        .on(has(A, 0, 6))
        .expect(request(A, 0, 4), request(A, 4, 2))
        .on(arrived(A, 0, 4))
        .expectNothing()
        .on(arrived(A, 4, 2))
        .expect(close(A), finished());
  }

  @Test
  void aLastChunkOfOneByteIsFetchedLikeAnyOther() {
    ofLength(10 * 16384 + 1, false)
        .on(joined(A))
        .expect(open(A))
        .on(has(A, 0, 11))
        .expect(request(A, 0, 4), request(A, 4, 4), request(A, 8, 3))
        .on(arrived(A, 0, 4), arrived(A, 4, 4), arrived(A, 8, 2))
        .expectNothing()
        .on(arrived(A, 10, 1))
        .expect(close(A), finished());
  }

  @Test
  void whatAPartialHolderGainsIsAskedForAsItGrows() {
    withoutOrigin(8)
        .on(joined(A))
        .expect(open(A))
        .on(has(A, 2, 3))
        .expect(request(A, 2, 1))
        .on(has(A, 2, 8))
        .expect(request(A, 3, 1), request(A, 4, 4));
  }

  @Test
  void theReadersNextChunksAreAskedForFirst() {
    List<SwarmAction> actions =
        offload(1000)
            .on(new DemandMoved(500 * 16384L), joined(A))
            .expect(open(A))
            .on(has(A, 0, 1000))
            .take();
    assertThat(actions).first().isEqualTo(request(A, 500, 4));
  }

  @Test
  void whoHasNeverGivenAnythingIsAskedForOneChunkFirst() {
    withoutOrigin(8)
        .on(new PeerJoined(A, PathEstimate.UNKNOWN, SwarmEvent.Standing.HOLDER, false))
        .expect(open(A))
        .on(has(A, 0, 8))
        .expect(request(A, 0, 1))
        .on(arrived(A, 0, 1))
        .expect(request(A, 1, 3), request(A, 4, 4));
  }

  @Test
  void whoHasNeverGivenAnythingIsAskedForOneChunkInAHedgeToo() {
    offload(8)
        .holder(A)
        .expectAmong(request(A, 0, 4))
        .on(new PeerJoined(B, SwarmScript.LAN, SwarmEvent.Standing.HOLDER, false))
        .expect(open(B))
        .on(has(B, 0, 8))
        .after(700)
        .expectAmong(request(B, 0, 1));
  }

  @Test
  void theReaderLeavingFreesEverybodyAtOnce() {
    SwarmScript script = offload(100).holder(A);
    script.take();
    script.on(new ReaderGone()).expect(close(A));
    assertThat(script.core().isDone()).isTrue();
    script.on(arrived(A, 0, 4)).expectNothing();
  }

  // ---- refusals

  @Test
  void oneRefusalDoesNotCancelWhatOthersServe() {
    offload(4)
        .on(joined(A), joined(B))
        .expect(open(A), open(B))
        .on(refused(A, RefusalReason.NOT_ALLOWED, 0))
        .expectNothing()
        .on(has(B, 0, 4))
        .expect(request(B, 0, 4))
        .on(arrived(B, 0, 4))
        .expect(close(B), finished());
  }

  @Test
  void aBusyPeerIsAskedAgainAfterItsTime() {
    withoutOrigin(4)
        .on(joined(A))
        .expect(open(A))
        .on(refused(A, RefusalReason.BUSY, 300))
        .expectNothing()
        .after(299)
        .expectNothing()
        .after(2)
        .expect(open(A));
  }

  @Test
  void aPeerThatDoesNotHaveItIsNotAskedAgain() {
    offload(4)
        .on(joined(A))
        .expect(open(A))
        .on(refused(A, RefusalReason.DONT_HAVE, 0))
        .expect(new OpenOrigin(1, 0, 4))
        .on(joined(A))
        .expectNothing();
  }

  @Test
  void aWithdrawnSlotsChunksAreAskedOfOthers() {
    SwarmScript script = withoutOrigin(4).holder(A);
    script.expect(request(A, 0, 4)).holder(B).expectNothing();
    script
        .on(refused(A, RefusalReason.BUSY, 1000))
        .expect(request(B, 0, 4))
        .on(arrived(B, 0, 4))
        .expect(close(B), finished());
  }

  @Test
  void aPeerThatIsAlwaysBusyIsGivenUp() {
    SwarmScript script = withoutOrigin(4).on(joined(A));
    for (int i = 0; i < SwarmLimits.MAX_BUSY_ANSWERS - 1; i++) {
      script.expect(open(A)).on(refused(A, RefusalReason.BUSY, 50)).after(51);
    }
    script.expect(open(A)).on(refused(A, RefusalReason.BUSY, 50));
    assertThat(script.take()).singleElement().isInstanceOf(Failed.class);
  }

  // ---- lies

  @Test
  void aLiarIsBannedAndNothingElseIsLost() {
    SwarmScript script = withoutOrigin(4).holder(A);
    script.expect(request(A, 0, 4)).holder(B).expectNothing();
    script
        .on(new PeerLied(A, "chunk 0 proves false"))
        .expect(new Ban(A, "chunk 0 proves false"), request(B, 0, 4))
        .on(joined(A))
        .expectNothing();
  }

  @Test
  void theLastLiarsEndIsToldWithItsReason() {
    SwarmScript script = withoutOrigin(4).holder(A);
    script.take();
    script.on(new PeerLied(A, "no proof"));
    assertThat(script.take().getLast())
        .isInstanceOfSatisfying(
            Failed.class,
            failed ->
                assertThat(failed.reasons())
                    .containsExactly(
                        A.shortName() + " lied: no proof", "the origin cannot be asked"));
  }

  // ---- silence

  @Test
  void aSilentPeersChunksAreAskedOfOthersWithinTwoSeconds() {
    SwarmScript script = withoutOrigin(8).holder(A);
    script.expect(request(A, 0, 4), request(A, 4, 4)).on(arrived(A, 0, 4)).expectNothing();
    script.on(joined(B)).expect(open(B)).on(has(B, 4, 8));
    script.after(501).expectAmong(request(B, 4, 4));
  }

  @Test
  void aSilentPeerMayComeBack() {
    SwarmScript script = withoutOrigin(4).holder(A);
    script.expect(request(A, 0, 4)).after(2500).expectNothing();
    script.on(arrived(A, 0, 4)).expect(close(A), finished());
  }

  @Test
  void whatOthersBroughtMeanwhileIsTakenBackFromASilentPeer() {
    SwarmScript script = withoutOrigin(4).holder(A);
    script.expect(request(A, 0, 4)).after(2001);
    script.on(joined(B)).expect(open(B)).on(has(B, 0, 4)).expect(request(B, 0, 4));
    script.on(arrived(B, 0, 4)).expect(cancel(A, 0, 4), close(A), close(B), finished());
  }

  @Test
  void aPeerThatStaysSilentIsGivenUp() {
    SwarmScript script = withoutOrigin(4).holder(A);
    script.expect(request(A, 0, 4)).on(joined(B)).after(9100);
    assertThat(script.take()).contains(close(A), open(B));
  }

  @Test
  void theLastPeerIsWaitedForHoweverOftenItIsSilent() {
    SwarmScript script = withoutOrigin(4).holder(A);
    script.expect(request(A, 0, 4)).after(29_900).expectNothing();
    script.on(arrived(A, 0, 4)).expect(close(A), finished());
  }

  @Test
  void theLastPeerIsNotWaitedForForEver() {
    SwarmScript script = withoutOrigin(4).holder(A);
    script.expect(request(A, 0, 4)).after(30_001);
    assertThat(script.take())
        .contains(new Failed(List.of(A.shortName() + " is SILENT", "the origin cannot be asked")));
  }

  @Test
  void whatWentDownWithAStrandIsAskedForAgain() {
    SwarmScript script = withoutOrigin(400).holder(A).on(new PeerStrands(A, 4), arrived(A, 0, 4));
    script.take();
    for (int frame = 2; frame < 7; frame++) {
      script.after(300).on(arrived(A, 4 * frame, 4));
    }
    assertThat(script.take()).noneMatch(Cancel.class::isInstance);
    for (int frame = 7; frame < 40; frame++) {
      script.after(300).on(arrived(A, 4 * frame, 4));
    }
    assertThat(script.take())
        .containsOnlyOnce(cancel(A, 4, 1), cancel(A, 5, 1), cancel(A, 6, 1), cancel(A, 7, 1))
        .containsOnlyOnce(request(A, 4, 4));
  }

  @Test
  void overOneStrandNothingIsOvertakenAndNothingAskedForTwice() {
    SwarmScript script = withoutOrigin(400).holder(A).on(arrived(A, 0, 4));
    for (int frame = 2; frame < 20; frame++) {
      script.after(300).on(arrived(A, 4 * frame, 4));
    }
    assertThat(script.take()).noneMatch(Cancel.class::isInstance);
  }

  @Test
  void aPeerThatNeverAnswersIsNotWaitedForByTheReader() {
    offload(4).on(joined(A)).expect(open(A)).after(1001).expect(new OpenOrigin(1, 0, 4));
  }

  @Test
  void aPeerThatLeftMayJoinAgain() {
    SwarmScript script = offload(4).holder(A);
    script
        .expect(request(A, 0, 4))
        .on(new PeerLeft(A, "closed"), joined(A))
        .expect(open(A))
        .on(has(A, 0, 4))
        .expect(request(A, 0, 4));
  }

  // ---- several peers

  @Test
  void smallContentsOccupyFewSlots() {
    List<SwarmEvent> joins =
        Stream.iterate(1, i -> i + 1)
            .limit(20)
            .<SwarmEvent>map(i ->
                new PeerJoined(
                    Peers.named(i), PathEstimate.UNKNOWN, SwarmEvent.Standing.HOLDER, true))
            .toList();
    assertThat(offload(4).on(joins.toArray(SwarmEvent[]::new)).take()).hasSize(2);
    assertThat(offload(4000).on(joins.toArray(SwarmEvent[]::new)).take())
        .hasSize(SwarmLimits.MAX_OPEN_PEERS);
  }

  @Test
  void whereThoseWhoAreOpenLackWhatIsNeededMoreAreOpened() {
    SwarmScript script = withoutOrigin(8).on(joined(A), joined(B), joined(C));
    script
        .expect(open(A), open(B))
        .on(has(A, 4, 6), has(B, 5, 8))
        .expect(request(A, 4, 2), request(B, 6, 2), open(C));
  }

  @Test
  void whatIsHereFromBeforeIsNotAskedFor() {
    withoutOrigin(8)
        .on(new AlreadyHere(ChunkSet.range(0, 5)), joined(A))
        .expect(open(A))
        .on(has(A, 0, 8))
        .expect(request(A, 5, 3));
  }

  @Test
  void theNearestPeersAreOpenedFirst() {
    offload(4)
        .on(
            new PeerJoined(A, new PathEstimate(1e6, 90_000_000), SwarmEvent.Standing.HOLDER, true),
            new PeerJoined(B, new PathEstimate(1e6, 3_000_000), SwarmEvent.Standing.HOLDER, true),
            new PeerJoined(C, new PathEstimate(1e6, 20_000_000), SwarmEvent.Standing.HOLDER, true))
        .expect(open(B), open(C));
  }

  @Test
  void aFrameThatBlocksTheReaderAndIsLateIsHedged() {
    SwarmScript script = withoutOrigin(4).holder(A);
    script.expect(request(A, 0, 4)).on(joined(B)).expect(open(B)).on(has(B, 0, 4)).after(400);
    script.expectNothing().after(101).expect(request(B, 0, 4));
    script.on(arrived(B, 0, 4)).expect(cancel(A, 0, 4), close(A), close(B), finished());
  }

  @Test
  void bytesThatCameTwiceAreCounted() {
    SwarmScript script = withoutOrigin(8).holder(A);
    script.take();
    script.on(arrived(A, 0, 4), arrived(A, 0, 4));
    assertThat(script.core().wastedBytes()).isEqualTo(4 * 16384);
  }

  // ---- the origin, to offload

  @Test
  void withoutHoldersTheOriginStartsAtOnce() {
    offload(8).on(new DemandMoved(0)).expect(new OpenOrigin(1, 0, 8));
  }

  @Test
  void theOriginIsNotAskedWhilePeersServe() {
    SwarmScript script = offload(8).holder(A);
    script.expect(request(A, 0, 4), request(A, 4, 4)).after(900).expectNothing();
  }

  @Test
  void theOriginGoesOnFromTheFirstMissingChunkWhenPeersVanish() {
    SwarmScript script = offload(8).holder(A);
    script
        .expect(request(A, 0, 4), request(A, 4, 4))
        .on(arrived(A, 0, 4), new DemandMoved(2 * 16384))
        .expectNothing()
        .on(new PeerLeft(A, "killed"))
        .expect(new OpenOrigin(1, 4, 8))
        .on(new OriginArrived(1, 4, 4))
        .expect(new CancelOrigin(1), finished());
  }

  @Test
  void whatNobodyHoldsIsAskedOfTheOriginUntilWherePeersHelp() {
    SwarmScript script = offload(200).on(joined(A)).expect(open(A)).on(has(A, 100, 200));
    script.take();
    script.after(199).expectNothing().after(2);
    assertThat(script.take())
        .singleElement()
        .isInstanceOfSatisfying(
            OpenOrigin.class,
            origin -> {
              assertThat(origin.fromChunk()).isZero();
              assertThat(origin.untilChunk()).isBetween(100, 200);
            });
  }

  @Test
  void aBrokenOriginIsResumedWhereItBroke() {
    SwarmScript script = offload(8).on(new DemandMoved(0)).expect(new OpenOrigin(1, 0, 8));
    script
        .on(new OriginArrived(1, 0, 3))
        .expectNothing()
        .on(new OriginFailed(1, "reset"))
        .expectNothing()
        .after(101)
        .expect(new OpenOrigin(2, 3, 8));
  }

  @Test
  void anOriginThatEndsEarlyIsResumed() {
    offload(8)
        .on(new DemandMoved(0))
        .expect(new OpenOrigin(1, 0, 8))
        .on(new OriginArrived(1, 0, 3), new OriginEnded(1))
        .after(101)
        .expect(new OpenOrigin(2, 3, 8));
  }

  @Test
  void anOriginThatFallsSilentIsAskedAnew() {
    SwarmScript script = offload(8).on(new DemandMoved(0)).expect(new OpenOrigin(1, 0, 8));
    script
        .on(new OriginArrived(1, 0, 3))
        .after(9_999)
        .expectNothing()
        .after(1)
        .expect(new CancelOrigin(1))
        .after(100)
        .expect(new OpenOrigin(2, 3, 8));
  }

  @Test
  void anOriginThatTakesMinutesForAChunkIsReadAllTheSame() {
    SwarmScript script = offload(8).on(new DemandMoved(0)).expect(new OpenOrigin(1, 0, 8));
    for (int look = 0; look < 20; look++) {
      script.after(9_000).heard(1);
    }
    script.expectNothing().on(new OriginArrived(1, 0, 8)).expect(new CancelOrigin(1), finished());
  }

  @Test
  void bytesOfARangeThatIsNoLongerReadAreNoProgress() {
    SwarmScript script = offload(8).on(new DemandMoved(0)).expect(new OpenOrigin(1, 0, 8));
    script.on(new OriginArrived(1, 0, 3)).after(10_101);
    script.expect(new CancelOrigin(1), new OpenOrigin(2, 3, 8));
    script.after(9_999).heard(1).after(69_899).expectNothing().after(1);
    assertThat(script.take())
        .hasAtLeastOneElementOfType(Failed.class)
        .contains(new CancelOrigin(2));
  }

  @Test
  void anOriginMayTakeMoreThanAMinuteToAnswer() {
    SwarmScript script = offload(8).on(new DemandMoved(0)).expect(new OpenOrigin(1, 0, 8));
    script.after(89_999).expectNothing().after(1);
    assertThat(script.take())
        .contains(new Failed(List.of("the origin is being asked")), new CancelOrigin(1));
  }

  @Test
  void anOriginThatKeepsFailingIsGivenUp() {
    SwarmScript script = offload(8).on(new DemandMoved(0));
    for (int range = 1; range <= SwarmLimits.MAX_ORIGIN_FAILURES; range++) {
      script.expect(new OpenOrigin(range, 0, 8)).on(new OriginFailed(range, "refused"));
      script.after(2000);
    }
    assertThat(script.take())
        .singleElement()
        .isInstanceOfSatisfying(
            Failed.class,
            failed ->
                assertThat(failed.reasons()).containsExactly("the origin failed 5 times: refused"));
  }

  @Test
  void peersThatAppearTakeOverFromTheOrigin() {
    SwarmScript script = offload(400).on(new DemandMoved(0)).expect(new OpenOrigin(1, 0, 400));
    script.after(100).on(new OriginArrived(1, 0, 10));
    script.on(joined(A)).expect(open(A)).on(has(A, 0, 400));
    int first = ((Request) script.take().getFirst()).firstChunk();
    assertThat(first).isGreaterThanOrEqualTo(10 + SwarmLimits.ORIGIN_LEAD_CHUNKS);
    for (int chunk = first; chunk < 400; chunk += 4) {
      script.on(arrived(A, chunk, Math.min(400, chunk / 4 * 4 + 4) - chunk));
      chunk = chunk / 4 * 4;
    }
    script.take();
    script.on(new OriginArrived(1, 10, first - 10));
    assertThat(script.take()).contains(new CancelOrigin(1), finished());
  }

  // ---- the origin, for latency

  @Test
  void forLatencyTheOriginStartsWithThePeers() {
    SwarmScript script = latency(100).on(joined(A));
    assertThat(script.take())
        .contains(open(A))
        .anySatisfy(action ->
            assertThat(action)
                .isInstanceOfSatisfying(
                    OpenOrigin.class, opened -> assertThat(opened.fromChunk()).isZero()));
  }

  @Test
  void forLatencyPeersFillFromFurtherAhead() {
    SwarmScript script = latency(1000).on(joined(A));
    script.take();
    script.after(50).on(new OriginArrived(1, 0, 8)).on(has(A, 0, 1000));
    assertThat(script.take())
        .filteredOn(Request.class::isInstance)
        .allSatisfy(action ->
            assertThat(((Request) action).firstChunk())
                .isGreaterThanOrEqualTo(8 + SwarmLimits.ORIGIN_LEAD_CHUNKS));
  }

  @Test
  void forLatencyPeersThatAreAheadMakeTheOriginSuperfluous() {
    SwarmScript script = latency(64).on(joined(A));
    script.take();
    script.on(has(A, 0, 64)).take();
    for (int chunk = 0; chunk < 60; chunk += 4) {
      script.on(arrived(A, chunk, 4));
    }
    assertThat(script.take()).contains(new CancelOrigin(1));
    script.on(arrived(A, 60, 4)).expect(close(A), finished());
  }

  @Test
  void forLatencyTheOriginOvertakesWhatASlowPeerWasAskedFor() {
    SwarmScript script = latency(8).on(joined(A));
    script.take();
    script.on(has(A, 0, 8)).expect(request(A, 0, 4), request(A, 4, 4));
    script.on(new OriginArrived(1, 0, 4)).expect(cancel(A, 0, 4));
    script
        .on(new OriginArrived(1, 4, 4))
        .expect(cancel(A, 4, 4), close(A), new CancelOrigin(1), finished());
  }
}
