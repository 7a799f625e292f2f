package dev.understudy.admin.local;

/**
 * How a machine stands at one look.
 *
 * @param name the machine's name
 * @param pid of its process; 0 when there is none
 * @param role what it does
 * @param term the term it knows; -1 when it told none
 * @param applied the index of the log it has applied; -1 when it told none
 * @param clientUrl where clients reach it
 */
record MachineStatus(String name, long pid, Role role, long term, long applied, String clientUrl) {
  /** What a machine does. */
  enum Role {
    LEADER("peer", "leader"),
    FOLLOWER("peer", "follower"),
    /** A peer that has no seat yet, or shows nothing yet by which that could be told. */
    CATCHING_UP("peer", "catching up"),
    STANDBY("standby", "standby"),
    /** The process runs but does not answer (yet). */
    SILENT("?", "no answer"),
    DEAD("dead", "-"),
    NOT_STARTED("-", "not started");

    private final String mode;
    private final String word;

    Role(String mode, String word) {
      this.mode = mode;
      this.word = word;
    }

    String mode() {
      return mode;
    }

    String word() {
      return word;
    }

    /** Whether it has a process. */
    boolean isAlive() {
      return this != DEAD && this != NOT_STARTED;
    }

    boolean hasSeat() {
      return this == LEADER || this == FOLLOWER;
    }
  }
}
