package dev.understudy.clusterconfig;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks the peers of a cluster for what they agree on, over the admin API of their peer ports.
 *
 * <p>Every method returns at once and never throws for what the network does. The future is always
 * completed, with a value, no later than shortly after {@code timeoutMillis}; it never completes
 * with an exception. It is completed on a thread of the client, so what depends on it must not
 * block: hand over to a thread of your own. A simulation implements this interface on its one
 * thread, in virtual time.
 *
 * <p>A {@code peerUrl} is the base of a peer port, like {@code http://10.0.0.1:2380}. Redirects are
 * followed, with the same method and the whole body, within the one deadline.
 */
public interface ClusterClient extends AutoCloseable {
  /** The machines with a seat, sorted by name. */
  CompletableFuture<ClusterResponse<List<MachineView>>> machines(
      String peerUrl, long timeoutMillis);

  /** The cluster config in force. */
  CompletableFuture<ClusterResponse<ClusterConfig>> config(String peerUrl, long timeoutMillis);

  /**
   * Machines and config of one peer in one step, as a standby needs them.
   *
   * @param notice who is asking, for the leader to know; empty to ask without being noted
   */
  CompletableFuture<ClusterResponse<SyncReply>> sync(
      String peerUrl, Optional<StandbyNotice> notice, long timeoutMillis);

  /**
   * Tells a standby that there may be a seat for it, so that it syncs now and does not wait for the
   * end of its interval. Redirects are not followed; one of an older release does not know it.
   *
   * @return true, when it has heard
   */
  CompletableFuture<ClusterResponse<Boolean>> callToSync(String peerUrl, long timeoutMillis);

  /**
   * Changes the cluster config.
   *
   * @param subsetJson a JSON object with any of its fields
   * @return the config now in force
   */
  CompletableFuture<ClusterResponse<ClusterConfig>> putConfig(
      String peerUrl, String subsetJson, long timeoutMillis);

  /** Asks for a seat. Refused with {@link ErrorCode#NO_MORE_PEERS} when none is free. */
  CompletableFuture<ClusterResponse<JoinReply>> join(
      String peerUrl, JoinRequest request, long timeoutMillis);

  /** Which machine answers at an address. */
  CompletableFuture<ClusterResponse<MachineIdentity>> identity(String peerUrl, long timeoutMillis);

  /**
   * Asks a machine that starts for its promise, or releases it.
   *
   * @return whether it is given
   */
  CompletableFuture<ClusterResponse<Boolean>> promise(
      String peerUrl, FoundingRequest request, long timeoutMillis);

  /**
   * Takes the seat of a machine. Refused with {@link ErrorCode#KEY_NOT_FOUND} when it has none.
   *
   * @return the name, once the seat is gone
   */
  default CompletableFuture<ClusterResponse<String>> remove(
      String peerUrl, String name, long timeoutMillis) {
    return remove(peerUrl, Removal.of(name), timeoutMillis);
  }

  /** The same with all that an operator may say. */
  CompletableFuture<ClusterResponse<String>> remove(
      String peerUrl, Removal removal, long timeoutMillis);

  /**
   * Asks whatever listens at a peer URL who it is, whatever its mode. Redirects are not followed.
   *
   * @return granted and empty when it is a machine that cannot say now, because it is of an older
   *     version and starts or stands by
   */
  CompletableFuture<ClusterResponse<Optional<AnsweringMachine>>> identify(
      String peerUrl, long timeoutMillis);

  /**
   * Ends every question that is under way as {@link ClusterResponse.Unreachable} and gives back all
   * threads and connections. May be called twice.
   */
  @Override
  void close();
}
