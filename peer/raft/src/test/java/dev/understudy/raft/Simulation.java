package dev.understudy.raft;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A group of cores in a hostile world: messages get lost, late, doubled and out of order, links are
 * cut, members crash and come back with what was on their disks, the membership changes. Everything
 * follows from a seed. {@link Safety} is asked after every event.
 */
final class Simulation {
  private static final int MEMBERS = 5;
  private static final int MAX_IN_FLIGHT = 200;

  private final SplittableRandom random;
  private final RaftConfig config;
  private final Safety safety = new Safety();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final List<Message> inFlight = new ArrayList<>();
  private final Set<Long> cut = new HashSet<>();
  private final Map<Long, Long> readFloors = new HashMap<>();
  private final boolean leadersMayRetire;
  private boolean calm;
  private long counter;
  private int readsAnswered;

  Simulation(long seed) {
    random = new SplittableRandom(seed);
    config = randomConfig();
    leadersMayRetire = random.nextInt(4) == 0;
    int voters = random.nextBoolean() ? 3 : 1 + random.nextInt(MEMBERS);
    List<Long> first = new ArrayList<>();
    for (long id = 1; id <= voters; id++) {
      first.add(id);
    }
    Snapshot bootstrap =
        SimulatedNode.bootstrap(new ConfState(first, List.of(), List.of(), List.of(), false));
    for (long id = 1; id <= MEMBERS; id++) {
      Optional<Snapshot> start = id <= voters ? Optional.of(bootstrap) : Optional.empty();
      nodes.add(new SimulatedNode(id, config, random::nextInt, safety, this::send, start));
    }
  }

  /** What the group looks like, for failures. */
  String describe() {
    StringBuilder text = new StringBuilder(config.toString());
    for (SimulatedNode node : nodes) {
      text.append("\n  ").append(node.isUp() ? node.core().status() : node.id() + " is down");
    }
    return text.toString();
  }

  private RaftConfig randomConfig() {
    boolean lease = random.nextInt(4) == 0;
    return TestNode.CONFIG
        .withTicks(4, 1)
        .withMaxSizePerMsg(oneOf(0, 64, RaftConfig.NO_LIMIT))
        .withMaxInflightMsgs(oneOf(1, 3, 256))
        .withMaxInflightBytes(oneOf(60, 10_000, RaftConfig.NO_LIMIT))
        .withMaxUncommittedSize(oneOf(200, 10_000, RaftConfig.NO_LIMIT))
        .withMaxCommittedSizePerReady(oneOf(1, 100, RaftConfig.NO_LIMIT))
        .withMaxPendingReads(100)
        .withPreVote(random.nextBoolean())
        .withCheckQuorum(lease || random.nextBoolean())
        .withLeaseReads(lease)
        .withAsyncStorageWrites(random.nextBoolean())
        .withStepDownOnRemoval(random.nextBoolean())
        .withForwardProposals(random.nextInt(4) > 0);
  }

  private long oneOf(long... values) {
    return values[random.nextInt(values.length)];
  }

  int readsAnswered() {
    return readsAnswered;
  }

  long maxCommitted() {
    return safety.maxCommitted();
  }

  // ---- events

  /** So many random events. */
  void run(int events) {
    for (int i = 0; i < events; i++) {
      event();
      nodes.forEach(this::checkReads);
    }
  }

  private void event() {
    int dice = random.nextInt(200);
    SimulatedNode node = nodes.get(random.nextInt(nodes.size()));
    if (dice < 90) {
      deliverOne();
    } else if (dice < 168) {
      work(node);
    } else if (dice < 173) {
      nodes.forEach(SimulatedNode::tick);
    } else if (dice < 184) {
      propose(node);
    } else if (dice < 191) {
      read(node);
    } else if (dice < 197) {
      disturb(node, random.nextInt(16));
    } else {
      trouble(node, random.nextInt(8));
    }
  }

  /** One or several things that a driver does; what is left undone a crash may undo. */
  private void work(SimulatedNode node) {
    int upTo = random.nextInt(5);
    for (int what = random.nextInt(4); what < upTo; what++) {
      switch (what) {
        case 0 -> node.takeReady();
        case 1 -> node.persist();
        case 2 -> node.acknowledge();
        default -> node.applyNext();
      }
    }
  }

  private void propose(SimulatedNode node) {
    if (node.isUp()) {
      byte[] data = ByteBuffer.allocate(Long.BYTES).putLong(++counter).array();
      node.core().propose(data);
      safety.check(node.core());
    }
  }

  /** Asks for a read, which must not be answered with less than what is committed now. */
  private void read(SimulatedNode node) {
    if (node.isUp()) {
      long context = ++counter;
      readFloors.put(context, safety.maxCommitted());
      node.core().readIndex(context);
      checkReads(node);
    }
  }

  private void checkReads(SimulatedNode node) {
    for (ReadState read : node.takeReads()) {
      readsAnswered++;
      if (read.index() < readFloors.get(read.context())) {
        throw new AssertionError(
            "a stale read: " + read + " below " + readFloors.get(read.context()));
      }
    }
  }

  /** What may happen on any day. */
  private void disturb(SimulatedNode node, int what) {
    if (!node.isUp()) {
      return;
    }
    RaftCore core = node.core();
    long other = 1L + random.nextInt(MEMBERS);
    switch (what) {
      case 0 -> core.campaign();
      case 1 -> core.transferLeader(other);
      case 2 -> core.reportUnreachable(other);
      case 3 -> core.reportSnapshot(other, random.nextBoolean());
      case 4 -> node.compact(random.nextInt(4));
      case 5 -> core.forgetLeader();
      case 6 -> core.tickQuiesced();
      case 7 -> tickAlone(core);
      case 8, 9, 10 -> node.compact(random.nextInt(4));
      default -> changeMembership(core);
    }
    safety.check(core);
  }

  /** Clocks drift, except where leases rely on them. */
  private void tickAlone(RaftCore core) {
    if (!config.leaseReads()) {
      core.tick();
    }
  }

  private void changeMembership(RaftCore core) {
    int count = 1 + random.nextInt(3);
    List<ConfChange.Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ConfChange.StepType[] types = ConfChange.StepType.values();
      steps.add(
          new ConfChange.Step(types[random.nextInt(types.length)], 1L + random.nextInt(MEMBERS)));
    }
    ConfChange.Transition[] transitions = ConfChange.Transition.values();
    ConfChange change =
        core.confState().isJoint() && random.nextBoolean()
            ? ConfChange.LEAVE_JOINT
            : new ConfChange(
                transitions[random.nextInt(transitions.length)], steps, new byte[0], false);
    if (core.role() == Role.LEADER && isPossible(core, change)) {
      core.proposeConfChange(change);
    }
  }

  /**
   * Whether the group must find together again. Not if a leader may have taken its own vote away:
   * then it alone may know that this is committed, and nobody else be electable without its vote,
   * which it refuses for the sake of its longer log. See the package's page.
   */
  boolean mustConverge() {
    return !leadersMayRetire;
  }

  private boolean isPossible(RaftCore core, ConfChange change) {
    try {
      Membership after = ConfChanger.apply(core.state().membership(), change).membership();
      return leadersMayRetire || Ids.contains(after.incoming(), core.id());
    } catch (ConfChanger.InvalidChange impossible) {
      return false;
    }
  }

  private void trouble(SimulatedNode node, int what) {
    switch (what) {
      case 0, 1 -> {
        // With leases nobody may forget a leader sooner than its lease ends.
        int least = config.leaseReads() ? config.electionTicks() : 0;
        if (node.isUp()) {
          node.crash(least + random.nextInt(10));
        }
      }
      case 2 -> cutOff();
      case 3, 4 -> cutOffLeaders();
      default -> cut.clear();
    }
  }

  /** Nobody hears a leader any more, which may believe in itself for a while. */
  private void cutOffLeaders() {
    for (SimulatedNode node : nodes) {
      if (node.isUp() && node.core().role() == Role.LEADER) {
        for (long other = 1; other <= MEMBERS; other++) {
          cut.add(link(node.id(), other));
          cut.add(link(other, node.id()));
        }
      }
    }
  }

  private void cutOff() {
    for (int i = 0; i < 1 + random.nextInt(2 * MEMBERS); i++) {
      cut.add(link(1L + random.nextInt(MEMBERS), 1L + random.nextInt(MEMBERS)));
    }
  }

  private static long link(long from, long to) {
    return from * 1000 + to;
  }

  // ---- network

  private void send(Message message) {
    if (!calm && (cut.contains(link(message.from(), message.to())) || random.nextInt(20) == 0)) {
      return;
    }
    inFlight.add(message);
    if (inFlight.size() > MAX_IN_FLIGHT) {
      inFlight.remove(random.nextInt(inFlight.size()));
    }
  }

  private void deliverOne() {
    if (inFlight.isEmpty()) {
      return;
    }
    boolean late = random.nextInt(3) == 0;
    int at = late ? random.nextInt(inFlight.size()) : 0;
    Message message = random.nextInt(20) == 0 ? inFlight.get(at) : inFlight.remove(at);
    deliver(message);
  }

  private void deliver(Message message) {
    if (message.to() < 1 || message.to() > nodes.size()) {
      throw new AssertionError("a message to nobody: " + message);
    }
    SimulatedNode node = nodes.get((int) message.to() - 1);
    if (node.isUp()) {
      node.core().step(message);
      safety.check(node.core());
    }
  }

  // ---- peace

  /**
   * Ends all trouble, and waits until every member has applied everything that is committed, and
   * something new as well; false if that takes too long.
   */
  boolean converges(int ticks) {
    calm = true;
    cut.clear();
    inFlight.clear();
    nodes.stream().filter(node -> !node.isUp()).forEach(SimulatedNode::start);
    for (int i = 0; i < ticks; i++) {
      nodes.forEach(SimulatedNode::tick);
      settle();
      if (i % 10 == 9) {
        nodes.forEach(Simulation::reportLostSnapshots);
        nodes.forEach(Simulation::retireRemovedLeader);
        if (proposeAndAgree()) {
          return true;
        }
      }
    }
    return false;
  }

  /** A driver tells what became of each snapshot; those from before the peace were lost. */
  private static void reportLostSnapshots(SimulatedNode node) {
    node.core()
        .status()
        .progress()
        .forEach(
            (id, progress) -> {
              if (progress.state() == PeerProgress.State.SNAPSHOT) {
                node.core().reportSnapshot(id, false);
              }
            });
  }

  /** A driver ends a member that has applied its own removal; here it starts again, powerless. */
  private static void retireRemovedLeader(SimulatedNode node) {
    if (node.core().role() == Role.LEADER && !isLeadingMember(node)) {
      node.crash(0);
      node.start();
    }
  }

  private boolean proposeAndAgree() {
    for (SimulatedNode node : nodes) {
      if (node.core().role() == Role.LEADER && isLeadingMember(node)) {
        long before = safety.maxCommitted();
        node.core().propose(new byte[] {1});
        settle();
        return safety.maxCommitted() > before && membersAgree(node);
      }
    }
    return false;
  }

  private static boolean isLeadingMember(SimulatedNode node) {
    return node.core().confState().contains(node.id());
  }

  private boolean membersAgree(SimulatedNode leader) {
    for (SimulatedNode node : nodes) {
      if (leader.core().confState().contains(node.id())
          && (node.appliedIndex() != leader.appliedIndex() || node.state() != leader.state())) {
        return false;
      }
    }
    return true;
  }

  private void settle() {
    boolean busy = true;
    for (int rounds = 0; busy && rounds < 500; rounds++) {
      busy = false;
      for (SimulatedNode node : nodes) {
        if (node.isUp()) {
          busy |= node.takeReady() | node.persist() | node.acknowledge() | node.applyNext();
          checkReads(node);
        }
      }
      List<Message> now = List.copyOf(inFlight);
      inFlight.clear();
      now.forEach(this::deliver);
      busy |= !now.isEmpty();
    }
  }
}
