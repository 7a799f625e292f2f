package dev.understudy.testkit;

import dev.understudy.peer.PeerProbe;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Message;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.testkit.invariants.Violation;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.MemorySurvival;
import dev.understudy.wal.Recovered;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.WalInspection;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks, at the moment when something is promised, whether a power cut of that moment would undo it:
 * a copy of the disk loses what was not synced, and is read as a start would read it. What is
 * promised before it is durable shows here at once, where the power itself would have to go within
 * a millisecond or two. Every granted vote is looked at, and of the many acknowledgements and
 * commits one now and then; no chance of the run is drawn for it, and nothing of the run changes.
 */
final class DurablePromises {
  private static final int ACKNOWLEDGEMENTS_APART = 40;
  private static final int COMMITS_APART = 100;
  private static final int SURVIVING_PERCENT = 50;

  private long cuts;
  private long acknowledgements;
  private long commits;

  /** The members as of each leader's last turn: a commit is counted by those of its time. */
  private final Map<Long, ConfState> members = new HashMap<>();

  private long committed;

  /** A disk, and what it is called in messages. */
  record Witness(String machine, MemoryDisk disk, boolean sound) {}

  /** A peer, whose disk is what it was, is about to send these. */
  void sent(Witness sender, List<Message> messages) {
    for (Message message : messages) {
      if (message instanceof Message.VoteResponse vote && vote.granted()) {
        checkVote(sender, message.term(), vote.to());
      } else if (message instanceof Message.AppendResponse append
          && !append.rejected()
          && ++acknowledgements % ACKNOWLEDGEMENTS_APART == 0) {
        checkAcknowledged(sender, append);
      }
    }
  }

  private void checkVote(Witness sender, long term, long candidate) {
    var left = afterPowerCut(sender).hardState();
    Violation.unless(
        left.term() > term || left.term() == term && left.vote() == candidate,
        "a vote is durable before it is given",
        () ->
            "%s votes for %x in term %d, and a power cut now leaves %s"
                .formatted(sender.machine(), candidate, term, left));
  }

  private void checkAcknowledged(Witness sender, Message.AppendResponse said) {
    Recovered left = afterPowerCut(sender);
    Violation.unless(
        left.hardState().term() > said.term() || lastIndex(left) >= said.index(),
        "what is acknowledged is durable",
        () ->
            "%s acknowledges %d, and a power cut now leaves %d"
                .formatted(sender.machine(), said.index(), lastIndex(left)));
  }

  /**
   * A peer has had a turn: what it has committed as leader a majority has on disk.
   *
   * @param disks those of all machines
   */
  void turned(PeerServer peer, Supplier<List<Witness>> disks) {
    PeerStatus status = peer.status();
    if (!status.isLeader() || status.commit() <= committed) {
      return;
    }
    committed = status.commit();
    PeerProbe log = new PeerProbe(peer);
    ConfState now = log.confState();
    boolean sameMembers = now.equals(members.put(status.member(), now));
    if (++commits % COMMITS_APART == 0
        && sameMembers
        && now.votersOutgoing().isEmpty()
        && committed >= log.firstIndex()
        && committed <= log.lastIndex()) {
      checkCommitted(log.entries(committed, committed + 1).get(0), now, disks.get());
    }
  }

  void checkCommitted(Entry entry, ConfState members, List<Witness> disks) {
    Map<Long, Predicate<Entry>> known = new HashMap<>();
    for (Witness each : disks) {
      if (each.sound()) {
        logAfterPowerCut(each)
            .ifPresent(left -> known.put(left.identity().memberId(), wanted -> has(left, wanted)));
      }
    }
    // Of whose disk nothing is known, since it was lost or tampered with, may have had it.
    long having =
        members.voters().stream()
            .filter(voter -> known.getOrDefault(voter, wanted -> true).test(entry))
            .count();
    Violation.unless(
        having > members.voters().size() / 2,
        "what is committed a majority has on disk",
        () -> "%d of %s have %s".formatted(having, members, entry.id()));
  }

  /** Of a machine that has promised something: it must have a log. */
  private Recovered afterPowerCut(Witness of) {
    return logAfterPowerCut(of)
        .orElseThrow(
            () -> new Violation("a power cut leaves the log", of.machine() + " has none then"));
  }

  private Optional<Recovered> logAfterPowerCut(Witness of) {
    cuts++;
    MemorySurvival survival =
        cuts % 2 == 0
            ? MemorySurvival.NOTHING
            : MemorySurvival.byChance(new SplittableRandom(cuts), SURVIVING_PERCENT);
    MemoryDisk left = of.disk().afterPowerCut(of.machine(), survival);
    try (var directory = left.mount()) {
      return WalInspection.recoverIfAny(directory, SnapshotStore.open(directory));
    } catch (IOException e) {
      throw new Violation(
          "a power cut leaves a log that can be read", of.machine() + ": " + e.getMessage());
    }
  }

  private static long base(Recovered log) {
    return log.snapshot().map(SnapshotMetadata::index).orElse(0L);
  }

  private static long lastIndex(Recovered log) {
    return base(log) + log.entries().size();
  }

  private static boolean has(Recovered log, Entry entry) {
    return entry.index() <= base(log)
        || entry.index() <= lastIndex(log)
            && log.entries().get((int) (entry.index() - base(log) - 1)).term() == entry.term();
  }
}
