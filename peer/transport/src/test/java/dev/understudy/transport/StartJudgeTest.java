package dev.understudy.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A process may have two streams: the one that it opened, and the one that was opened to it. */
class StartJudgeTest {
  private static final long MEMBER = 0xb;
  private static final Lineage FIRST = Lineage.first(1);
  private static final Lineage OTHER = Lineage.first(2);

  private final Set<PeerStream> streams = new LinkedHashSet<>();
  private long nowNanos;
  private final StartJudge judge = new StartJudge(streams, () -> nowNanos, 500);

  @Test
  void aProcessIsThereWhenAnyOfItsStreamsIs() {
    PeerStream silent = open(FIRST);
    PeerStream lively = open(FIRST);
    nowNanos += TimeUnit.SECONDS.toNanos(1);
    assertThat(judge.refusal(MEMBER, OTHER)).as("both are silent").isEmpty();

    lively.onWebSocketPong(ByteBuffer.allocate(0));
    assertThat(judge.refusal(MEMBER, OTHER).orElseThrow().reason()).contains("is alive");
    assertThat(silent.isOpen()).isTrue();
  }

  /** As a release before these does, or somebody who knows the member's id alone. */
  @Test
  void whoeverStatesNoStartDoesNotSpeakForAMemberWhoseProcessIsThere() {
    PeerStream process = open(FIRST);
    assertThat(judge.refusal(MEMBER, Lineage.UNSTATED).orElseThrow().reason()).contains("is alive");
    judge.setRecorded(Map.of(MEMBER, FIRST.current()));
    assertThat(judge.refusal(MEMBER, Lineage.UNSTATED)).isPresent();
    process.close("its machine goes back to an earlier release");
    assertThat(judge.refusal(MEMBER, Lineage.UNSTATED)).isEmpty();
    open(Lineage.UNSTATED);
    assertThat(judge.refusal(MEMBER, Lineage.UNSTATED)).as("a second stream of it").isEmpty();
    assertThat(judge.refusal(MEMBER, FIRST)).as("and again to a later release").isEmpty();
  }

  @Test
  void whoeverTakesThePlaceOfAProcessEndsAllOfItsStreams() {
    PeerStream one = open(FIRST);
    PeerStream two = open(FIRST);
    PeerStream admitted = open(OTHER);
    judge.admitted(admitted);
    assertThat(one.isOpen()).isFalse();
    assertThat(two.isOpen()).isFalse();
    assertThat(judge.connected()).isEqualTo(Map.of(MEMBER, OTHER));
  }

  /**
   * It may lack what the start before it has acknowledged here, and nobody may have recorded it.
   */
  @Test
  void aDirectoryThatKnowsNothingOfTheStartBeforeItWaitsForTheRecord() {
    Lineage second = FIRST.next(Incarnation.NONE, 3);
    Lineage fork = FIRST.next(Incarnation.NONE, 4);
    PeerStream process = open(second);
    judge.admitted(process);
    process.close("its machine loses power");

    assertThat(judge.refusal(MEMBER, fork).orElseThrow().heardBefore()).contains(second.current());
    assertThat(judge.refusal(MEMBER, fork.next(Incarnation.NONE, 5)))
        .as("started again")
        .isPresent();
    assertThat(judge.refusal(MEMBER, second.next(Incarnation.NONE, 6))).as("knows of it").isEmpty();

    judge.setRecorded(Map.of(MEMBER, fork.current()));
    assertThat(judge.refusal(MEMBER, fork)).as("recorded").isEmpty();
    assertThat(judge.refusal(MEMBER, fork.next(Incarnation.NONE, 7))).as("its next").isEmpty();
    assertThat(judge.refusal(MEMBER, second).orElseThrow().outlivedBy()).isPresent();
  }

  @Test
  void whatWasHeardOfThoseWhoAreNoMembersIsForgotten() {
    PeerStream process = open(FIRST);
    judge.admitted(process);
    process.close("its machine loses power");
    assertThat(judge.refusal(MEMBER, OTHER)).isPresent();
    judge.retain(Set.of());
    assertThat(judge.refusal(MEMBER, OTHER)).isEmpty();
  }

  private PeerStream open(Lineage lineage) {
    PeerStream stream =
        new PeerStream(
            MEMBER,
            TestPeer.QUICK,
            new MessageCodec(),
            Runnable::run,
            () -> nowNanos,
            new Traffic(),
            new ReceiveBudget(1),
            new Deaf());
    stream.setStated(lineage, MachineTraits.UNSTATED);
    stream.onWebSocketOpen(ObligingSession.open());
    streams.add(stream);
    return stream;
  }

  private static final class Deaf implements PeerStream.Owner {
    @Override
    public void opened(PeerStream stream) {}

    @Override
    public void frame(PeerStream stream, ByteBuffer frame) {}

    @Override
    public int maxFrameBytes(PeerStream stream) {
      return 1;
    }

    @Override
    public void ended(PeerStream stream, Throwable cause) {}
  }
}
