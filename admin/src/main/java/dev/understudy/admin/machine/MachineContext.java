package dev.understudy.admin.machine;

import dev.understudy.admin.discovery.KeyService;
import dev.understudy.api.http.proxy.ProxyContext;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.peer.PeerContext;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.standby.WorkLoop;
import dev.understudy.wal.Directory;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The world of one machine: everything of time, threads, network, disk and randomness that it and
 * its modes use. {@link SystemContext} is the real one; a simulation gives a machine another, and
 * the machine does not notice.
 *
 * <p>{@link #open} and {@link #close} may block and are for one thread at a time; what a context
 * has opened stays open until it is closed.
 */
public interface MachineContext extends AutoCloseable {
  /**
   * Opens data directory, connections and ports. The ports answer 503 until a mode starts.
   *
   * @throws IOException if one of them cannot be had; nothing is left open then
   * @throws java.io.InterruptedIOException if the calling thread is interrupted
   */
  void open() throws IOException;

  /** Where a peer keeps its log. Once open. */
  Directory peerDirectory();

  /**
   * Gives the directory of the peer's log another name and makes a new, empty one, which {@link
   * #peerDirectory} is from then on. Nothing may have it open.
   *
   * @return where the old one lies now
   */
  String setPeerDirectoryAside() throws IOException;

  /** How that log uses its disk. */
  WalOptions walOptions();

  /** What a standby keeps on disk. Once open. */
  StandbyInfoFile standbyInfo();

  /** Calls the admin API of other machines. Once open. */
  ClusterClient clusterClient();

  /** Where tokens lie with which machines find each other. Once open. */
  KeyService keyService();

  /** How a standby asks the leader for its clients; empty where it cannot. Once open. */
  default Optional<ProxyContext> proxy() {
    return Optional.empty();
  }

  /**
   * Reads certificates and keys again, because an operator says so. Any thread; blocks for files.
   */
  default void reloadCertificates() {}

  /** The ports on which this machine answers. Once open. */
  MachinePorts ports();

  /** The world of one peer, for one life of it. */
  PeerContext newPeerContext();

  /**
   * A loop for one owner, who closes it.
   *
   * @param name for the thread, if there is one
   */
  WorkLoop newLoop(String name);

  /** Milliseconds on a clock that never goes back. */
  long monotonicMillis();

  /** Milliseconds since the epoch. */
  long wallMillis();

  /** A generator with a seed of its own, for one thread at a time. */
  RandomGenerator newRandom();

  /** An id for a cluster or a member, never 0; no two machines draw the same. */
  long newId();

  /**
   * Closes what was opened, in reverse. Idempotent, and safe when {@link #open} was never called.
   */
  @Override
  void close();
}
