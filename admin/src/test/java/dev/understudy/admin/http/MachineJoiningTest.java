package dev.understudy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.AnsweringMachine;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who is given a seat, or another address, by what answers at the places in question. */
class MachineJoiningTest {
  private static final MachineRecord ONE = new MachineRecord("one", "http://p1:1", "http://c1:1");
  private static final MachineRecord FOUR = new MachineRecord("four", "http://p4:1", "http://c4:1");

  private final Leader leader = new Leader();
  private final Map<String, Optional<AnsweringMachine>> places = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final MachineJoining joining = new MachineJoining(leader, new AskBack(this::identify));

  private CompletableFuture<ClusterResponse<Optional<AnsweringMachine>>> identify(
      String url, long timeoutMillis) {
    asked.add(url);
    return CompletableFuture.completedFuture(
        places.containsKey(url)
            ? new ClusterResponse.Granted<>(places.get(url), url)
            : new ClusterResponse.Unreachable<>(url + ": connection refused"));
  }

  private void answers(String place, MachineRecord machine) {
    places.put(
        place,
        Optional.of(
            new AnsweringMachine(
                machine.name(), machine.clientUrl(), Optional.of(machine.peerUrl()))));
  }

  private AdminOutcome<JoinReply> join(MachineRecord machine) {
    return joining.join(JoinRequest.of(machine, new LocalData.None())).join();
  }

  private ApiError refusal(MachineRecord machine) {
    AdminOutcome<JoinReply> outcome = join(machine);
    assertThat(outcome).isInstanceOf(AdminOutcome.Refused.class);
    assertThat(leader.joins).isEmpty();
    return ((AdminOutcome.Refused<JoinReply>) outcome).error();
  }

  @Test
  void aMachineThatIsWhereItSaysIsGivenASeat() {
    answers("http://p4:1", FOUR);

    assertThat(join(FOUR)).isInstanceOf(AdminOutcome.Done.class);
    assertThat(leader.joins).hasSize(1);
  }

  @Test
  void aMachineOfAnOlderVersionThatStartsIsGivenASeat() {
    places.put("http://p4:1", Optional.empty());

    assertThat(join(FOUR)).isInstanceOf(AdminOutcome.Done.class);
  }

  @Test
  void anAddressWhereNobodyAnswersGetsNoSeatButMayBeTriedAgain() {
    ApiError error = refusal(FOUR);

    assertThat(error.httpStatus()).isEqualTo(JoinRequest.NOT_REACHED_STATUS);
    assertThat(error.cause()).contains("does not reach machine \"four\" at http://p4:1");
  }

  @Test
  void aMachineOfAnotherStoreVersionIsRefusedForThatBeforeItIsLookedFor() throws ApiException {
    String body = "{\"minVersion\":7,\"maxVersion\":9,\"peerURL\":\"http://p4:1\"}";
    joining.join(JoinRequest.fromJson("four", body)).join();

    assertThat(asked).isEmpty();
    assertThat(leader.joins).as("who judges it").hasSize(1);
  }

  @Test
  void anAddressWhereAnotherMachineAnswersGetsNoSeat() {
    answers("http://localhost:1", ONE);

    ApiError error = refusal(new MachineRecord("twin", "http://localhost:1", ""));

    assertThat(error.errorCode()).isEqualTo(109);
    assertThat(error.httpStatus()).isEqualTo(400);
  }

  @Test
  void theClientUrlOfAMachineIsChangedOnlyByThatMachine() {
    answers("http://p1:1", ONE);

    refusal(new MachineRecord("one", "http://p1:1", "http://evil.example:1"));

    MachineRecord moved = new MachineRecord("one", "http://p1:1", "http://c1:2");
    answers("http://p1:1", moved);
    assertThat(join(moved)).isInstanceOf(AdminOutcome.Done.class);
  }

  @Test
  void aMachineThatIsAliveWhereItIsRecordedIsNotMovedByAnother() {
    MachineRecord elsewhere = new MachineRecord("one", "http://p9:1", "http://c1:1");
    answers("http://p1:1", ONE);
    answers("http://p9:1", elsewhere);

    assertThat(refusal(elsewhere).cause()).contains("one holds a seat and is alive at http://p1:1");
  }

  @Test
  void aMachineThatSaysItselfThatItIsReachedByAnotherNameIsMoved() {
    MachineRecord renamed = new MachineRecord("one", "http://host-1:1", "http://c1:1");
    answers("http://p1:1", renamed);
    answers("http://host-1:1", renamed);

    assertThat(join(renamed)).isInstanceOf(AdminOutcome.Done.class);
  }

  @Test
  void aMachineThatHasLeftItsPlaceIsMoved() {
    MachineRecord moved = new MachineRecord("one", "http://p9:1", "http://c9:1");
    answers("http://p9:1", moved);

    assertThat(join(moved)).isInstanceOf(AdminOutcome.Done.class);
  }

  @Test
  void aSeatThatIsOnlyConfirmedNeedsNoQuestion() {
    assertThat(join(ONE)).isInstanceOf(AdminOutcome.Done.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void aClientUrlThatWasNotAnnouncedIsTakenFromTheAnswer() {
    answers("http://p4:1", FOUR);

    join(new MachineRecord("four", "http://p4:1", ""));

    assertThat(leader.joins.get(0).clientUrl()).isEqualTo("http://c4:1");
  }

  /** Grants every join that it sees. */
  private static final class Leader implements ClusterAdmin {
    @Override
    public Set<String> takenOut() {
      return Set.of();
    }

    @Override
    public CompletableFuture<AdminOutcome<String>> allow(String name) {
      throw new UnsupportedOperationException();
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

    private final List<JoinRequest> joins = new ArrayList<>();

    @Override
    public CompletableFuture<AdminOutcome<JoinReply>> join(JoinRequest request) {
      joins.add(request);
      return CompletableFuture.completedFuture(new AdminOutcome.Done<>(new JoinReply(1, 2, 3)));
    }

    @Override
    public List<MachineView> machines() {
      return List.of(MachineView.of(ONE, true));
    }

    @Override
    public int storeVersion() {
      return StoreVersion.CURRENT;
    }

    @Override
    public boolean isLeader() {
      return true;
    }

    @Override
    public long clusterId() {
      return 3;
    }

    @Override
    public ClusterConfig config() {
      return ClusterConfig.DEFAULT;
    }

    @Override
    public OptionalLong memberOf(String name) {
      throw new AssertionError("no id is asked for");
    }

    @Override
    public long lossAgeMillis(String name) {
      return Long.MAX_VALUE;
    }

    @Override
    public AdminOutcome<SeatPlan> plan() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<AdminOutcome<ClusterConfig>> putConfig(String changeJson) {
      throw new UnsupportedOperationException();
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
      throw new UnsupportedOperationException();
    }

    @Override
    public ReplicaReply replicate(MachineRecord standby, ReplicaRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Long> replicaLags() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<AdminOutcome<StateCapture>> capture() {
      throw new UnsupportedOperationException();
    }
  }
}
