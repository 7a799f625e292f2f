package dev.understudy.transport;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Sees to it that one process speaks for a member: not one whose directory is outlived by the start
 * that the cluster has recorded, not a second one while the first is there, and not one whose
 * directory knows nothing of the start that was here before it, which may have voted or
 * acknowledged what is not in that directory. A process that has died is not there any more, as its
 * kernel has closed its streams. Any thread.
 */
final class StartJudge {
  private static final int MAX_REMEMBERED = 1_024;

  private final Set<PeerStream> streams;
  private final LongSupplier nanoClock;
  private final long aliveMillis;
  private final Map<Long, MachineTraits> traits = new ConcurrentHashMap<>();

  /** What the process stated that spoke for a member last, whether it is there or not. */
  private final Map<Long, Lineage> heard = new ConcurrentHashMap<>();

  private volatile Map<Long, Incarnation> recorded = Map.of();

  /**
   * @param streams every stream that is not over
   * @param aliveMillis a silent stream is not taken for a living process after that
   */
  StartJudge(Set<PeerStream> streams, LongSupplier nanoClock, long aliveMillis) {
    this.streams = streams;
    this.nanoClock = nanoClock;
    this.aliveMillis = aliveMillis;
  }

  /** States the newest recorded starts, and ends the streams of those that they outlive. */
  void setRecorded(Map<Long, Incarnation> next) {
    if (next.equals(recorded)) {
      return;
    }
    recorded = Map.copyOf(next);
    for (PeerStream stream : streams) {
      if (stream.lineage().isOutlivedBy(recordedOf(stream.member()))) {
        stream.close("outlived");
      }
    }
  }

  private Incarnation recordedOf(long member) {
    return recorded.getOrDefault(member, Incarnation.NONE);
  }

  /** Why a process with these starts must not speak for a member; empty when it may. */
  Optional<HandshakeRejection> refusal(long member, Lineage lineage) {
    Incarnation newest = recordedOf(member);
    String name = HexId.text(member);
    if (lineage.isOutlivedBy(newest)) {
      return Optional.of(HandshakeRejection.outlived(name, newest));
    }
    // Whoever is recorded was judged already: a stream of another process is what it left behind.
    if (lineage.isStated() && lineage.current().equals(newest)) {
      return Optional.empty();
    }
    return others(member, lineage)
        .filter(this::isAlive)
        .findFirst()
        .map(other -> HandshakeRejection.aliveElsewhere(name, other.lineage().current()))
        .or(
            () ->
                heardOf(member, newest)
                    .filter(lineage::isOutlivedBy)
                    .map(last -> HandshakeRejection.heardBefore(name, last)));
  }

  /** The member's last start that was here, unless the record has decided for another since. */
  private Optional<Incarnation> heardOf(long member, Incarnation newest) {
    return Optional.ofNullable(heard.get(member))
        .filter(last -> !last.isOutlivedBy(newest))
        .map(Lineage::current);
  }

  /** A stream's process may speak for its member; those of its other processes end. */
  void admitted(PeerStream admitted) {
    remember(traits, admitted.member(), admitted.traits());
    if (admitted.lineage().isStated()) {
      remember(heard, admitted.member(), admitted.lineage());
    }
    others(admitted.member(), admitted.lineage())
        .forEach(other -> other.close("replaced by another process of this member"));
  }

  /**
   * There may be two of one process: the one that it opened, and the one that was opened to it.
   * Whoever states nothing is another one than who states something; it may be of a release before
   * these, to which a member can go back, but not while its process is there.
   */
  private Stream<PeerStream> others(long member, Lineage lineage) {
    return streams.stream()
        .filter(stream -> stream.member() == member && stream.isOpen())
        .filter(stream -> stream.lineage().isStated())
        .filter(stream -> !stream.lineage().current().equals(lineage.current()));
  }

  private boolean isAlive(PeerStream stream) {
    return stream.isOpen() && stream.silentMillis(nanoClock.getAsLong()) <= aliveMillis;
  }

  /** Strangers come here as well, so it is bounded; far above any cluster. */
  private static <T> void remember(Map<Long, T> all, long member, T stated) {
    if (all.size() < MAX_REMEMBERED || all.containsKey(member)) {
      all.put(member, stated);
    }
  }

  /**
   * What members have said of their machines when they came last, whether they are there or not.
   */
  Map<Long, MachineTraits> traits() {
    return Map.copyOf(traits);
  }

  /** Forgets what was said by those who are no members. */
  void retain(Set<Long> members) {
    traits.keySet().retainAll(members);
    heard.keySet().retainAll(members);
  }

  /** The members that are there, with their processes' starts. */
  Map<Long, Lineage> connected() {
    Map<Long, Lineage> connected = new HashMap<>();
    for (PeerStream stream : streams) {
      if (isAlive(stream)) {
        connected.merge(
            stream.member(), stream.lineage(), (one, two) -> one.isStated() ? one : two);
      }
    }
    return connected;
  }
}
