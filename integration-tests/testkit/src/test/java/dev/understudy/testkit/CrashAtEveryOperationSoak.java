package dev.understudy.testkit;

/** The power goes at every operation, ten times with another part of what was not synced left. */
class CrashAtEveryOperationSoak extends CrashAtEveryOperationTest {
  private static final int DRAWS = 10;

  @Override
  int draws() {
    return DRAWS;
  }
}
