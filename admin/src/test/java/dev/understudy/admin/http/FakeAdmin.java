package dev.understudy.admin.http;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.clusterconfig.ReplicaRequest;
import dev.understudy.clusterconfig.SeatPreference;
import dev.understudy.clusterconfig.StoreVersion;
import dev.understudy.peer.AdminOutcome;
import dev.understudy.peer.ClusterAdmin;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.peer.leadership.SeatPlan;
import dev.understudy.peer.leadership.Standbys;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A peer as the admin API sees it, which answers as a test wants. */
final class FakeAdmin implements ClusterAdmin {
  final List<Removal> asked = new CopyOnWriteArrayList<>();

  @Override
  public Set<String> takenOut() {
    return Set.of();
  }

  @Override
  public CompletableFuture<AdminOutcome<String>> allow(String name) {
    return answer(name);
  }

  @Override
  public boolean wantsUnderstudy(String name) {
    return false;
  }

  @Override
  public SeatPreference seatPreference() {
    return SeatPreference.NONE;
  }

  @Override
  public void standbys(Standbys known) {}

  final List<JoinRequest> joins = new ArrayList<>();
  volatile ClusterConfig config = new ClusterConfig(3, 5, 1);
  volatile int seats = 1;
  volatile boolean leads = true;
  volatile SeatPlan plan = new SeatPlan(3, 2, List.of());
  volatile Optional<ApiError> refusal = Optional.empty();
  volatile Optional<Optional<String>> elsewhere = Optional.empty();

  @Override
  public long clusterId() {
    return 0xc1;
  }

  @Override
  public int storeVersion() {
    return StoreVersion.CURRENT;
  }

  @Override
  public boolean isLeader() {
    return leads;
  }

  @Override
  public AdminOutcome<SeatPlan> plan() {
    return outcome(plan);
  }

  @Override
  public ReplicaReply replicate(MachineRecord standby, ReplicaRequest request) {
    return new ReplicaReply.Granted(0x7, 9);
  }

  @Override
  public Map<String, Long> replicaLags() {
    return Map.of("four", 4L);
  }

  @Override
  public CompletableFuture<AdminOutcome<StateCapture>> capture() {
    StateImage empty = new StateMachine(1).image();
    SnapshotMetadata of = new SnapshotMetadata(2, 9, ConfState.ofVoters(1L));
    return CompletableFuture.completedFuture(new AdminOutcome.Done<>(new StateCapture(of, empty)));
  }

  @Override
  public ClusterConfig config() {
    return config;
  }

  @Override
  public List<MachineView> machines() {
    List<MachineView> machines = new ArrayList<>();
    machines.add(MachineView.of(AdminApiTest.SELF, true));
    for (int i = 1; i < seats; i++) {
      machines.add(new MachineView("seat" + i, MachineView.State.FOLLOWER, "", "http://seat" + i));
    }
    return machines;
  }

  @Override
  public CompletableFuture<AdminOutcome<ClusterConfig>> putConfig(String subsetJson) {
    return answer(new ClusterConfig(5, 5, 1));
  }

  @Override
  public CompletableFuture<AdminOutcome<JoinReply>> join(JoinRequest request) {
    joins.add(request);
    return answer(new JoinReply(7, 0xd, 0xc1));
  }

  @Override
  public long lossAgeMillis(String name) {
    return Long.MAX_VALUE;
  }

  @Override
  public OptionalLong memberOf(String name) {
    return name.equals("one") ? OptionalLong.of(0xd) : OptionalLong.empty();
  }

  @Override
  public CompletableFuture<AdminOutcome<String>> transferLeadership(String name) {
    return CompletableFuture.completedFuture(
        name.equals("four")
            ? new AdminOutcome.Done<>(name)
            : new AdminOutcome.NotLeader<>(Optional.empty()));
  }

  @Override
  public CompletableFuture<AdminOutcome<String>> remove(Removal removal) {
    asked.add(removal);
    return answer(removal.name());
  }

  private <T> CompletableFuture<AdminOutcome<T>> answer(T value) {
    return CompletableFuture.completedFuture(outcome(value));
  }

  private <T> AdminOutcome<T> outcome(T value) {
    return elsewhere.isPresent()
        ? new AdminOutcome.NotLeader<>(elsewhere.get())
        : refusal.isPresent()
            ? new AdminOutcome.Refused<>(refusal.get())
            : new AdminOutcome.Done<>(value);
  }
}
