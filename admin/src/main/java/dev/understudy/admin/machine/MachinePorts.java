package dev.understudy.admin.machine;

import dev.understudy.standby.StandbyServer;

/**
 * The two ports of a machine, which outlive its modes: the present mode answers on them. Any thread
 * may switch; a request under way is answered by the mode that took it.
 */
public interface MachinePorts {
  /**
   * Answers who this machine is, and what else machines ask each other before there is a mode.
   * Before any other method.
   */
  void answerAs(StartingMachine starting);

  /** Lets a running peer answer from now on. */
  void answerAs(PeerServices peer);

  /** Lets a standby answer from now on. */
  void answerAs(StandbyServer standby);

  /** Lets a standby that holds the data answer from now on. */
  void answerAs(ReplicaStandby replica);

  /**
   * The machine is about to stop: takes no new connections of clients, and ends each after its next
   * answer. Requests are answered by the present mode until {@link #answerNothing}.
   */
  void drain();

  /** Answers every request with 503 from now on, until the next mode. */
  void answerNothing();
}
