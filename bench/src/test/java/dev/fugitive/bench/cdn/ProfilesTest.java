package dev.fugitive.bench.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilesTest {
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

  private static List<Facts> facts(Profile profile, Scale scale) {
    return profile.scenarios(scale).stream().map(Scenario::facts).toList();
  }
}
