package dev.understudy.testkit.history;

/** Whether a key's history can be explained. */
public sealed interface Verdict {
  /** It can. */
  record Linearizable() implements Verdict {}

  /**
   * It cannot.
   *
   * @param explanation the smallest beginning of the history that cannot be explained, for a reader
   */
  record NotLinearizable(String explanation) implements Verdict {}

  /**
   * Nobody knows: the search needed more memory than it may take.
   *
   * @param reason how far it came
   */
  record Undecided(String reason) implements Verdict {}
}
