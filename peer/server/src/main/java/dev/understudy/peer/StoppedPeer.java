package dev.understudy.peer;

import dev.understudy.peer.driver.Snapshotter;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.statemachine.UnknownCommandException;
import dev.understudy.wal.Directory;
import dev.understudy.wal.Recovered;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalInspection;
import java.io.IOException;
import java.util.List;

/** A peer that does not run, as a source of its cluster's state. */
public final class StoppedPeer {
  private StoppedPeer() {}

  /**
   * A peer whose majority may be lost.
   *
   * @param identity whose log it is
   * @param commit the last entry that it knows to be committed
   * @param state with every entry of the log applied
   */
  public record Survivor(WalIdentity identity, long commit, StateCapture state) {}

  /**
   * The state with every entry of the log applied, those too of which this peer does not know
   * whether a majority has them: where a majority is lost, nobody else can tell any more, and what
   * was acknowledged may be among them. Changes nothing. Blocks for the disk.
   *
   * @throws IOException if log or snapshot cannot be read, are damaged, or were written by a newer
   *     release
   */
  public static StateCapture state(Directory directory) throws IOException {
    return survivor(directory).state();
  }

  /** The same with what says whose it is, and how much of it is known to be committed. */
  public static Survivor survivor(Directory directory) throws IOException {
    SnapshotStore snapshots = SnapshotStore.open(directory);
    Recovered recovered = WalInspection.recover(directory, snapshots);
    StateMachine machine = new StateMachine(1);
    SnapshotMetadata last = new SnapshotMetadata(0, 0, ConfState.ofVoters());
    if (recovered.snapshot().isPresent()) {
      last = recovered.snapshot().get();
      machine.restore(Snapshotter.read(snapshots, last));
    }
    List<Entry> entries = recovered.entries();
    try {
      entries.forEach(entry -> apply(machine, entry));
    } catch (UnknownCommandException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (!entries.isEmpty()) {
      Entry end = entries.get(entries.size() - 1);
      last = new SnapshotMetadata(end.term(), end.index(), seated(machine));
    }
    return new Survivor(
        recovered.identity(),
        recovered.hardState().commit(),
        new StateCapture(last, machine.image()));
  }

  /** Of the membership a backup keeps no more than who had a seat. */
  private static ConfState seated(StateMachine machine) {
    return ConfState.ofVoters(
        machine.registry().all().stream().map(Seat::member).toArray(Long[]::new));
  }

  private static void apply(StateMachine machine, Entry entry) {
    if (entry.payload() instanceof Payload.Change change) {
      machine.applyMembership(entry.index(), change.change());
      return;
    }
    byte[] data = ((Payload.Normal) entry.payload()).data();
    if (data.length > 0) {
      CommandCodec.read(data)
          .ifPresent(
              envelope ->
                  machine.apply(entry.index(), envelope.clusterTimeMillis(), envelope.command()));
    }
  }
}
