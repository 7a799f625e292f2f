package dev.understudy.standby;

import dev.understudy.clusterconfig.SyncReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaders say to a standby that wants the data. That one of an older version says nothing is
 * told once, until another one has said something. For the standby's loop.
 */
final class ReplicaNews {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaNews.class);

  private final String name;
  private final StandbyListener listener;
  private boolean toldOfSilence;

  ReplicaNews(String name, StandbyListener listener) {
    this.name = name;
    this.listener = listener;
  }

  /** A leader has answered a sync. */
  void heard(SyncReply reply) {
    if (reply.replica().isPresent()) {
      toldOfSilence = false;
      listener.replicaAnswered(reply.replica().get(), reply.clusterId());
    } else if (!toldOfSilence) {
      toldOfSilence = true;
      LOG.warn(
          "standby {}: the leader is of a version that sends its log to no replica; clients are"
              + " redirected until another one leads",
          name);
    }
  }
}
