package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.JoinReply;
import java.util.List;

/** As what a machine begins. */
sealed interface FirstMode {

  /**
   * A standby.
   *
   * @param seedPeerUrls whom to ask about the cluster besides those saved
   * @param reason one line for an operator
   */
  record AsStandby(List<String> seedPeerUrls, String reason) implements FirstMode {}

  /** The only peer of a new cluster. */
  record AsFounder() implements FirstMode {}

  /** A peer whose seat was granted just now, with a log that is yet to be filled. */
  record AsNewPeer(JoinReply seat) implements FirstMode {}

  /**
   * A peer that goes on with its log.
   *
   * @param readableFromIndex what it must have applied before it answers clients
   */
  record AsReturningPeer(long readableFromIndex) implements FirstMode {}
}
