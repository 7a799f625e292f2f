package dev.understudy.peer;

import dev.understudy.api.access.AuditLog;
import dev.understudy.api.http.proxy.ProxyContext;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.transport.PeerIdentity;
import dev.understudy.transport.SnapshotSink;
import dev.understudy.transport.Timer;
import dev.understudy.transport.Transport;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.server.Handler;

/**
 * The world of a peer: the real one in production, one seed and virtual time in a simulation. A
 * peer uses nothing of the world that does not come from here or from its directory.
 *
 * @param networks makes its network
 * @param runners makes what turns its loops
 * @param monotonicNanos a clock that never goes back, in nanoseconds from an arbitrary origin
 * @param wallMillis milliseconds since the epoch
 * @param random for seeds and election timeouts; used by this peer alone, by one thread at a time
 * @param furtherDuties what its leader does beyond a peer's own duties, started after them
 * @param heapLow whether the process is short of memory; any thread, cheap
 * @param proxy how a follower asks the leader for its clients; empty where it sends them there
 * @param audit takes down who has changed what, and who was refused
 */
public record PeerContext(
    Networks networks,
    Runners runners,
    LongSupplier monotonicNanos,
    LongSupplier wallMillis,
    RandomGenerator random,
    List<Duty> furtherDuties,
    BooleanSupplier heapLow,
    Optional<ProxyContext> proxy,
    AuditLog audit) {
  private static final long NANOS_PER_MILLI = 1_000_000;

  public PeerContext {
    furtherDuties = List.copyOf(furtherDuties);
  }

  /** A peer that has memory enough. */
  public PeerContext(
      Networks networks,
      Runners runners,
      LongSupplier monotonicNanos,
      LongSupplier wallMillis,
      RandomGenerator random,
      List<Duty> furtherDuties) {
    this(
        networks,
        runners,
        monotonicNanos,
        wallMillis,
        random,
        furtherDuties,
        () -> false,
        Optional.empty(),
        AuditLog.NONE);
  }

  /** A peer with its own threads, no further duties, and memory enough. */
  public PeerContext(
      Networks networks,
      LongSupplier monotonicNanos,
      LongSupplier wallMillis,
      RandomGenerator random) {
    this(networks, monotonicNanos, wallMillis, random, () -> false, AuditLog.NONE);
  }

  /** A peer with its own threads, no further duties and no audit log. */
  public PeerContext(
      Networks networks,
      LongSupplier monotonicNanos,
      LongSupplier wallMillis,
      RandomGenerator random,
      BooleanSupplier heapLow) {
    this(networks, monotonicNanos, wallMillis, random, heapLow, AuditLog.NONE);
  }

  /** A peer with its own threads and no further duties. */
  public PeerContext(
      Networks networks,
      LongSupplier monotonicNanos,
      LongSupplier wallMillis,
      RandomGenerator random,
      BooleanSupplier heapLow,
      AuditLog audit) {
    this(
        networks,
        name -> new PeerThreads(name, monotonicNanos),
        monotonicNanos,
        wallMillis,
        random,
        List.of(),
        heapLow,
        Optional.empty(),
        audit);
  }

  /** The same, of a peer that asks the leader for its clients. */
  public PeerContext withProxy(ProxyContext asking) {
    return new PeerContext(
        networks,
        runners,
        monotonicNanos,
        wallMillis,
        random,
        furtherDuties,
        heapLow,
        Optional.of(asking),
        audit);
  }

  /** Makes networks; each peer has one of its own. */
  @FunctionalInterface
  public interface Networks {
    /**
     * Makes a network, which is not started yet.
     *
     * @param self who the peer is
     * @param snapshots where snapshots of other peers go
     * @param timer for back-off; ends after the network is closed
     */
    Link create(PeerIdentity self, SnapshotSink snapshots, Timer timer);
  }

  /**
   * A network and its accepting side.
   *
   * @param network carries messages
   * @param handler answers what other peers ask on the peer port
   */
  public record Link(Transport network, Handler handler) {}

  /** Makes runners; each life of a peer has one of its own. */
  @FunctionalInterface
  public interface Runners {
    /**
     * Makes a runner, which runs no loop yet.
     *
     * @param name the machine's
     */
    PeerRunner create(String name);
  }

  /** Monotonic time in milliseconds. */
  public long monotonicMillis() {
    return monotonicNanos.getAsLong() / NANOS_PER_MILLI;
  }
}
