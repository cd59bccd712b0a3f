package dev.fugitive.proxy.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which known word somebody meant who wrote another. */
public final class Spelling {
  /** So many letters may be wrong, missing, too many or changed places. */
  private static final int MAX_MISTAKES = 2;

  private Spelling() {}

  /** The known word that is nearest, where one is near. */
  public static Optional<String> nearest(String written, Collection<String> known) {
    return known.stream()
        .filter(word -> mistakes(written, word) <= MAX_MISTAKES)
        .min(Comparator.comparingInt(word -> mistakes(written, word)));
  }

  /** The optimal string alignment distance: two letters that changed places are one mistake. */
  private static int mistakes(String written, String word) {
    int[][] least = new int[written.length() + 1][word.length() + 1];
    for (int i = 0; i <= written.length(); i++) {
      for (int j = 0; j <= word.length(); j++) {
        least[i][j] = i == 0 || j == 0 ? i + j : leastAt(least, written, word, i, j);
      }
    }
    return least[written.length()][word.length()];
  }

  private static int leastAt(int[][] least, String written, String word, int i, int j) {
    boolean same = written.charAt(i - 1) == word.charAt(j - 1);
    int changed = least[i - 1][j - 1] + (same ? 0 : 1);
    int fewest = Math.min(changed, Math.min(least[i - 1][j], least[i][j - 1]) + 1);
    boolean swapped =
        i > 1
            && j > 1
            && written.charAt(i - 1) == word.charAt(j - 2)
            && written.charAt(i - 2) == word.charAt(j - 1);
    return swapped ? Math.min(fewest, least[i - 2][j - 2] + 1) : fewest;
  }
}
