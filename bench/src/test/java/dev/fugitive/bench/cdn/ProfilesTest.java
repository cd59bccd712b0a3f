package dev.fugitive.bench.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilesTest {
  private static final double ALMOST_NOTHING = 1e-9;

  /** Otherwise copies and bounds of runs that are added to a report would be of another content. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsTransferredDoesNotDependOnTheSeed(boolean small) {
    for (Profile profile : Profiles.ALL) {
      assertThat(facts(profile, new Scale(small, 1)))
          .as(profile.name())
          .isEqualTo(facts(profile, new Scale(small, 2)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTitleNamesOneScenario(boolean small) {
    List<String> titles =
        Profiles.ALL.stream()
            .flatMap(profile -> facts(profile, new Scale(small, 1)).stream())
            .map(Facts::title)
            .toList();

    assertThat(titles).doesNotHaveDuplicates();
  }

  @Test
  void aPartOfACrowdHasTheBoundOfAllOfIt() {
    for (int nodes : new int[] {16, 32}) {
      assertThat(bound(new Crowd(), ", a quarter, " + nodes + " nodes"))
          .isEqualTo(bound(new Crowd(), "crowd, " + nodes + " nodes"), within(ALMOST_NOTHING));
    }
    assertThat(bound(new Crowd(), ", an eighth, 32 nodes"))
        .isEqualTo(bound(new Crowd(), "crowd, 32 nodes"), within(ALMOST_NOTHING));
  }

  private static double bound(Profile profile, String titleContains) {
    return facts(profile, new Scale(false, 1)).stream()
        .filter(each -> each.title().contains(titleContains))
        .findFirst()
        .orElseThrow()
        .bound()
        .orElseThrow();
  }

  private static List<Facts> facts(Profile profile, Scale scale) {
    return profile.scenarios(scale).stream().map(Scenario::facts).toList();
  }
}
