package dev.fugitive.proxy.doctor;

import java.util.List;

/**
 * What one check found.
 *
 * @param check its name, one word
 * @param words what was seen, in one line
 * @param mend commands that mend it; any of them will do
 */
public record Finding(String check, State state, String words, List<String> mend) {
  /** How bad it is. */
  public enum State {
    /** As it should be. */
    OK,
    /** Not wrong, but worth knowing. */
    NOTE,
    /** It works, with less than there could be. */
    WARNING,
    /** Something does not work. */
    FAILED,
    /** Nobody could look. */
    SKIPPED
  }

  public Finding {
    mend = List.copyOf(mend);
  }

  static Finding ok(String check, String words) {
    return new Finding(check, State.OK, words, List.of());
  }

  static Finding note(String check, String words, String... mend) {
    return new Finding(check, State.NOTE, words, List.of(mend));
  }

  static Finding warning(String check, String words, String... mend) {
    return new Finding(check, State.WARNING, words, List.of(mend));
  }

  static Finding failed(String check, String words, String... mend) {
    return new Finding(check, State.FAILED, words, List.of(mend));
  }

  /** Nobody could look, for this reason. */
  public static Finding skipped(String check, String words) {
    return new Finding(check, State.SKIPPED, words, List.of());
  }
}
