package dev.understudy.clusterconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The starts of one data directory: the present one, those before it that the cluster may have
 * recorded without this directory having learned of it, and the newest of which it did. A start
 * that the cluster has recorded and that is not among them was one of another copy of the
 * directory, or of this one before it was set back to an older state.
 *
 * <p>A number alone would not do: a directory that was set back and then started often enough while
 * nobody could be reached would count past the number that is recorded.
 *
 * @param starts the newest first; empty when nothing is stated, as by releases before these
 */
public record Lineage(List<Incarnation> starts) {
  /** Nothing is stated. */
  public static final Lineage UNSTATED = new Lineage(List.of());

  /**
   * Starts in a row that reach a leader without learning of it; what is left out counts as foreign,
   * so that too many of them cost a seat but never an acknowledged write.
   */
  private static final int MAX_STARTS = 32;

  public Lineage {
    starts = List.copyOf(starts);
    for (int i = 0; i < starts.size(); i++) {
      boolean descends = i == 0 || starts.get(i).number() < starts.get(i - 1).number();
      if (!starts.get(i).isKnown() || !descends) {
        throw new IllegalArgumentException("starts out of order: " + starts);
      }
    }
  }

  /** A directory's first start. */
  public static Lineage first(long nonce) {
    return new Lineage(List.of(new Incarnation(1, nonce)));
  }

  /** Reads {@link #toString()}; {@link #UNSTATED} when it is anything else. */
  public static Lineage parse(String text) {
    List<Incarnation> starts = new ArrayList<>();
    String[] parts = text.strip().split(",", MAX_STARTS + 1);
    for (String part : parts) {
      Optional<Incarnation> start = Incarnation.parse(part);
      boolean descends =
          start.isPresent()
              && (starts.isEmpty()
                  || start.get().number() < starts.get(starts.size() - 1).number());
      if (!descends) {
        return UNSTATED;
      }
      starts.add(start.get());
    }
    return starts.size() > MAX_STARTS ? UNSTATED : new Lineage(starts);
  }

  /** Whether there is anything to compare. */
  public boolean isStated() {
    return !starts.isEmpty();
  }

  /** The present start; {@link Incarnation#NONE} when nothing is stated. */
  public Incarnation current() {
    return isStated() ? starts.get(0) : Incarnation.NONE;
  }

  /**
   * Whether the cluster's record shows that this is not the newest state of the member's directory.
   * A record that is older than all that is remembered here shows nothing: who keeps it lags
   * behind.
   */
  public boolean isOutlivedBy(Incarnation recorded) {
    return isStated()
        && recorded.isKnown()
        && !starts.contains(recorded)
        && recorded.number() >= starts.get(starts.size() - 1).number();
  }

  /**
   * The lineage from the next start on.
   *
   * @param recorded the start that the directory's own log knows to be recorded
   * @param nonce the new start's
   */
  public Lineage next(Incarnation recorded, long nonce) {
    List<Incarnation> kept = new ArrayList<>();
    if (isOutlivedBy(recorded) || !isStated()) {
      if (recorded.isKnown()) {
        kept.add(recorded);
      }
    } else {
      // Not known to be recorded, or known to be the one that is: what came before is history.
      starts.stream()
          .filter(start -> !starts.contains(recorded) || start.number() >= recorded.number())
          .forEach(kept::add);
    }
    long newest = kept.isEmpty() ? 0 : kept.get(0).number();
    kept.add(0, new Incarnation(newest + 1, nonce));
    while (kept.size() > MAX_STARTS) {
      kept.remove(kept.size() - 2);
    }
    return new Lineage(kept);
  }

  /** The starts with commas between them. */
  @Override
  public String toString() {
    return starts.stream().map(Incarnation::toString).collect(Collectors.joining(","));
  }
}
