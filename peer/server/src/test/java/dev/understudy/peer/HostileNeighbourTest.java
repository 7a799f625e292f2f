package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.RejectedProposals;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages of every kind, each field of which is sound or not, from a stranger, from a removed
 * member, and in the names of members: no peer fails, a leader is there, what clients wrote stays.
 * (In a member's name, entries of a leader cannot be told from lies, so they are left to those who
 * are no members.) More seeds: {@code -Dunderstudy.fuzz.seeds=100000}; one again: {@code
 * -Dunderstudy.fuzz.seed=17}.
 */
class HostileNeighbourTest {
  private static final long ORDINARY_SEEDS = 60;
  private static final int MESSAGES = 300;
  private static final long STRANGER = 0xdead;
  private static final long SOON_MILLIS = 30_000;

  static LongStream seeds() {
    Long one = Long.getLong("understudy.fuzz.seed");
    return one == null
        ? LongStream.rangeClosed(1, Long.getLong("understudy.fuzz.seeds", ORDINARY_SEEDS))
        : LongStream.of(one);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverStrangersSendNothingChanges(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 50).startLed()) {
      write(cluster, "/kept", "mine");
      long leader = cluster.leader().orElseThrow().member;
      long term = cluster.peer(leader).status().term();
      hurl(cluster, new Hurler(seed, STRANGER, cluster));
      assertThat(cluster.leader().orElseThrow().member).as("the leader").isEqualTo(leader);
      assertThat(cluster.peer(leader).status().term()).as("the term").isEqualTo(term);
      intact(cluster);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverIsSentInAMembersNameNobodyFailsAndALeaderIsThere(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 50).startLed()) {
      write(cluster, "/kept", "mine");
      hurl(cluster, new Hurler(seed, 2, cluster));
      cluster.run(5_000);
      intact(cluster);
      assertThat(cluster.leader().orElseThrow().status().term()).isLessThan(1L << 40);
    }
  }

  private static void hurl(SimulatedPeers cluster, Hurler hurler) {
    for (int i = 0; i < MESSAGES; i++) {
      SimulatedPeer target = cluster.peer(1 + hurler.random.nextInt(3));
      hurler.next(target);
      target.life().poke(0);
      cluster.run(hurler.random.nextInt(20));
    }
  }

  private static void intact(SimulatedPeers cluster) {
    assertThat(cluster.runUntil(() -> cluster.leader().isPresent(), SOON_MILLIS)).isTrue();
    write(cluster, "/after", "written");
    cluster.run(2_000);
    for (SimulatedPeer peer : cluster.all()) {
      assertThat(value(peer, "/kept")).isEqualTo("mine");
      assertThat(value(peer, "/after")).isEqualTo("written");
      assertThat(value(peer, "/forged")).isNull();
      assertThat(peer.life().machine.registry().all()).hasSize(3);
      assertThat(peer.life().machine.config().activeSize()).isEqualTo(9);
    }
  }

  private static void write(SimulatedPeers cluster, String key, String value) {
    for (int attempt = 0; attempt < 10; attempt++) {
      SimulatedPeer any = cluster.peer(1 + attempt % 3);
      CompletableFuture<Outcome<Result>> written =
          any.life().driver.propose(new Command.WriteKey(set(key, value)));
      any.life().poke(0);
      cluster.runUntil(written::isDone, SOON_MILLIS);
      if (written.isDone() && written.join() instanceof Outcome.Done) {
        return;
      }
      cluster.run(1_000);
    }
    throw new AssertionError(key + " cannot be written");
  }

  private static Operation set(String key, String value) {
    return new Operation.Set(key, false, value, OptionalLong.empty(), false);
  }

  private static String value(SimulatedPeer peer, String key) {
    return peer.life().machine.version().get(key, false) instanceof Result.Success found
        ? found.event().node().value()
        : null;
  }

  /** Makes up messages. */
  private static final class Hurler {
    private static final long[] NUMBERS = {
      0,
      1,
      2,
      3,
      7,
      1L << 31,
      1L << 32,
      1L << 40,
      1L << 62,
      Long.MAX_VALUE - 1,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      -1,
      -2
    };

    private final SplittableRandom random;
    private final long from;
    private final SimulatedPeers cluster;

    private Hurler(long seed, long from, SimulatedPeers cluster) {
      this.random = new SplittableRandom(seed);
      this.from = from;
      this.cluster = cluster;
    }

    private long number(long sound) {
      return switch (random.nextInt(4)) {
        case 0 -> NUMBERS[random.nextInt(NUMBERS.length)];
        case 1 -> sound + random.nextInt(-2, 3);
        default -> sound;
      };
    }

    private void next(SimulatedPeer target) {
      long to = target.member;
      long term = number(target.status().term());
      long index = number(target.status().commit());
      boolean stranger = from == STRANGER;
      switch (random.nextInt(stranger ? 17 : 14)) {
        case 0 -> say(target, new Message.AppendResponse(from, to, term, index, false, 0, 0));
        case 1 ->
            say(
                target,
                new Message.AppendResponse(
                    sender(to), to, term, index, true, number(index), number(term)));
        case 2 -> say(target, new Message.VoteRequest(from, to, term, number(1), index, coin()));
        case 3 -> say(target, new Message.PreVoteRequest(from, to, term, number(1), index));
        case 4 -> say(target, new Message.VoteResponse(sender(to), to, term, coin()));
        case 5 -> say(target, new Message.VoteResponse(from, to, Message.TERM_DENIED, false));
        case 6 -> say(target, new Message.PreVoteResponse(from, to, Message.TERM_DENIED, false));
        case 7 -> say(target, new Message.HeartbeatResponse(from, to, term, number(1)));
        case 8 -> say(target, new Message.ReadIndexRequest(from, to, number(0), number(5)));
        case 9 -> say(target, new Message.ReadIndexResponse(from, to, term, index, number(5)));
        case 10 -> say(target, new Message.TimeoutNow(from, to, term));
        case 11, 12 ->
            target
                .life()
                .driver
                .forwarded(new ForwardedProposals(from, to, term, List.of(payload())));
        case 13 ->
            target
                .life()
                .driver
                .refused(
                    new RejectedProposals(
                        from,
                        to,
                        term,
                        RejectedProposals.Reason.INVALID,
                        number(1),
                        List.of(number(1))));
        case 14 -> say(target, new Message.Heartbeat(sender(to), to, term, index, number(1)));
        case 15 ->
            say(
                target,
                new Message.InstallSnapshot(
                    from,
                    to,
                    term,
                    new Snapshot(
                        new SnapshotMetadata(number(1), index, ConfState.ofVoters(to, from)),
                        new byte[0])));
        default -> say(target, append(to, term, index));
      }
    }

    private Message append(long to, long term, long index) {
      List<Entry> entries =
          coin() || index < 0 || index == Long.MAX_VALUE
              ? List.of()
              : List.of(new Entry(term, index + 1, forgedWrite()));
      return new Message.Append(
          from, to, term, new LogSlice(new EntryId(number(1), index), entries), number(index));
    }

    /** Now and then the receiver's own name. */
    private long sender(long to) {
      return random.nextInt(4) == 0 ? to : from;
    }

    private boolean coin() {
      return random.nextBoolean();
    }

    private static void say(SimulatedPeer target, Message message) {
      target.life().driver.message(message);
    }

    private Payload payload() {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      return switch (random.nextInt(6)) {
        case 0 -> new Payload.Normal(noise);
        case 1 -> Payload.EMPTY;
        case 2 ->
            new Payload.Change(
                ConfChange.of(
                    coin() ? noise : new byte[0],
                    new ConfChange.Step(
                        ConfChange.StepType.values()[random.nextInt(4)], number(2))));
        case 3 -> command(new Command.SetClusterConfig("{\"activeSize\":" + noise.length));
        case 4 -> command(new Command.ChangeSeats("m9", number(9), number(2), "http://x y", ""));
        default -> command(new Command.WriteKey(set("/_etcd/config", "{\"activeSize\":4}")));
      };
    }

    private Payload forgedWrite() {
      return command(new Command.WriteKey(set("/forged", "x")));
    }

    private Payload command(Command<?> command) {
      return new Payload.Normal(
          CommandCodec.encode(
              new CommandEnvelope(number(1), number(1), number(cluster.nowMillis()), command)));
    }
  }
}
