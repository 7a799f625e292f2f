package dev.understudy.standby;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.SyncReply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a standby that wants the data says to leaders and hears of them. */
class ReplicaNewsTest extends StandbyFixture {
  private static final SyncReply SILENT =
      new SyncReply(List.of(TWO), ClusterConfig.DEFAULT, SeatOffer.UNSTATED, 0xc);

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final List<ReplicaReply> answers = new ArrayList<>();
  private final StandbyListener listener =
      new StandbyListener() {
        @Override
        public void seatTaken(SeatTaken seat) {
          taken.add(seat);
        }

        @Override
        public void alone() {}

        @Override
        public void replicaAnswered(ReplicaReply reply, long clusterId) {
          answers.add(reply);
        }

        @Override
        public void synced(boolean leaderKnown) {}

        @Override
        public void failed(RuntimeException bug) {
          bugs.add(bug);
        }
      };

  @BeforeEach
  void listen() {
    lines.start();
    logger().setLevel(Level.WARN);
    logger().addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger().detachAppender(lines);
    logger().setLevel(null);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(ReplicaNews.class);
  }

  @Test
  void thatALeaderIsOfAnOlderVersionIsToldOnceUntilAnotherLeads() {
    ReplicaReply refused = new ReplicaReply.Refused("full");
    ReplicaNews news = new ReplicaNews("four", listener);
    news.heard(SILENT);
    news.heard(SILENT);
    assertThat(lines.list).hasSize(1).allMatch(line -> line.getLevel() == Level.WARN);

    news.heard(
        new SyncReply(
            SILENT.machines(), SILENT.config(), SILENT.offer(), 0xc, Optional.of(refused)));
    news.heard(SILENT);

    assertThat(lines.list).hasSize(2);
    assertThat(answers).containsExactly(refused);
  }

  @Test
  void aReplicaAsksForASeatWithTheLogThatItHas() throws IOException {
    LocalData held = new LocalData.Held(0x7, Lineage.UNSTATED, OptionalLong.of(12));
    standby =
        new StandbyServer(
            StandbyOptions.of(SELF, 50, List.of("http://p2")),
            cluster,
            new StandbyInfoFile(directory),
            () -> loop = new ManualLoop(),
            new Random(1),
            now::get,
            listener,
            Optional.empty(),
            Optional.of(() -> held));
    cluster.answer("http://p2", THREE_SEATS, TWO);
    cluster.giveSeat("http://p2", SEAT);

    startAndSettle();

    assertThat(cluster.joinRequests).extracting(JoinRequest::data).containsExactly(held);
    assertThat(taken).hasSize(1);
  }

  @Test
  void theIdUnderWhichItHoldsTheDataOutlivesTheProcess() throws IOException {
    cluster.answer("http://p2", THREE_SEATS, ONE, TWO, THREE);
    startAndSettle();
    standby.noteReplica(0x7);
    loop.settle();
    loop.passTime();

    assertThat(saved().replica()).isEqualTo(0x7);
    assertThat(StandbyInfo.fromJson(saved().toJson())).isEqualTo(saved());
    assertThat(saved().withLost(0xc, 0x5).replica()).isZero();
  }
}
