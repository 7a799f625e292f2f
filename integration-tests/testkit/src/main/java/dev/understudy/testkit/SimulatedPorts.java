package dev.understudy.testkit;

import dev.understudy.admin.machine.MachinePorts;
import dev.understudy.admin.machine.PeerServices;
import dev.understudy.admin.machine.ReplicaStandby;
import dev.understudy.admin.machine.StartingMachine;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.MachineIdentity;
import dev.understudy.clusterconfig.MachineIdentity.Mode;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.AdminOutcome;
import dev.understudy.standby.StandbyServer;
import dev.understudy.wal.WalIdentity;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The two ports of a simulated machine. What HTTP handlers do with a request in the product is done
 * here without HTTP: the same objects are called, and modes answer what they answer there.
 */
final class SimulatedPorts implements MachinePorts {
  /** The answer of a machine without a seat, or of something that is no machine. */
  static final int NOT_FOUND = 404;

  private Optional<StartingMachine> starting = Optional.empty();
  private Optional<PeerServices> peer = Optional.empty();
  private Optional<StandbyServer> standby = Optional.empty();
  private Optional<ReplicaStandby> replica = Optional.empty();

  /** How a peer port answers an admin request. */
  sealed interface AdminReply<T> {
    /** A peer has taken the request. */
    record OfPeer<T>(AdminOutcome<T> outcome) implements AdminReply<T> {}

    /** A status without an error in its body. */
    record Bare<T>(int httpStatus) implements AdminReply<T> {}
  }

  @Override
  public void answerAs(StartingMachine next) {
    starting = Optional.of(next);
    peer = Optional.empty();
    standby = Optional.empty();
  }

  /** What a machine answers before it has a mode; empty when it has one. */
  Optional<StartingMachine> starting() {
    return peer.isEmpty() && standby.isEmpty() ? starting : Optional.empty();
  }

  /** Which machine this is; empty before it has begun. */
  Optional<MachineIdentity> identity() {
    return starting.map(
        machine ->
            peer.map(
                    services -> {
                      WalIdentity own = services.server().recollection().identity();
                      return machine.identity().as(Mode.PEER, own.clusterId(), own.memberId());
                    })
                .or(
                    () ->
                        standby.map(
                            server ->
                                machine.identity().as(Mode.STANDBY, server.info().clusterId(), 0)))
                .orElseGet(machine::identity));
  }

  @Override
  public void answerAs(PeerServices next) {
    peer = Optional.of(next);
    standby = Optional.empty();
    replica = Optional.empty();
  }

  @Override
  public void answerAs(StandbyServer next) {
    peer = Optional.empty();
    standby = Optional.of(next);
    replica = Optional.empty();
  }

  @Override
  public void answerAs(ReplicaStandby next) {
    peer = Optional.empty();
    standby = Optional.of(next.standby());
    replica = Optional.of(next);
  }

  @Override
  public void drain() {
    // Connections are not simulated.
  }

  @Override
  public void answerNothing() {
    peer = Optional.empty();
    standby = Optional.empty();
    replica = Optional.empty();
  }

  Optional<PeerServices> peer() {
    return peer;
  }

  /** Whether a standby answers that has a peer without a seat beside it. */
  boolean holdsData() {
    return replica.flatMap(ReplicaStandby::peer).isPresent();
  }

  Optional<ReplicaStandby> replica() {
    return replica;
  }

  Optional<StandbyServer> standby() {
    return standby;
  }

  /** Takes an admin request. */
  <T> CompletableFuture<AdminReply<T>> admin(
      Function<PeerServices, CompletableFuture<AdminOutcome<T>>> request) {
    if (standby.isPresent()) {
      Optional<String> leader = standby.get().leaderAsSynced().map(MachineView::peerUrl);
      return CompletableFuture.completedFuture(
          new AdminReply.OfPeer<>(
              leader.isPresent()
                  ? new AdminOutcome.NotLeader<>(leader)
                  : new AdminOutcome.Refused<>(
                      ApiError.of(ErrorCode.STANDBY_INTERNAL, "no leader is known"))));
    }
    if (peer.isEmpty()) {
      return unavailable("this machine is changing its mode");
    }
    Optional<String> reason = peer.get().server().reasonToWait();
    return reason.isPresent()
        ? unavailable(reason.get())
        : request.apply(peer.get()).thenApply(AdminReply.OfPeer::new);
  }

  private static <T> CompletableFuture<AdminReply<T>> unavailable(String reason) {
    ApiError error = ApiError.of(ErrorCode.LEADER_ELECTION, reason);
    return CompletableFuture.completedFuture(
        new AdminReply.OfPeer<>(new AdminOutcome.Refused<>(error)));
  }
}
