package dev.understudy.admin.machine;

/** What whoever runs a machine hears of it. Called on the machine's own thread. */
public interface MachineEvents {
  /** A mode of a machine. */
  enum Mode {
    PEER("peer"),
    STANDBY("standby");

    private final String word;

    Mode(String word) {
      this.word = word;
    }

    /** As it is printed. */
    public String word() {
      return word;
    }
  }

  /** The machine has founded a cluster; before it is ready. At most once. */
  default void founded(long clusterId) {}

  /** Both ports listen and the first mode has started. Once. */
  void ready(Mode mode);

  /**
   * The mode has changed.
   *
   * @param reason one line for an operator
   */
  void changed(Mode mode, String reason);

  /**
   * The machine cannot go on and is to be closed. At most once.
   *
   * @param reason one line for an operator
   */
  void failed(String reason);
}
