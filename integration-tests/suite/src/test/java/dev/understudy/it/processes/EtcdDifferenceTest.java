package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A machine and Debian's etcd 3.4 are asked the same under {@code /v2/keys} and have to answer the
 * same. Where they do not, on purpose, {@code v2/known-differences.cases} says why, and this test
 * that it is still so. The machine lets in pages of any origin, as etcd does by itself: so the
 * headers for them are compared in every answer.
 *
 * <p>Random sequences are the same in every build; {@code -Dunderstudy.v2.sequences=2000} asks for
 * more, {@code -Dunderstudy.v2.seed=...} for others, and {@link EtcdDifferenceSoak} draws them.
 * Without etcd these tests are skipped, except where {@code UNDERSTUDY_REQUIRE_TOOLS=1} forbids
 * that.
 */
class EtcdDifferenceTest {
  private static final int SEQUENCES = Integer.getInteger("understudy.v2.sequences", 25);
  private static final int LENGTH = 30;
  private static final long SEED = Long.getLong("understudy.v2.seed", 1);

  @RegisterExtension static final Machines MACHINES = Machines.ofAllTests();

  private static EtcdReference etcd;
  private static V2Duel duel;

  @BeforeAll
  static void startBoth() {
    Tool tool = Tool.require("etcd", "Debian: etcd-server");
    MachineUnderTest machine = MACHINES.machineAt("m1", "--cors", "*").start();
    etcd = EtcdReference.start(tool, MACHINES.directory());
    machine.awaitReady();
    duel = new V2Duel(etcd.url(), machine.clientUrl());
  }

  @AfterAll
  static void stopEtcd() {
    if (etcd != null) {
      etcd.close();
    }
  }

  static List<V2Case> ourCases() {
    return V2Case.read("/v2/keys.cases");
  }

  static List<V2Case> usersAndRoles() {
    return V2Case.read("/v2/users.cases");
  }

  static List<V2Case> knownDifferences() {
    return V2Case.read("/v2/known-differences.cases");
  }

  @ParameterizedTest
  @MethodSource("ourCases")
  void theAnswersAreEtcds(V2Case asked) throws IOException {
    assertThat(duel.play(asked)).isEmpty();
  }

  /** But for indexes: to etcd users are keys out of sight, and a change of them counts as one. */
  @ParameterizedTest
  @MethodSource("usersAndRoles")
  void usersAndRolesAreEtcds(V2Case asked) throws IOException {
    assertThat(duel.playWithoutIndexes(asked)).isEmpty();
  }

  /** Otherwise the list would go on excusing what is no longer so. */
  @ParameterizedTest
  @MethodSource("knownDifferences")
  void aKnownDifferenceIsStillThere(V2Case asked) throws IOException {
    assertThat(duel.playStrictly(asked)).isPresent();
  }

  @Test
  void randomRequestsAreAnsweredAsByEtcd() throws IOException {
    playRandomRequests(duel, SEED, SEQUENCES);
  }

  /** Plays a sequence for each seed from the first on, until both differ. */
  static void playRandomRequests(V2Duel duel, long firstSeed, int sequences) throws IOException {
    System.out.printf(
        "random requests: -Dunderstudy.v2.seed=%d -Dunderstudy.v2.sequences=%d%n",
        firstSeed, sequences);
    for (long seed = firstSeed; seed < firstSeed + sequences; seed++) {
      V2Case sequence = new RandomRequests(seed).sequence("seed " + seed, LENGTH);
      Optional<String> difference = duel.play(sequence);
      if (difference.isPresent()) {
        fail(
            "again by -Dit.test=EtcdDifferenceTest -Dunderstudy.v2.seed="
                + seed
                + "\n"
                + difference.get());
      }
    }
  }
}
