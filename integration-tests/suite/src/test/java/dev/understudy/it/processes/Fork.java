package dev.understudy.it.processes;

/** Which of the processes that run these tests beside each other this one is. */
final class Fork {
  /** From 0; less than {@link #COUNT}. An empty number would give two forks the same ports. */
  static final int NUMBER =
      (Integer.parseInt(System.getProperty("understudy.fork", "1")) - 1) % Fork.COUNT;

  /** So many have ports and addresses of their own. */
  static final int COUNT = 4;

  private Fork() {}
}
