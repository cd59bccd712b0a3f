package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A flash crowd on a virtual clock: the origin sends each byte about once, whoever fails. */
class CrowdTest {
  private static final int CHUNKS_OF_8_MIB = 512;

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 16, 32})
  void thoseWhoStartTogetherFinishNearTheBoundWithOneCopy(int nodes) {
    CrowdSimulation crowd = crowd(nodes).run();
    assertFinished(crowd.nodes());
    assertThat(crowd.originCopies()).isLessThan(1.02);
    assertThat(crowd.lastSeconds()).isLessThan(1.2 * crowd.boundSeconds());
  }

  @Test
  void thoseWhoStartWithinASecondTakeOneCopyToo() {
    CrowdSimulation crowd = crowd(16);
    SplittableRandom random = new SplittableRandom(7);
    crowd.nodes().forEach(node -> node.startsAt(random.nextInt(1000)));
    crowd.run();
    assertFinished(crowd.nodes());
    assertThat(crowd.originCopies()).isLessThan(1.1);
    assertThat(crowd.lastSeconds()).isLessThan(1.3 * crowd.boundSeconds() + 1);
  }

  /** What each was just reading may have got another owner: one block each at most. */
  @Test
  void whoComesLateTakesItFromTheOthers() {
    CrowdSimulation crowd = crowd(16);
    crowd.nodes().getLast().startsAt(4000);
    crowd.run();
    assertFinished(crowd.nodes());
    assertThat(crowd.originCopies()).isLessThan(1.05);
  }

  @Test
  void whatVanishesWithItsReaderIsReadByTheNext() {
    CrowdSimulation crowd = crowd(16);
    List<CrowdNode> gone = crowd.nodes().subList(0, 8);
    gone.forEach(node -> node.vanishesAt(3000));
    crowd.run();
    assertFinished(crowd.nodes().subList(8, 16));
    assertThat(crowd.originCopies()).isLessThan(1.05);
    assertThat(crowd.lastSeconds()).isLessThan(1.15 * crowd.boundSeconds());
  }

  @Test
  void whoLosesPowerIsFoundOut() {
    CrowdSimulation crowd = crowd(16);
    List<CrowdNode> gone = crowd.nodes().subList(0, 8);
    gone.forEach(node -> node.losesPowerAt(3000));
    crowd.run();
    assertFinished(crowd.nodes().subList(8, 16));
    assertThat(crowd.originCopies()).isLessThan(1.05);
    assertThat(crowd.lastSeconds()).isLessThan(1.25 * crowd.boundSeconds());
  }

  @Test
  void aReaderThatIsStuckIsSucceeded() {
    CrowdSimulation crowd = crowd(16);
    crowd.nodes().subList(0, 4).forEach(node -> node.isStuckAt(1000));
    crowd.run();
    assertFinished(crowd.nodes());
    assertThat(crowd.originCopies()).isLessThan(1.1);
    assertThat(crowd.lastSeconds()).isLessThan(2 * crowd.boundSeconds());
  }

  /** It was left what it had begun to read for ten seconds, and finished three after the others. */
  @Test
  void whoIsStuckTakesWhatItWasReadingFromTheOthersToo() {
    CrowdSimulation crowd = crowd(16);
    crowd.nodes().getLast().isStuckAt(1000);
    crowd.run();
    assertFinished(crowd.nodes());
    assertThat(crowd.lastSeconds()).isLessThan(1.4 * crowd.boundSeconds());
  }

  /** Who reads by the former division goes on with its block: nobody else begins it. */
  @Test
  void whoComesOneAfterTheOtherCostsLittleMoreThanOneCopy() {
    CrowdSimulation crowd = crowd(16);
    for (int i = 8; i < 16; i++) {
      crowd.nodes().get(i).startsAt(i * 300L);
    }
    crowd.run();
    assertFinished(crowd.nodes());
    assertThat(crowd.originCopies()).isLessThan(1.1);
  }

  /**
   * It took 4126 s, and as many copies as honest nodes, while any word counted as a sign of life.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 15})
  void whoOnlySaysToHaveEverythingCostsAFewSecondsAndNoCopy(int honest) {
    CrowdSimulation crowd = crowd(honest + 1);
    crowd.nodes().getLast().withholds();
    crowd.run();
    assertFinished(crowd.nodes().subList(0, honest));
    assertThat(crowd.originCopies()).isLessThan(1.1);
    assertThat(crowd.lastSeconds()).isLessThan(2 * crowd.boundSeconds());
  }

  /** Its word was good again, and its members owed nothing yet, whenever it came anew. */
  @Test
  void whoInventsMembersGainsNothingByComingAnew() {
    CrowdSimulation crowd = crowd(2);
    crowd.nodes().getLast().invents(false).reopensEvery(2_000);
    crowd.run();
    assertFinished(crowd.nodes().subList(0, 1));
    assertThat(crowd.nodes().getFirst().endedNanos() / 1e9).isLessThan(2 * crowd.boundSeconds());
  }

  @Test
  void anOriginWithoutRangesIsReadByOne() {
    CrowdSimulation crowd = crowd(16).withoutRanges().run();
    assertFinished(crowd.nodes());
    assertThat(crowd.originCopies()).isLessThan(2);
    assertThat(crowd.lastSeconds()).isLessThan(3 * crowd.boundSeconds());
  }

  @Test
  void whereOneHasItAllTheOriginIsLeftAlone() {
    CrowdSimulation crowd = crowd(16);
    crowd.nodes().getFirst().seeds();
    crowd.run();
    assertThat(crowd.originCopies()).isLessThan(0.05);
    assertThat(crowd.lastSeconds()).isLessThan(2 * crowd.boundSeconds());
  }

  @Test
  void whereNotAllKnowEachOtherTheyTakeOneCopyTooSinceTheyAreToldOfEachOther() {
    CrowdSimulation crowd = new CrowdSimulation(64, 10, 30).randomMesh(100, 10, 12, 5).run();
    assertFinished(crowd.nodes());
    assertThat(crowd.originCopies()).isLessThan(1.02);
  }

  /**
   * As sixteen processes on two cores, with a quarter of the rates: they come out of what precedes
   * a download some tenths of a second apart, hear everything late, and a block takes as long from
   * the origin as it does to give up a silent member.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void slowNodesOnSlowLinksTakeOneCopyToo(long seed) {
    CrowdSimulation crowd =
        new CrowdSimulation(CHUNKS_OF_8_MIB / 4, 2.5, 30).withStalls(1000, seed).fullMesh(16, 2.5);
    SplittableRandom random = new SplittableRandom(seed);
    crowd.nodes().forEach(node -> node.startsAt(random.nextInt(400)).lagsBy(random.nextInt(250)));
    crowd.run();
    assertFinished(crowd.nodes());
    assertThat(crowd.originCopies()).isLessThan(1.02);
    assertThat(crowd.lastSeconds()).isLessThan(1.7 * crowd.boundSeconds());
  }

  private static CrowdSimulation crowd(int nodes) {
    return new CrowdSimulation(CHUNKS_OF_8_MIB, 10, 30).fullMesh(nodes, 10);
  }

  private static void assertFinished(List<CrowdNode> nodes) {
    assertThat(nodes).allMatch(CrowdNode::hasFinished);
  }
}
