package dev.understudy.admin.http;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.peer.AdminOutcome;
import dev.understudy.peer.ClusterAdmin;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Removes a machine, on the next leader if need be: a leader that is to lose its own seat hands
 * leadership over before it lets go. The client need not know; its request is repeated there.
 */
public final class MachineRemoval {
  /** The next leader may have to establish its leadership first. */
  private static final long TIMEOUT_MILLIS = 10_000;

  private final ClusterAdmin admin;
  private final ClusterClient others;

  /**
   * @param others reaches the next leader
   */
  public MachineRemoval(ClusterAdmin admin, ClusterClient others) {
    this.admin = admin;
    this.others = others;
  }

  /**
   * Never blocks; completes with the name of the machine once it has no seat.
   *
   * @param forwards whether a leader that removes itself asks the next one, rather than to leave
   *     that to its client
   */
  public CompletableFuture<AdminOutcome<String>> remove(Removal removal, boolean forwards) {
    boolean led = forwards && admin.isLeader();
    return admin
        .remove(removal)
        .thenCompose(
            outcome -> {
              Optional<String> successor = led ? elsewhere(outcome) : Optional.empty();
              return successor.isPresent()
                  ? others
                      .remove(successor.get(), removal, TIMEOUT_MILLIS)
                      .thenApply(MachineRemoval::outcome)
                  : CompletableFuture.completedFuture(outcome);
            });
  }

  private static Optional<String> elsewhere(AdminOutcome<String> outcome) {
    return outcome instanceof AdminOutcome.NotLeader<String> notLeader
        ? notLeader.leaderPeerUrl()
        : Optional.empty();
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
