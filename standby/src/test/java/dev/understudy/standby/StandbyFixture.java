package dev.understudy.standby;

import static dev.understudy.clusterconfig.MachineView.State.FOLLOWER;
import static dev.understudy.clusterconfig.MachineView.State.LEADER;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A standby with a cluster, a loop and a clock that the test turns by hand. */
abstract class StandbyFixture {
  static final ClusterConfig THREE_SEATS = new ClusterConfig(3, 5, 1);
  static final ClusterConfig FIVE_SEATS = new ClusterConfig(5, 5, 1);
  static final JoinReply SEAT = new JoinReply(17, 0x4, 0xc);
  static final MachineRecord SELF = new MachineRecord("four", "http://p4", "http://c4");
  static final MachineView ONE = new MachineView("one", FOLLOWER, "http://c1", "http://p1");
  static final MachineView LEADING_ONE = new MachineView("one", LEADER, "http://c1", "http://p1");
  static final MachineView TWO = new MachineView("two", LEADER, "http://c2", "http://p2");
  static final MachineView THREE = new MachineView("three", FOLLOWER, "http://c3", "http://p3");

  @TempDir Path directory;

  final AtomicLong now = new AtomicLong();
  final FakeClient cluster = new FakeClient();
  final List<SeatTaken> taken = new ArrayList<>();
  final List<RuntimeException> bugs = new ArrayList<>();
  int timesAlone;
  ManualLoop loop;
  StandbyServer standby;

  @BeforeEach
  void createWithSeeds() {
    create(50, "http://p1", "http://p2");
  }

  final void create(int seatPriority, String... seeds) {
    create(StandbyOptions.of(SELF, seatPriority, List.of(seeds)));
  }

  final void create(StandbyOptions options) {
    StandbyListener listener =
        new StandbyListener() {
          @Override
          public void seatTaken(SeatTaken seat) {
            taken.add(seat);
          }

          @Override
          public void alone() {
            timesAlone++;
          }

          @Override
          public void synced(boolean leaderKnown) {}

          @Override
          public void failed(RuntimeException bug) {
            bugs.add(bug);
          }
        };
    standby =
        new StandbyServer(
            options,
            cluster,
            new StandbyInfoFile(directory),
            () -> loop = new ManualLoop(now),
            new Random(1),
            now::get,
            listener);
  }

  static StandbyOptions proxying(MachineRecord self) {
    return StandbyOptions.of(self, 50, List.of()).withMode(StandbyMode.PROXY);
  }

  final void startAndSettle() throws IOException {
    standby.start();
    loop.settle();
  }

  final StandbyInfo saved() throws IOException {
    return new StandbyInfoFile(directory).load().orElseThrow();
  }
}
