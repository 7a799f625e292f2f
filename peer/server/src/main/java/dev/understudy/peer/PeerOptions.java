package dev.understudy.peer;

import dev.understudy.api.ClientLimits;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.wal.WalOptions;

/**
 * What an operator decides about one peer.
 *
 * @param self the machine's name and addresses as the others are told
 * @param heartbeatMillis between two heartbeats of a leader
 * @param electionMillis without a leader's word before a peer campaigns; actual timeouts lie
 *     between this and twice this
 * @param snapshotCount entries between two snapshots
 * @param limits what one client may ask
 * @param wal how the log uses its disk
 * @param version this program's version, for {@code /version}
 */
public record PeerOptions(
    MachineRecord self,
    long heartbeatMillis,
    long electionMillis,
    long snapshotCount,
    ClientLimits limits,
    WalOptions wal,
    String version) {
  /** What etcd gives a request on top of two election timeouts. */
  private static final long REQUEST_BASE_MILLIS = 5_000;

  public PeerOptions {
    if (heartbeatMillis < 1) {
      throw new IllegalArgumentException("the heartbeat interval must be at least 1 ms");
    }
    if (electionMillis < 5 * heartbeatMillis) {
      throw new IllegalArgumentException(
          "the election timeout ("
              + electionMillis
              + " ms) must be at least five heartbeat intervals ("
              + heartbeatMillis
              + " ms each)");
    }
  }

  /** How long a request may stay without an outcome. */
  public long requestTimeoutMillis() {
    return REQUEST_BASE_MILLIS + 2 * electionMillis;
  }

  /** The election timeout in ticks of the logical clock, of which each is a heartbeat interval. */
  int electionTicks() {
    return Math.toIntExact(Math.max(2, electionMillis / heartbeatMillis));
  }
}
