package dev.understudy.testkit.history;

/**
 * The process that answered.
 *
 * @param machine its name; empty when nobody answered
 * @param life which of the machine's processes it was; two of them differ
 */
public record Answering(String machine, long life) {
  /** Nobody answered. */
  public static final Answering NOBODY = new Answering("", 0);

  @Override
  public String toString() {
    return machine + "/" + life;
  }
}
