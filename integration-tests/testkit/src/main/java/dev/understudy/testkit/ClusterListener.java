package dev.understudy.testkit;

import dev.understudy.peer.PeerServer;

/** Hears what happens in a simulated cluster, when it happens. Must not change anything. */
public interface ClusterListener {
  /**
   * Something has happened to a machine.
   *
   * @param machine its host: its name, unless it has moved or is a copy
   * @param what a few words, as "loses power" or "changed standby: " and a reason
   */
  default void noted(String machine, String what) {}

  /** The driver of a peer has had a turn; what it answers is not given out yet. */
  default void turned(String machine, PeerServer peer) {}
}
