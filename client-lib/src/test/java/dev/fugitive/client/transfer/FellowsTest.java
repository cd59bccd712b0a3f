package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SwarmAction.OpenOrigin;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How those who may fetch the same content are found. */
class FellowsTest {
  private static final long MILLI = 1_000_000;
  private static final int CHUNKS = 64;
  private static final PeerId SELF = Peers.named(1_000);
  private static final List<PeerId> OTHERS =
      IntStream.rangeClosed(1, 15).mapToObj(Peers::named).toList();

  private final SwarmCore core =
      new SwarmCore(Peers.content(CHUNKS), SELF, FetchPolicy.OFFLOAD, true, 0);

  @Test
  void thoseWhoStartALittleLaterAreAllAskedAgainAtOnce() {
    assertThat(
            opened(
                on(
                    0,
                    peer ->
                        new SwarmEvent.PeerJoined(
                            peer, PathEstimate.UNKNOWN, SwarmEvent.Standing.FELLOW, true))))
        .containsExactlyInAnyOrderElementsOf(OTHERS);
    on(40, peer -> new SwarmEvent.PeerRefused(peer, RefusalReason.DONT_HAVE, 0));
    List<PeerId> again = opened(on(60, peer -> new SwarmEvent.PeerReads(peer, true)));
    assertThat(again).containsExactlyInAnyOrderElementsOf(OTHERS);
  }

  @Test
  void theOriginIsNotAskedBeforeAnybodyHadTheTimeToAnswer() {
    on(
        0,
        peer ->
            new SwarmEvent.PeerJoined(
                peer, PathEstimate.UNKNOWN, SwarmEvent.Standing.FELLOW, true));
    long before = SwarmLimits.MAX_FELLOW_PATIENCE_NANOS - 1;
    assertThat(core.on(new SwarmEvent.Tick(), before)).noneMatch(FellowsTest::asksOrigin);
    assertThat(core.on(new SwarmEvent.Tick(), before + 1)).anyMatch(FellowsTest::asksOrigin);
  }

  @Test
  void whereOthersAnswerSoonASilentOneIsNotWaitedForLong() {
    on(
        0,
        peer ->
            new SwarmEvent.PeerJoined(
                peer, PathEstimate.UNKNOWN, SwarmEvent.Standing.FELLOW, true));
    List<SwarmEvent> refusals =
        OTHERS.subList(1, OTHERS.size()).stream()
            .<SwarmEvent>map(peer -> new SwarmEvent.PeerRefused(peer, RefusalReason.DONT_HAVE, 0))
            .toList();
    assertThat(core.on(refusals, 30 * MILLI)).noneMatch(FellowsTest::asksOrigin);
    assertThat(core.on(new SwarmEvent.Tick(), SwarmLimits.FELLOW_PATIENCE_NANOS))
        .anyMatch(FellowsTest::asksOrigin);
  }

  @Test
  void whereAllSayThatTheyHaveNothingTheOriginIsAskedAtOnce() {
    on(
        0,
        peer ->
            new SwarmEvent.PeerJoined(
                peer, PathEstimate.UNKNOWN, SwarmEvent.Standing.FELLOW, true));
    assertThat(on(30, peer -> new SwarmEvent.PeerRefused(peer, RefusalReason.DONT_HAVE, 0)))
        .anyMatch(FellowsTest::asksOrigin);
  }

  @Test
  void aRangeThatGivesNothingDoesNotKeepTheReaderFromTheOrigin() {
    PeerId fellow = OTHERS.getFirst();
    SwarmScript crowd = SwarmScript.offload(CHUNKS);
    crowd.on(new SwarmEvent.PeerJoined(fellow, SwarmScript.LAN, SwarmEvent.Standing.FELLOW, true));
    crowd.on(SwarmScript.has(fellow, 0, 0), new SwarmEvent.PeerReads(fellow, true)).after(1_000);
    OpenOrigin own = onlyOpened(crowd);
    int elsewhere = own.fromChunk() == 0 ? own.untilChunk() : 0;
    crowd.on(new SwarmEvent.DemandMoved((long) elsewhere * ContentId.CHUNK_BYTES));
    long patience = SwarmLimits.CROWD_PATIENCE_NANOS / MILLI;
    for (long passed = 0; passed <= patience; passed += 500) {
      crowd.after(500).on(new SwarmEvent.PeerAnswers(fellow));
    }
    assertThat(onlyOpened(crowd).fromChunk()).isEqualTo(elsewhere);
  }

  private static OpenOrigin onlyOpened(SwarmScript script) {
    List<SwarmAction> opened = script.take().stream().filter(OpenOrigin.class::isInstance).toList();
    assertThat(opened).hasSize(1);
    return (OpenOrigin) opened.getFirst();
  }

  private List<SwarmAction> on(long millis, Function<PeerId, SwarmEvent> event) {
    return core.on(OTHERS.stream().map(event).toList(), millis * MILLI);
  }

  private static List<PeerId> opened(List<SwarmAction> actions) {
    return actions.stream()
        .filter(SwarmAction.Open.class::isInstance)
        .map(action -> ((SwarmAction.Open) action).peer())
        .toList();
  }

  private static boolean asksOrigin(SwarmAction action) {
    return action instanceof SwarmAction.OpenOrigin;
  }
}
