package dev.understudy.testkit.invariants;

import dev.understudy.peer.PeerProbe;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Message;
import dev.understudy.statemachine.Registry;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** What must hold at every moment of a cluster; for one thread. */
public final class ClusterInvariants {
  private final Leaders leaders = new Leaders();
  private final ReferenceStates states = new ReferenceStates();
  private final CommittedLog log = new CommittedLog(states);
  private final SeatRules seats = new SeatRules();
  private final Promises promises = new Promises(log);

  /** What is known of each peer that runs; a peer is a key only by what it is itself. */
  private final Map<PeerServer, Seen> seen = new WeakHashMap<>();

  private long clusterId;

  /** How far one life of a peer was checked. */
  private static final class Seen {
    private final PeerProbe probe;
    private PeerStatus status;
    private long entry;
    private ConfState members = ConfState.EMPTY;
    private Registry registry = Registry.EMPTY;

    Seen(PeerServer peer) {
      probe = new PeerProbe(peer);
      status = PeerStatus.initial(0);
    }
  }

  /** A peer, whose disk is what it was, has sent these to other members. */
  public void sent(List<Message> messages) {
    messages.forEach(promises::sent);
  }

  /**
   * Checks one peer, whose driver has just had a turn.
   *
   * @param sound whether its disk is what it was, neither damaged nor an older state or a copy
   * @throws Violation if an invariant does not hold
   */
  public void check(PeerServer peer, boolean sound) {
    Seen before = seen.computeIfAbsent(peer, Seen::new);
    PeerStatus status = peer.status();
    if (status.equals(before.status)) {
      return;
    }
    if (sound && before.status.member() == 0) {
      promises.checkStart(Promises.Start.of(status, before.probe));
    }
    checkProgress(before.status, status);
    leaders.check(status);
    if (status.isLeader() && !before.status.isLeader()) {
      log.checkLeader(status.member(), before.probe);
    }
    if (status.applied() != before.status.applied()) {
      checkCluster(peer.recollection());
      checkApplied(before, status);
    }
    before.status = status;
  }

  /** Within one life of a peer. */
  private static void checkProgress(PeerStatus before, PeerStatus now) {
    Violation.unless(
        now.term() >= before.term()
            && now.commit() >= before.commit()
            && now.applied() >= before.applied()
            && now.applied() <= now.commit(),
        "terms and indexes never go back",
        () -> before + " and then " + now);
  }

  private void checkCluster(RecoveredIdentity identity) {
    long id = identity.identity().clusterId();
    Violation.unless(
        clusterId == 0 || clusterId == id,
        "no second cluster is founded",
        () -> "%x beside %x".formatted(id, clusterId));
    clusterId = id;
  }

  private void checkApplied(Seen peer, PeerStatus status) {
    long member = status.member();
    peer.entry = log.check(member, peer.probe, peer.entry, status.applied());
    states.check(member, status.applied(), peer.probe.machine());
    Registry registry = peer.probe.machine().registry();
    ConfState members = peer.probe.confState();
    if (!members.equals(peer.members) || !registry.equals(peer.registry)) {
      peer.members = members;
      peer.registry = registry;
      seats.check(status.applied(), members, registry, peer.probe.machine().config());
      seats.checkRemembered(status.applied(), registry);
    }
    Bounds.check(member, peer.probe);
  }

  /**
   * Compares the whole state of a peer with what the log leads to: costs as much as the state is
   * large.
   */
  public void compareStates(PeerServer peer) {
    Seen known = seen.computeIfAbsent(peer, Seen::new);
    PeerStatus status = peer.status();
    states.compare(status.member(), status.applied(), known.probe.machine());
  }

  /** An operator takes a seat, whatever the monitors think of it. */
  public void operatorRemoves() {
    seats.lowerFloor();
  }

  /** How many entries have been committed, as far as any peer has shown. */
  public long committed() {
    return log.lastIndex();
  }
}
