package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.FoundingRequest;
import dev.understudy.clusterconfig.MachineIdentity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** To whom a machine promises that it follows no other founder. */
class StartingMachineTest {
  private static final FoundingRequest OF_A = new FoundingRequest("http://a:1", 11, 1, false);
  private static final FoundingRequest OF_B = new FoundingRequest("http://b:1", 12, 1, false);

  private final StartingMachine machine =
      new StartingMachine(
          new MachineIdentity("m", "http://m:1", 1, MachineIdentity.Mode.STARTING, 0, 0, List.of()),
          new Noted());

  /** A disk, which may be broken. */
  private final class Noted implements StartingMachine.Notes {
    @Override
    public Optional<FoundingRequest> load() {
      return noted;
    }

    @Override
    public void save(Optional<FoundingRequest> promise) throws IOException {
      if (broken) {
        throw new IOException("broken");
      }
      noted = promise;
    }
  }

  private Optional<FoundingRequest> noted = Optional.empty();
  private boolean broken;

  @Test
  void aPromiseOutlivesTheProcessAndCountsOnlyOnceItIsOnDisk() throws Exception {
    broken = true;
    assertThat(machine.promise(OF_A)).isFalse();
    broken = false;
    assertThat(machine.promise(OF_A)).isTrue();
    StartingMachine restarted = new StartingMachine(machine.identity(), new Noted());
    restarted.choosesFrom(List.of("http://a:1", "http://b:1", "http://m:1"));
    assertThat(restarted.promise(OF_B)).isFalse();
    broken = true;
    restarted.promise(of(OF_A, 11, 1, true));
    assertThat(restarted.promise(OF_B)).isFalse();
  }

  @BeforeEach
  void choose() throws IOException {
    machine.choosesFrom(List.of("http://a:1", "http://b:1", "http://m:1"));
  }

  @Test
  void whoChoosesFromNoListPromisesNothing() {
    StartingMachine other = new StartingMachine(machine.identity(), new Noted());
    assertThat(other.promise(OF_A)).isFalse();
  }

  @Test
  void onlyOneFounderGetsThePromise() {
    assertThat(machine.promise(OF_A)).isTrue();
    assertThat(machine.promise(OF_B)).isFalse();
    assertThat(machine.promise(OF_A)).isTrue();
    assertThat(machine.promise(of(OF_A, 13, 1, false))).as("another process at a").isFalse();
  }

  @Test
  void theFounderGivesItBackButNotForALaterAttempt() {
    machine.promise(OF_A);
    machine.promise(of(OF_A, 11, 2, false));
    assertThat(machine.promise(of(OF_A, 11, 1, true))).isFalse();
    assertThat(machine.promise(OF_B)).as("a release that came late").isFalse();
    machine.promise(of(OF_B, 12, 9, true));
    assertThat(machine.promise(OF_B)).as("released by who never had it").isFalse();
    machine.promise(of(OF_A, 11, 2, true));
    assertThat(machine.promise(OF_B)).isTrue();
  }

  @Test
  void aRequestThatCameLateIsNotPromised() {
    machine.promise(of(OF_A, 11, 2, false));
    assertThat(machine.promise(OF_A)).isFalse();
  }

  @Test
  void aPromiseToAProcessThatIsGoneIsForgottenAndNoOther() {
    machine.promise(OF_A);
    machine.forget(OF_B);
    assertThat(machine.promise(OF_B)).isFalse();
    machine.forget(OF_A);
    assertThat(machine.promise(OF_B)).isTrue();
  }

  @Test
  void identitiesAreReadAsTheyWereWritten() {
    MachineIdentity identity = machine.identity();
    assertThat(identity.isEmpty()).isTrue();
    assertThat(MachineIdentity.fromJson(identity.toJson())).isEqualTo(identity);
    MachineIdentity peer = identity.as(MachineIdentity.Mode.PEER, 0xc1, -1);
    assertThat(MachineIdentity.fromJson(peer.toJson())).isEqualTo(peer);
    assertThat(peer.isEmpty()).isFalse();
  }

  @Test
  void requestsAreReadAsTheyWereWritten() throws Exception {
    assertThat(FoundingRequest.fromJson(OF_A.toJson())).isEqualTo(OF_A);
    FoundingRequest release = of(OF_A, 11, 3, true);
    assertThat(FoundingRequest.fromJson(release.toJson())).isEqualTo(release);
  }

  private static FoundingRequest of(
      FoundingRequest founder, long process, long attempt, boolean release) {
    return new FoundingRequest(founder.founderUrl(), process, attempt, release);
  }
}
