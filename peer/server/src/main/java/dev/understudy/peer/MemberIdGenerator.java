package dev.understudy.peer;

import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Draws ids for new members, never 0. Any thread: two machines that join at the same moment must
 * not be given the same one, as they can be by a generator that is not made for that.
 */
final class MemberIdGenerator implements LongSupplier {
  private final SplittableRandom random;

  MemberIdGenerator(long seed) {
    this.random = new SplittableRandom(seed);
  }

  @Override
  public synchronized long getAsLong() {
    long id = random.nextLong();
    return id == 0 ? 1 : id;
  }
}
