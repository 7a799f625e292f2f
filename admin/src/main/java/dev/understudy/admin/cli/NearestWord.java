package dev.understudy.admin.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody probably meant who typed a word that does not exist. */
public final class NearestWord {
  private static final int MAX_LENGTH = 40;

  private NearestWord() {}

  /** The word that differs in the fewest letters, if these are few enough; the first of several. */
  public static Optional<String> to(String typed, Collection<String> known) {
    if (typed.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    int tolerance = Math.max(1, typed.length() / 3);
    return known.stream()
        .filter(word -> distance(typed, word) <= tolerance)
        .min(Comparator.comparingInt(word -> distance(typed, word)));
  }

  /** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
  private static int distance(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        rows[i][j] = i == 0 || j == 0 ? i + j : cell(rows, a, b, i, j);
      }
    }
    return rows[a.length()][b.length()];
  }

  private static int cell(int[][] rows, String a, String b, int i, int j) {
    int replaced = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
  }
}
