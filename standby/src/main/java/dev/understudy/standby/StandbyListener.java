package dev.understudy.standby;

/**
 * Told what becomes of a standby. Called on the standby's own thread, with no lock held; whoever
 * needs long, or wants to stop the standby and wait for it, hands over to another thread.
 */
public interface StandbyListener {
  /**
   * The standby has a seat now and does nothing more than redirect clients until it is closed.
   * Called at most once between start and close.
   */
  void seatTaken(SeatTaken seat);

  /**
   * The standby has a bug and has stopped syncing. Nothing that the network or the disk does leads
   * here.
   */
  void failed(RuntimeException bug);
}
