package dev.understudy.admin.http;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.AdminOutcome;
import dev.understudy.peer.PeerClusterAdmin;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.peer.leadership.SeatPlan;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A running peer, as the admin API sees it. */
public final class PeerAdmin implements ClusterAdmin {
  /** The next leader may have to establish its leadership first. */
  private static final long SUCCESSOR_TIMEOUT_MILLIS = 10_000;

  private final PeerClusterAdmin door;
  private final ClusterClient others;

  /**
   * @param others asks another peer, when this one has handed its leadership over
   */
  public PeerAdmin(PeerClusterAdmin door, ClusterClient others) {
    this.door = door;
    this.others = others;
  }

  @Override
  public long clusterId() {
    return door.clusterId();
  }

  @Override
  public boolean isLeader() {
    return door.status().isLeader();
  }

  @Override
  public ClusterConfig config() {
    return door.config();
  }

  @Override
  public List<MachineView> machines() {
    return door.machines();
  }

  @Override
  public AdminOutcome<SeatPlan> plan() {
    return door.plan();
  }

  @Override
  public CompletableFuture<AdminOutcome<StateCapture>> capture() {
    return door.capture();
  }

  @Override
  public CompletableFuture<AdminOutcome<ClusterConfig>> putConfig(String subsetJson) {
    return door.putConfig(subsetJson);
  }

  @Override
  public CompletableFuture<AdminOutcome<JoinReply>> join(JoinRequest request) {
    return door.join(request);
  }

  /**
   * A leader that is to lose its own seat has handed leadership over before it lets go; whoever
   * asked it need not know, so the next leader is asked in its stead.
   */
  @Override
  public CompletableFuture<AdminOutcome<String>> remove(String name) {
    boolean led = isLeader();
    return door.remove(name)
        .thenCompose(
            outcome -> {
              Optional<String> successor =
                  led && outcome instanceof AdminOutcome.NotLeader<?> elsewhere
                      ? elsewhere.leaderPeerUrl()
                      : Optional.empty();
              return successor.isPresent()
                  ? others
                      .remove(successor.get(), name, SUCCESSOR_TIMEOUT_MILLIS)
                      .thenApply(PeerAdmin::outcome)
                  : CompletableFuture.completedFuture(outcome.map(seat -> name));
            });
  }

  private static AdminOutcome<String> outcome(ClusterResponse<String> answer) {
    if (answer instanceof ClusterResponse.Granted<String> granted) {
      return new AdminOutcome.Done<>(granted.value());
    }
    return new AdminOutcome.Refused<>(
        answer instanceof ClusterResponse.Refused<String> refused && refused.error().isPresent()
            ? refused.error().get()
            : ApiError.of(ErrorCode.RAFT_INTERNAL, "the next leader: " + answer.summary()));
  }
}
