package dev.understudy.api;

import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.Version;
import dev.understudy.store.Watchers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The peer, as the client API sees it. Every method may be called by any thread, returns at once
 * and takes no lock that a reader could wait for.
 *
 * <p>A future that cannot be completed as wished fails with a {@link BackendFailure}, always before
 * the request's deadline has passed by much; it may be completed by any thread, and what hangs on
 * it is cheap and does not block.
 */
public interface ClientBackend {
  /**
   * Puts a write into the log and completes when this peer has applied it.
   *
   * @return what the store made of it; fails with {@link BackendFailure.NotApplied} when the write
   *     is certainly not and never will be applied (no leader, queue full), with {@link
   *     BackendFailure.OutcomeUnknown} when that cannot be said (deadline passed, peer stopping)
   */
  CompletableFuture<Result> write(Operation operation);

  /**
   * Completes when {@link #version} shows every write that was acknowledged before this call.
   *
   * @return fails with {@link BackendFailure.NotApplied} when that did not happen in time
   */
  CompletableFuture<Void> linearizable();

  /**
   * Completes when this peer shows at least what was there when it got its seat, or what it knew
   * before its restart. Done already but for the first moments of its life.
   *
   * @return fails with {@link BackendFailure.NotApplied} when that did not happen in time
   */
  CompletableFuture<Void> caughtUp();

  /** The state of the store that this peer has applied. A volatile read. */
  Version version();

  /** Who watches that store. */
  Watchers watchers();

  /**
   * Cluster time in milliseconds since the epoch, never behind the time of the last applied
   * command; what the {@code ttl} in answers is counted from.
   */
  long nowMillis();

  /** What to add to a cluster time so that it reads like this machine's wall clock. */
  long shownOffsetMillis();

  /** The index of the last entry of the log that this peer has applied. */
  long raftIndex();

  /** The term this peer is in. */
  long raftTerm();

  /** The id of the cluster, the same as long as the peer lives. */
  long clusterId();

  /**
   * Whether a quorum confirms a read that begins now.
   *
   * @return completes within about a second, never exceptionally; many callers share one read
   */
  CompletableFuture<Boolean> healthy();

  /** All peers, in the order of their names; never a standby. */
  List<Member> members();

  /** The leader, as far as this peer knows. */
  Optional<Member> leader();

  /** What {@code /v2/stats/self} tells. */
  PeerStatistics statistics();

  /** What {@code /v2/stats/leader} tells; empty on a peer that does not lead. */
  Optional<List<FollowerStatistics>> followers();

  /**
   * A peer of the cluster.
   *
   * @param id unsigned, never 0
   * @param name the machine's name
   * @param peerUrl where other peers reach it, with scheme
   * @param clientUrl where clients reach it, with scheme
   */
  record Member(long id, String name, String peerUrl, String clientUrl) {}

  /**
   * What this peer has done.
   *
   * @param id this peer's id, unsigned
   * @param name this machine's name
   * @param leading whether this peer leads
   * @param leaderId the leader's id; 0 when none is known
   * @param startMillis when this peer started, in milliseconds since the epoch
   * @param leaderSinceMillis since when this leader is known, in milliseconds since the epoch; 0
   *     when none is known
   * @param appendsReceived append requests taken from leaders
   * @param appendsSent append requests sent as leader
   * @param rates how fast those go at the moment
   */
  record PeerStatistics(
      long id,
      String name,
      boolean leading,
      long leaderId,
      long startMillis,
      long leaderSinceMillis,
      long appendsReceived,
      long appendsSent,
      AppendRates rates) {}

  /**
   * Append requests a second, and the bytes of their entries; 0 after a second without any.
   *
   * @param sent requests a second, as leader
   * @param sentBytes bytes a second, as leader
   * @param received requests a second
   * @param receivedBytes bytes a second
   */
  record AppendRates(double sent, double sentBytes, double received, double receivedBytes) {}

  /**
   * How well a follower answers its leader. Times are in milliseconds.
   *
   * @param id the follower's id, unsigned
   * @param success appends that were answered
   * @param fail appends that were not
   */
  record FollowerStatistics(
      long id,
      double current,
      double average,
      double standardDeviation,
      double minimum,
      double maximum,
      long fail,
      long success) {}
}
