package dev.understudy.raft;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** A core with a log in memory whose Readys are worked off at once; messages are kept. */
final class TestNode {
  /** Election tick 10, heartbeat tick 1, nothing optional, no limits but 256 messages in flight. */
  static final RaftConfig CONFIG = plain(10, 1).withMaxInflightMsgs(256);

  /** Draws always the shortest election timeout. */
  static final Jitter NO_JITTER = bound -> 0;

  private final MemoryStorage log = new MemoryStorage(base -> newest());
  private final List<Message> sent = new ArrayList<>();
  private final List<Entry> applied = new ArrayList<>();
  private final List<ReadState> reads = new ArrayList<>();
  private RaftConfig config;
  private final long id;
  private RaftCore core;
  private Snapshot newest = Snapshot.EMPTY;

  private TestNode(long id, RaftConfig config) {
    this.id = id;
    this.config = config;
  }

  /** The protocol alone, without its optional parts and without limits. */
  static RaftConfig plain(int electionTicks, int heartbeatTicks) {
    return withoutLimits(RaftConfig.DEFAULT)
        .withTicks(electionTicks, heartbeatTicks)
        .withPreVote(false)
        .withCheckQuorum(false)
        .withStepDownOnRemoval(false);
  }

  static RaftConfig withoutLimits(RaftConfig config) {
    return config
        .withMaxSizePerMsg(RaftConfig.NO_LIMIT)
        .withMaxInflightMsgs(RaftConfig.NO_LIMIT)
        .withMaxInflightBytes(RaftConfig.NO_LIMIT)
        .withMaxUncommittedSize(RaftConfig.NO_LIMIT)
        .withMaxCommittedSizePerReady(RaftConfig.NO_LIMIT)
        .withMaxPendingReads(RaftConfig.NO_LIMIT);
  }

  /** A voter of a group with an empty log. */
  static TestNode of(long id, RaftConfig config, Long... voters) {
    return withLog(id, config, ConfState.ofVoters(voters), HardState.EMPTY);
  }

  /** A member whose log has entries of the given terms. */
  static TestNode withLog(
      long id, RaftConfig config, ConfState confState, HardState hardState, long... terms) {
    Snapshot start = new Snapshot(new SnapshotMetadata(0, 0, confState), new byte[0]);
    return withLog(id, config, start, hardState, terms);
  }

  /** A member whose log has a snapshot and behind it entries of the given terms. */
  static TestNode withLog(
      long id, RaftConfig config, Snapshot snapshot, HardState hardState, long... terms) {
    TestNode node = new TestNode(id, config);
    node.log.applySnapshot(snapshot);
    node.newest = snapshot;
    node.log.append(entries(snapshot.metadata().index() + 1, terms));
    node.log.setHardState(hardState);
    node.restart();
    return node;
  }

  /** Starts anew from what is in the log, and behaves differently from now on. */
  void restart(RaftConfig newConfig) {
    config = newConfig;
    restart();
  }

  /** Starts anew from what is in the log. */
  void restart() {
    core = new RaftCore(id, config, log, NO_JITTER, RaftEvents.NONE);
  }

  /** Empty entries with the given terms. */
  static List<Entry> entries(long from, long... terms) {
    List<Entry> entries = new ArrayList<>();
    for (long term : terms) {
      entries.add(new Entry(term, from + entries.size(), Payload.EMPTY));
    }
    return entries;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  long id() {
    return id;
  }

  RaftCore core() {
    return core;
  }

  RaftState state() {
    return core.state();
  }

  Leader leader() {
    return (Leader) core.state().behaviour();
  }

  MemoryStorage log() {
    return log;
  }

  PeerProgress progress(long member) {
    return core.status().progress().get(member);
  }

  Progress rawProgress(long member) {
    return leader().replicator().tracker().get(member);
  }

  /** Everything applied so far. */
  List<Entry> applied() {
    return applied;
  }

  /** The terms of all entries of the log, durable or not. */
  List<Long> terms() {
    RaftLog view = core.state().log;
    return LongStream.rangeClosed(view.firstIndex(), view.lastIndex())
        .mapToObj(view::term)
        .toList();
  }

  /** The commands that are not empty among what has been applied. */
  List<String> commands() {
    return applied.stream()
        .map(Entry::payload)
        .filter(payload -> payload.sizeBytes() > 0 && payload instanceof Payload.Normal)
        .map(payload -> new String(((Payload.Normal) payload).data(), StandardCharsets.UTF_8))
        .toList();
  }

  /** Works off what is owed, except that nothing is delivered. */
  TestNode settle() {
    for (int rounds = 0; core.hasReady(); rounds++) {
      Check.that(rounds < 1_000, "does not settle");
      Ready ready = core.ready();
      ready.hardState().ifPresent(log::setHardState);
      ready.snapshot().ifPresent(this::install);
      log.append(ready.persist());
      sent.addAll(ready.sendNow());
      sent.addAll(ready.sendOncePersisted());
      reads.addAll(ready.reads());
      ready.apply().forEach(this::apply);
      core.advance(ready);
    }
    return this;
  }

  /** Everything sent since the last call, after settling. */
  List<Message> takeMessages() {
    settle();
    List<Message> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  /** Messages of a kind sent since the last call; others are forgotten. */
  <T extends Message> List<T> take(Class<T> kind) {
    return takeMessages().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The answers to reads since the last call. */
  List<ReadState> takeReads() {
    settle();
    List<ReadState> taken = List.copyOf(reads);
    reads.clear();
    return taken;
  }

  TestNode tick(int ticks) {
    for (int i = 0; i < ticks; i++) {
      core.tick();
      settle();
    }
    return this;
  }

  TestNode propose(String command) {
    core.propose(bytes(command));
    return settle();
  }

  TestNode step(Message message) {
    core.step(message);
    return settle();
  }

  /** Makes this member a candidate and then leader, with the votes of all others. */
  TestNode lead() {
    core.campaign();
    settle();
    for (long voter : core.state().membership().voters()) {
      if (voter != id && core.role() != Role.LEADER) {
        step(new Message.VoteResponse(voter, id, core.term(), true));
      }
    }
    Check.that(core.role() == Role.LEADER, "has been elected");
    takeMessages();
    return this;
  }

  /** An acknowledgement by a member. */
  TestNode acknowledge(long from, long index) {
    return step(new Message.AppendResponse(from, id, core.term(), index, false, 0, 0));
  }

  /** Makes the log begin behind an index. */
  void compact(long index) {
    log.compact(index);
  }

  private void install(Snapshot snapshot) {
    log.applySnapshot(snapshot);
    newest = snapshot;
  }

  private void apply(Entry entry) {
    applied.add(entry);
    ConfState confState = newest.metadata().confState();
    if (entry.payload() instanceof Payload.Change change) {
      confState = core.applyConfChange(entry.index(), change.change());
    }
    newest =
        new Snapshot(new SnapshotMetadata(entry.term(), entry.index(), confState), new byte[0]);
  }

  private Optional<Snapshot> newest() {
    return newest.isEmpty() ? Optional.empty() : Optional.of(newest);
  }

  @Override
  public String toString() {
    return core.status() + " " + Arrays.toString(terms().toArray());
  }
}
