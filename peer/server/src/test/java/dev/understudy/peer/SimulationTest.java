package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.SimulatedPeers.Weather;
import dev.understudy.statemachine.StateImageCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whole clusters of drivers under faults, in virtual time. More seeds: {@code
 * -Dunderstudy.simulation.seeds=5000}; one again: {@code -Dunderstudy.simulation.seed=17}.
 */
class SimulationTest {
  private static final long ORDINARY_SEEDS = 200;
  private static final long HAND_OVER_MILLIS = 1_000;

  @Test
  void acknowledgedWritesSurviveAndReadsAreNeverStaleWhateverHappens() {
    Long one = Long.getLong("understudy.simulation.seed");
    long count = Long.getLong("understudy.simulation.seeds", ORDINARY_SEEDS);
    LongStream seeds = one == null ? LongStream.rangeClosed(1, count) : LongStream.of(one);
    long[] done = new long[4];
    seeds.forEach(
        seed -> {
          try {
            SimulatedClients clients = live(seed);
            done[0] += clients.writesDone();
            done[1] += clients.readsDone();
            done[2] += clients.writesRefusedForSpace();
            done[3] += clients.writesUnknown();
          } catch (AssertionError | Exception e) {
            throw new AssertionError(
                "seed " + seed + "; again with -Dunderstudy.simulation.seed=" + seed, e);
          }
        });
    System.err.printf(
        "simulated: %d writes, %d reads done; %d writes refused for want of space, %d unknown%n",
        done[0], done[1], done[2], done[3]);
    assertThat(done[0]).isGreaterThan(0);
    assertThat(done[1]).isGreaterThan(0);
  }

  private static SimulatedClients live(long seed) throws IOException {
    int size = seed % 4 == 0 ? 5 : 3;
    long snapshotCount = seed % 3 == 0 ? 20 : 100_000;
    try (SimulatedPeers cluster = SimulatedPeers.of(size, seed, snapshotCount).startAll()) {
      SimulatedClients clients = new SimulatedClients(cluster, 8);
      cluster.setWeather(seed % 5 == 0 ? Weather.FAIR : Weather.ROUGH);
      for (int i = 0; i < 15; i++) {
        cluster.run(200 + cluster.random.nextInt(1_500));
        mishap(cluster, size);
      }
      clients.stop();
      cluster.setWeather(Weather.FAIR);
      cluster.heal();
      cluster.all().forEach(SimulatedPeer::clearDisk);
      cluster.all().stream().filter(peer -> !peer.isRunning()).forEach(SimulatedPeer::start);
      cluster.run(SimulatedPeers.REQUEST_TIMEOUT_MILLIS + 1_000);
      assertThat(cluster.runUntil(() -> agree(cluster), 20_000))
          .as("all agree in the end")
          .isTrue();
      List<byte[]> images = cluster.all().stream().map(SimulationTest::image).toList();
      images.forEach(image -> assertThat(image).isEqualTo(images.get(0)));
      clients.check(cluster.peer(1).life().machine.version());
      return clients;
    }
  }

  private static boolean agree(SimulatedPeers cluster) {
    long applied = cluster.peer(1).status().applied();
    return cluster.leader().isPresent()
        && cluster.leader().get().life().gate.isOpen()
        && cluster.all().stream()
            .allMatch(
                peer -> peer.status().applied() == applied && peer.status().commit() == applied);
  }

  private static byte[] image(SimulatedPeer peer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      StateImageCodec.write(peer.life().machine.image(), out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  /** It takes the leader's process for dead, which may be wrong. */
  private static void falseAlarm(SimulatedPeer peer) {
    if (peer.isRunning()) {
      peer.life().network().receiver().processEnded(peer.status().leader());
      peer.life().poke(0);
    }
  }

  private static void mishap(SimulatedPeers cluster, int size) {
    SimulatedPeer victim = cluster.peer(1 + cluster.random.nextInt(size));
    switch (cluster.random.nextInt(13)) {
      case 0, 1 -> {
        if (victim.isRunning()) {
          victim.crash();
        } else {
          victim.start();
        }
      }
      case 2 -> cluster.cutOff(victim.member);
      case 3 -> cluster.leader().ifPresent(leader -> cluster.cutOff(leader.member));
      case 4 -> cluster.leader().ifPresent(SimulatedPeer::crash);
      case 5 -> {
        victim.stop();
        victim.start();
      }
      case 6 ->
          cluster
              .leader()
              .ifPresent(leader -> leader.life().driver.handOver(victim.member, HAND_OVER_MILLIS));
      case 7 -> cluster.leader().ifPresent(SimulatedPeer::fillDisk);
      case 8 -> cluster.all().forEach(SimulatedPeer::clearDisk);
      case 9 -> cluster.leader().ifPresent(SimulatedPeer::kill);
      case 10 -> falseAlarm(victim);
      default -> {
        cluster.heal();
        cluster.all().stream().filter(peer -> !peer.isRunning()).forEach(SimulatedPeer::start);
      }
    }
  }
}
