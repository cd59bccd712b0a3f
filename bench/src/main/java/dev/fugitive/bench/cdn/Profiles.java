package dev.fugitive.bench.cdn;

import java.util.List;

/** All profiles, in the order of the report. */
final class Profiles {
  static final List<Profile> ALL =
      List.of(
          new Crowd(),
          new Page(),
          new PathProfile(),
          new Harmless(),
          new Churn(),
          new Polluted(),
          new Tiers(),
          new Video(),
          new Packages());

  private Profiles() {}

  /** The profiles with these names; all where there are none. */
  static List<Profile> named(List<String> names) {
    for (String name : names) {
      if (ALL.stream().noneMatch(profile -> profile.name().equals(name))) {
        throw new IllegalArgumentException(
            "profile: "
                + name
                + " (expected: one of "
                + ALL.stream().map(Profile::name).toList()
                + ")");
      }
    }
    return ALL.stream().filter(each -> names.isEmpty() || names.contains(each.name())).toList();
  }
}
