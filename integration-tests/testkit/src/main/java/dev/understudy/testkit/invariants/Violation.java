package dev.understudy.testkit.invariants;

import java.util.function.Supplier;

/** Something does not hold that must always hold. */
public final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String property;

  /**
   * @param property what should hold, in the same few words for every case of it
   * @param found what was found instead
   */
  public Violation(String property, String found) {
    super(property + ": " + found);
    this.property = property;
  }

  /** What should hold; alike for all cases of it, so that two failures can be compared. */
  public String property() {
    return property;
  }

  /** Throws unless it holds; what was found is put into words only then. */
  public static void unless(boolean holds, String property, Supplier<String> found) {
    if (!holds) {
      throw new Violation(property, found.get());
    }
  }
}
