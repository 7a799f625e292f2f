package dev.understudy.peer;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.statemachine.StateMachine;
import java.util.List;

/**
 * What a simulation may look at inside of a running peer, between two turns of its driver. It
 * changes nothing.
 */
public final class PeerProbe {
  private final PeerAssembly parts;

  /** Looks into a peer that has started. */
  public PeerProbe(PeerServer peer) {
    parts = peer.assembly();
  }

  /** The state that the peer has applied. */
  public StateMachine machine() {
    return parts.machine;
  }

  /** Whom this member has voted for in its present term; 0 for nobody. */
  public long vote() {
    return parts.core.status().hardState().vote();
  }

  /** The members as of the last entry applied. */
  public ConfState confState() {
    return parts.core.confState();
  }

  /** The first index of the log that is durable here and not yet forgotten. */
  public long firstIndex() {
    return parts.log.firstIndex();
  }

  /** The last index of the log that is durable here. */
  public long lastIndex() {
    return parts.log.lastIndex();
  }

  /** Entries of the durable log, from one index to before another. */
  public List<Entry> entries(long from, long to) {
    return parts.log.entries(from, to, Long.MAX_VALUE);
  }

  /** What the log takes in memory, in bytes. */
  public long logBytes() {
    return parts.log.bytes();
  }
}
