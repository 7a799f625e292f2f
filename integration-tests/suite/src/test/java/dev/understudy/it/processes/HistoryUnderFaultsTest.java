package dev.understudy.it.processes;

import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Real machines under one fault after the other, while clients record what they are answered: all
 * of it can be explained. Some seconds for each fault; for longer, {@link HistoryUnderFaultsSoak}.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HistoryUnderFaultsTest {
  private static final int SEATS = 3;
  private static final int REMOVE_DELAY_SECONDS = 600;
  private static final int FROZEN_MILLIS = 2_500;
  private static final int CUT_OFF_MILLIS = 4_000;
  private static final int AN_HOUR_SECONDS = 3_600;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  static void pass(long millis) {
    Awaitility.await()
        .pollDelay(millis, TimeUnit.MILLISECONDS)
        .atMost(Deadlines.PATIENCE)
        .until(() -> true);
  }

  @Test
  void ofProcessesThatAreKilledAndHeldStillAndOfDisksAndClocksThatFail() throws Exception {
    BrokenDisk disks = BrokenDisk.of(machines);
    FakeClock clocks = FakeClock.of(machines);
    TestCluster cluster = TestCluster.start(machines, SEATS, SEATS, REMOVE_DELAY_SECONDS);
    try (RecordingClients clients = RecordingClients.start(cluster.machines())) {
      clients.awaitMore(50);
      killed(cluster.leader(), clients);
      killed(cluster.follower(), clients);
      heldStill(cluster.leader(), clients);
      clockMoved(cluster.leader(), clocks, AN_HOUR_SECONDS, clients);
      clockMoved(cluster.follower(), clocks, -AN_HOUR_SECONDS, clients);
      diskFails(cluster.leader(), disks, clients);
      cluster.awaitPeers(SEATS);
      clients.check(cluster);
    }
  }

  static void killed(MachineUnderTest machine, RecordingClients clients) {
    machine.kill();
    clients.awaitMore(20);
    machine.start().awaitReady();
    clients.awaitMore(20);
  }

  static void heldStill(MachineUnderTest machine, RecordingClients clients) {
    machine.freeze();
    try {
      pass(FROZEN_MILLIS);
    } finally {
      machine.thaw();
    }
    clients.awaitMore(20);
  }

  static void clockMoved(
      MachineUnderTest machine, FakeClock clocks, int seconds, RecordingClients clients) {
    clocks.move(machine, seconds);
    clients.awaitMore(40);
    clocks.move(machine, 0);
    clients.awaitMore(20);
  }

  static void diskFails(MachineUnderTest machine, BrokenDisk disks, RecordingClients clients) {
    disks.fail(machine, BrokenDisk.Call.SYNC);
    machine.awaitExit();
    disks.mend(machine, BrokenDisk.Call.SYNC);
    clients.awaitMore(20);
    machine.start().awaitReady();
    clients.awaitMore(20);
  }

  @Test
  void ofAFullDisk() throws Exception {
    try (SmallDisk disk = SmallDisk.at(machines.directory().resolve("small"))) {
      machines.store(
          name -> (name.equals("m2") ? disk.path() : machines.directory()).resolve(name));
      TestCluster cluster = TestCluster.start(machines, SEATS, SEATS, REMOVE_DELAY_SECONDS);
      try (RecordingClients clients = RecordingClients.start(cluster.machines())) {
        clients.awaitMore(50);
        disk.fill();
        pass(CUT_OFF_MILLIS);
        disk.makeRoom();
        clients.awaitMore(100);
        cluster.makeWhole();
        clients.check(cluster);
      } finally {
        cluster.machines().forEach(MachineUnderTest::kill);
      }
    }
  }

  @Test
  void ofADividedNetwork() {
    try (NetworkSpaces network = NetworkSpaces.of(machines, "m1", "m2", "m3")) {
      TestCluster cluster = TestCluster.start(machines, SEATS, SEATS, REMOVE_DELAY_SECONDS);
      try (RecordingClients clients = RecordingClients.start(cluster.machines())) {
        clients.awaitMore(50);
        cutOff(cluster.leader(), network, clients);
        cutOff(cluster.follower(), network, clients);
        unplugged(cluster.leader(), network, clients);
        cluster.awaitPeers(SEATS);
        clients.check(cluster);
      } finally {
        cluster.machines().forEach(MachineUnderTest::kill);
      }
    }
  }

  static void cutOff(MachineUnderTest machine, NetworkSpaces network, RecordingClients clients) {
    network.cutOff(machine);
    pass(CUT_OFF_MILLIS);
    network.heal(machine);
    clients.awaitMore(20);
  }

  static void unplugged(MachineUnderTest machine, NetworkSpaces network, RecordingClients clients) {
    network.unplug(machine);
    pass(CUT_OFF_MILLIS);
    network.plugIn(machine);
    clients.awaitMore(20);
  }
}
