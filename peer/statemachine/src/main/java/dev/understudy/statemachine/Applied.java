package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.store.Result;

/** What applying a command came to. */
public sealed interface Applied {
  /** A write or delete of a client; the store's answer, which may be a failure of the request. */
  record KeyResult(Result result) implements Applied {}

  /** The cluster config now in force. */
  record ConfigSet(ClusterConfig config) implements Applied {}

  /**
   * The registry, and with it the membership, was changed.
   *
   * @param registry the registry from now on
   * @param index the entry's index in the log
   */
  record SeatsChanged(Registry registry, long index) implements Applied {}

  /** The change of the registry was refused; neither it nor the membership has changed. */
  record Refused(ErrorCode code, String cause) implements Applied {}

  /** Nothing to tell: a time stamp, a barrier, a change of the membership alone. */
  record Nothing() implements Applied {}
}
