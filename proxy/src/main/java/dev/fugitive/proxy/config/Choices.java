package dev.fugitive.proxy.config;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the user chose while the program ran, and is remembered.
 *
 * @param values as the user would write them
 * @param consent when and how the user answered whether to share; empty before that
 * @param pausedUntil the end of a pause of uploads; empty for none
 */
public record Choices(
    Map<Setting, String> values, Optional<Consent> consent, Optional<Instant> pausedUntil) {
  /** Nothing was chosen yet. */
  public static final Choices NONE = new Choices(Map.of(), Optional.empty(), Optional.empty());

  /** An answer to whether to share: {@link Setting#SHARE} says which. */
  public record Consent(Instant when, How how) {}

  /** Where an answer was given. */
  public enum How {
    /** To the question at the first start. */
    TERMINAL,
    /** With {@code fugitive share}. */
    COMMAND,
    /** On the proxy's own page. */
    DASHBOARD
  }

  public Choices {
    values = Map.copyOf(values);
  }

  /** With these values in place of those before, or besides. */
  public Choices with(Map<Setting, String> changed) {
    Map<Setting, String> all = new EnumMap<>(Setting.class);
    all.putAll(values);
    all.putAll(changed);
    return new Choices(all, consent, pausedUntil);
  }

  /** With an answer to whether to share. */
  public Choices withConsent(boolean share, Consent given) {
    Choices answered = with(Map.of(Setting.SHARE, share ? "on" : "off"));
    return new Choices(answered.values, Optional.of(given), pausedUntil);
  }

  /** With another pause, or none. */
  public Choices withPause(Optional<Instant> until) {
    return new Choices(values, consent, until);
  }
}
