package dev.understudy.peer.driver;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the owner of a peer hears about its seat, on a thread that may block. The end of the seat is
 * reported once, and no denied vote after it.
 *
 * <p>For the driver's thread only.
 */
final class OwnerReports {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerReports.class);

  private final PeerEvents events;
  private final Executor executor;
  private boolean removed;

  OwnerReports(PeerEvents events, Executor executor) {
    this.events = events;
    this.executor = executor;
  }

  /** One peer has denied this member a vote, which proves nothing by itself. */
  void denied(String reason) {
    if (!removed) {
      report(() -> events.denied(reason), reason);
    }
  }

  /** The log, or a quorum of the other peers, says that this member has lost its seat. */
  void removed(String reason) {
    if (!removed) {
      removed = true;
      report(() -> events.removed(reason), reason);
    }
  }

  /** The log says that this member, which has no seat to lose, belongs to the cluster no more. */
  void letGo(String reason) {
    if (!removed) {
      report(() -> events.letGo(reason), reason);
    }
  }

  /** Another process has begun a later life of this member. */
  void outlived(String reason) {
    report(() -> events.outlived(reason), reason);
  }

  private void report(Runnable event, String reason) {
    try {
      executor.execute(event);
    } catch (RejectedExecutionException e) {
      LOG.debug("the peer was stopping already when it heard: {}", reason);
    }
  }
}
