package dev.understudy.peer;

import dev.understudy.api.ClientLimits;
import dev.understudy.api.access.Guard;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.peer.driver.DriverOptions;
import dev.understudy.peer.leadership.LeaderLoop;
import dev.understudy.wal.WalOptions;
import java.util.OptionalInt;

/**
 * What an operator decides about one peer.
 *
 * @param self the machine's name and addresses as the others are told
 * @param electionMillis without a leader's word before a peer campaigns; actual timeouts lie
 *     between this and twice this
 * @param driver how the driver paces itself and what it holds at most; its tick is the heartbeat
 *     interval
 * @param leaderLoop what the leader loop waits at most
 * @param limits what one client may ask
 * @param wal how the log uses its disk
 * @param version this program's version, for {@code /version}
 * @param traits what the machine says of itself to the others
 * @param observer whether this peer begins without a seat: it follows a leader that lets it
 * @param logins how clients prove who they are
 */
public record PeerOptions(
    MachineRecord self,
    long electionMillis,
    DriverOptions driver,
    LeaderLoop.Timing leaderLoop,
    ClientLimits limits,
    WalOptions wal,
    String version,
    MachineTraits traits,
    boolean observer,
    Guard.Options logins) {
  /** What etcd gives a request on top of two election timeouts. */
  private static final long REQUEST_BASE_MILLIS = 5_000;

  /** A machine that says nothing of itself but its version, with a seat. */
  public PeerOptions(
      MachineRecord self,
      long electionMillis,
      DriverOptions driver,
      LeaderLoop.Timing leaderLoop,
      ClientLimits limits,
      WalOptions wal,
      String version) {
    this(
        self,
        electionMillis,
        driver,
        leaderLoop,
        limits,
        wal,
        version,
        new MachineTraits(version, OptionalInt.empty(), ""),
        false,
        Guard.Options.DEFAULT);
  }

  public PeerOptions {
    long heartbeatMillis = driver.tickMillis();
    if (electionMillis < 5 * heartbeatMillis) {
      throw new IllegalArgumentException(
          "the election timeout ("
              + electionMillis
              + " ms) must be at least five heartbeat intervals ("
              + heartbeatMillis
              + " ms each)");
    }
  }

  /**
   * Options with what follows from the times of consensus.
   *
   * @param heartbeatMillis between two heartbeats of a leader
   * @param snapshotCount entries between two snapshots
   */
  public static PeerOptions of(
      MachineRecord self,
      long heartbeatMillis,
      long electionMillis,
      long snapshotCount,
      ClientLimits limits,
      WalOptions wal,
      String version) {
    if (heartbeatMillis < 1) {
      throw new IllegalArgumentException("the heartbeat interval must be at least 1 ms");
    }
    DriverOptions defaults = DriverOptions.DEFAULT;
    DriverOptions driver =
        new DriverOptions(
            heartbeatMillis,
            REQUEST_BASE_MILLIS + 2 * electionMillis,
            defaults.maxPendingProposals(),
            defaults.maxQueuedMessages(),
            defaults.maxOutstandingWrites(),
            snapshotCount,
            Math.min(defaults.catchUpEntries(), snapshotCount));
    return new PeerOptions(
        self,
        electionMillis,
        driver,
        LeaderLoop.Timing.forElections(electionMillis),
        limits,
        wal,
        version);
  }

  /** The same with bounds for what keys and log take in memory. */
  public PeerOptions withMemory(long treeBytes, long logBytes) {
    return new PeerOptions(
        self,
        electionMillis,
        driver.withMemory(treeBytes, logBytes),
        leaderLoop,
        limits,
        wal,
        version,
        traits,
        observer,
        logins);
  }

  /** The same with another number of commands that may be under way. */
  public PeerOptions withPendingWrites(int most) {
    return new PeerOptions(
        self,
        electionMillis,
        driver.withMaxPendingProposals(most),
        leaderLoop,
        limits,
        wal,
        version,
        traits,
        observer,
        logins);
  }

  /** The same for a machine that says more of itself. */
  public PeerOptions withTraits(MachineTraits stated) {
    return with(stated, observer, logins);
  }

  /** The same of a peer that begins without a seat, or with one. */
  public PeerOptions withObserver(boolean without) {
    return with(traits, without, logins);
  }

  /** The same where clients prove in this way who they are. */
  public PeerOptions withLogins(Guard.Options of) {
    return with(traits, observer, of);
  }

  private PeerOptions with(MachineTraits stated, boolean without, Guard.Options of) {
    return new PeerOptions(
        self, electionMillis, driver, leaderLoop, limits, wal, version, stated, without, of);
  }

  /** Between two heartbeats of a leader, in milliseconds. */
  public long heartbeatMillis() {
    return driver.tickMillis();
  }

  /** How long a request may stay without an outcome. */
  public long requestTimeoutMillis() {
    return driver.requestTimeoutMillis();
  }

  /** Two election timeouts without a word: what a leader itself would not survive. */
  long aliveWithinMillis() {
    return 2 * electionMillis;
  }

  /**
   * What takes a vote away counts on no other vote that was not heard so lately. A change of the
   * membership cannot be stopped once it is in a log: it is committed later, perhaps with the help
   * of the very peer that it takes out, and then the votes that it counted on must be there. So
   * this is as short as heartbeats allow; a heartbeat that is late puts a removal off, no more.
   */
  long countedOnWithinMillis() {
    return Math.max(3 * heartbeatMillis(), electionMillis / 2);
  }

  /** The election timeout in ticks of the logical clock, of which each is a heartbeat interval. */
  int electionTicks() {
    return Math.toIntExact(Math.max(2, electionMillis / heartbeatMillis()));
  }
}
