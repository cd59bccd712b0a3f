package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Crowds in which nobody knows more than eight others, on a virtual clock; {@link Simulate} runs
 * larger ones. The invariants that {@link CrowdSimulation} names hold after every step, or it
 * throws.
 */
class CrowdScaleTest {
  private static final int DEGREE = 8;
  private static final int CHUNKS_OF_1_MIB = 64;
  private static final int CHUNKS_OF_4_MIB = 256;

  @ParameterizedTest
  @EnumSource(CrowdScenario.class)
  void whateverHappensWhoeverIsLeftHasEverything(CrowdScenario scenario) {
    CrowdSimulation crowd = crowd(scenario, 100).run();
    List<CrowdNode> readers = crowd.nodes().stream().filter(CrowdNode::isReader).toList();
    assertThat(readers).hasSizeGreaterThan(50).allMatch(CrowdNode::hasFinished);
    assertThat(crowd.originCopies()).isLessThan(mostCopies(scenario));
  }

  /** Who starts alone, or is left alone by those who go, has nobody but the origin. */
  private static double mostCopies(CrowdScenario scenario) {
    return switch (scenario) {
      case FLASH, STUCK -> 1.05;
      case LIARS, POWER -> 1.5;
      case CHURN -> 4;
      case LATE -> 8;
      case GHOSTS -> 12;
    };
  }

  /** It was 9 copies and nine times the bound when each neighbourhood divided it among itself. */
  @Test
  void thoseWhoKnowEightOthersTakeOneCopyTogetherAndFinishWithinTwiceTheBound() {
    CrowdSimulation crowd =
        CrowdScenario.FLASH.crowd(128, DEGREE, CHUNKS_OF_4_MIB, 10, 20261121).run();
    assertThat(crowd.nodes()).allMatch(CrowdNode::hasFinished);
    assertThat(crowd.originCopies()).isLessThan(1.05);
    assertThat(crowd.lastSeconds()).isLessThan(2 * crowd.boundSeconds());
  }

  /** 32 members of 13 bytes for each of eight fellows, a few times a second. */
  @Test
  void whatIsToldOfMembersIsAFewPercentOfTheContent() {
    CrowdSimulation crowd = crowd(CrowdScenario.FLASH, 100).run();
    long told = crowd.nodes().stream().mapToLong(CrowdNode::toldBytes).sum();
    assertThat(told)
        .isPositive()
        .isLessThan((long) (0.05 * crowd.nodes().size() * crowd.content().id().length()));
  }

  @Test
  void aLiarCostsEachOfItsNeighboursOneChunkAtMost() {
    CrowdSimulation crowd = crowd(CrowdScenario.LIARS, 100).run();
    int liars =
        crowd.nodes().size() - (int) crowd.nodes().stream().filter(CrowdNode::isReader).count();
    int forged = crowd.nodes().stream().mapToInt(CrowdNode::forgedChunks).sum();
    assertThat(forged).isPositive().isLessThanOrEqualTo(liars * DEGREE);
  }

  @Test
  void aSeedDecidesEverythingThatHappens() {
    CrowdSimulation crowd = crowd(CrowdScenario.CHURN, 200).run();
    CrowdSimulation again = crowd(CrowdScenario.CHURN, 200).run();
    assertThat(again.steps()).isEqualTo(crowd.steps());
    assertThat(again.trace()).isEqualTo(crowd.trace());
  }

  private static CrowdSimulation crowd(CrowdScenario scenario, int nodes) {
    return scenario.crowd(nodes, DEGREE, CHUNKS_OF_1_MIB, 10, 20261121);
  }
}
