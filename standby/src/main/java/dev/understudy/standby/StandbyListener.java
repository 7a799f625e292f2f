package dev.understudy.standby;

import dev.understudy.clusterconfig.ReplicaReply;

/**
 * Receives what becomes of a standby, on the standby's loop, with no lock held. An implementation
 * that needs long, or stops the standby and waits for it, hands over to another thread.
 */
public interface StandbyListener {
  /**
   * The standby has a seat now and does nothing more than redirect clients until it is closed.
   * Called at most once between start and close.
   */
  void seatTaken(SeatTaken seat);

  /**
   * Nobody is left who could lead: for some rounds every machine known was a standby, or none was
   * known. The standby goes on asking; called again only after somebody has answered in between.
   */
  void alone();

  /**
   * The leader has answered a standby that wants the data. Called with each sync.
   *
   * @param clusterId of the leader
   */
  default void replicaAnswered(ReplicaReply reply, long clusterId) {}

  /** A round of syncing has ended. */
  void synced(boolean leaderKnown);

  /**
   * The standby has a bug and has stopped syncing. Nothing that the network or the disk does leads
   * here.
   */
  void failed(RuntimeException bug);
}
