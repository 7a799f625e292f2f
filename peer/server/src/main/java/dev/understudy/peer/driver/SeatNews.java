package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.RaftCore;
import dev.understudy.statemachine.Registry;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the network, the log of events and the owner of this peer must know of seats and members as
 * they change. For the driver's thread only.
 */
final class SeatNews implements Applier.Listener {
  private final RaftCore core;
  private final Supplier<Registry> registry;
  private final AddressBook addresses;
  private final RaftEventLog raftEvents;
  private final Lineage lineage;
  private final OwnerReports owner;
  private final Consumer<String> outlived;

  /** The last entry that the log held when this peer started. */
  private final long heldIndex;

  /**
   * As of the last change: who leaves a joint membership leaves with its end, which names nobody.
   */
  private boolean member;

  /**
   * @param registry the seats as of now
   * @param lineage the starts of this peer's directory
   * @param outlived told when another start of this member is recorded, and why
   */
  SeatNews(
      RaftCore core,
      Supplier<Registry> registry,
      AddressBook addresses,
      RaftEventLog raftEvents,
      Lineage lineage,
      OwnerReports owner,
      Consumer<String> outlived) {
    this.core = core;
    this.registry = registry;
    this.addresses = addresses;
    this.raftEvents = raftEvents;
    this.lineage = lineage;
    this.owner = owner;
    this.outlived = outlived;
    this.heldIndex = core.lastIndex();
    this.member = core.confState().contains(core.id());
  }

  @Override
  public void registryChanged(Registry now) {
    addresses.registryChanged();
    raftEvents.seatsChanged();
    if (lineage.isOutlivedBy(now.recordedStart(core.id()))) {
      outlived.accept("the cluster has recorded another start of this member");
    }
    reportRemoval(now);
  }

  /** A joint configuration takes the vote later than the seat: it is needed until then. */
  private void reportRemoval(Registry now) {
    if (Admission.isRemoved(core.id(), now, core.confState())) {
      owner.removed("the cluster has taken this member's seat");
    }
  }

  /**
   * A member that had a seat hears of its end with the registry, or with the end of the joint
   * configuration in which it still had a vote. What the log held of a learner at the start is
   * history: a replica that was let go once may have come again under its id since, and have a
   * vote, without which there may be no majority. Whether it still belongs to the cluster its owner
   * asks the cluster.
   */
  @Override
  public void membershipChanged(long index, ConfChange change) {
    addresses.membershipChanged(change);
    // Before a snapshot came that has it among the members no change has told of that.
    boolean before = member || change.steps().contains(new Step(StepType.REMOVE, core.id()));
    member = core.confState().contains(core.id());
    boolean leaves = before && !member;
    if (leaves && index > heldIndex && !registry.get().removed().contains(core.id())) {
      owner.letGo("the cluster goes on without this learner");
    }
    if (change.leavesJoint()) {
      reportRemoval(registry.get());
    }
  }

  /** Tells of the votes that others have denied this member since the last call. */
  void reportDenials() {
    OptionalLong by = raftEvents.takeRemovedBy();
    if (by.isPresent()) {
      owner.removed(
          "a quorum, "
              + raftEvents.names().of(by.getAsLong())
              + " the last of it, has denied this member a vote");
    }
    OptionalLong single = raftEvents.takeDeniedBy();
    if (single.isPresent()) {
      owner.denied(raftEvents.names().of(single.getAsLong()) + " has denied this member a vote");
    }
  }
}
