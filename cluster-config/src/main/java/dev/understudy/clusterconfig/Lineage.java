package dev.understudy.clusterconfig;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The starts of one data directory: the present one, those before it that the cluster may have
 * recorded without this directory having learned of it, and the newest of which it did. A start
 * that the cluster has recorded and that is not among them was one of another copy of the
 * directory, or of this one before it was set back to an older state.
 *
 * <p>A number alone would not do: a directory that was set back and then started often enough while
 * nobody could be reached would count past the number that is recorded.
 *
 * <p>A directory keeps them all. Others are told the newest and the oldest, and whichever they name
 * as recorded: the list grows with each start that finds no leader, and what is said at the head of
 * every stream must stay short.
 *
 * @param starts the newest first; empty when nothing is stated, as by releases before these
 */
public record Lineage(List<Incarnation> starts) {
  /** Nothing is stated. */
  public static final Lineage UNSTATED = new Lineage(List.of());

  /** How many starts are stated to others at once. */
  public static final int MAX_STATED = 32;

  /**
   * How many starts in a row may pass without a record that the directory learns of: days of a
   * process that ends as soon as it has begun. What is left out beyond counts as foreign, which may
   * cost a seat but never an acknowledged write.
   */
  public static final int MAX_KEPT = 1 << 16;

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

  /**
   * Reads what another has stated, the {@link #toString()} of up to {@link #MAX_STATED} starts;
   * {@link #UNSTATED} when it is anything else.
   */
  public static Lineage parse(String text) {
    return parse(text, MAX_STATED);
  }

  /**
   * Reads {@link #toString()}.
   *
   * @param maxStarts a text of more is not taken
   * @return {@link #UNSTATED} when it is anything else
   */
  public static Lineage parse(String text, int maxStarts) {
    List<Incarnation> starts = new ArrayList<>();
    String[] parts = text.strip().split(",", maxStarts + 1);
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
    return starts.size() > maxStarts ? UNSTATED : new Lineage(starts);
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
      boolean isOwn = starts.contains(recorded);
      starts.stream()
          .filter(start -> !isOwn || start.number() >= recorded.number())
          .forEach(kept::add);
    }
    long newest = kept.isEmpty() ? 0 : kept.get(0).number();
    kept.add(0, new Incarnation(newest + 1, nonce));
    while (kept.size() > MAX_KEPT) {
      kept.remove(kept.size() - 2);
    }
    return new Lineage(kept);
  }

  /** What is stated to others unasked: the newest starts and the oldest. */
  public Lineage stated() {
    return stated(Set.of());
  }

  /**
   * What is stated to others.
   *
   * @param wanted starts that others ask about; stated too as far as they are of this lineage
   * @return no more than {@link #MAX_STATED}
   */
  public Lineage stated(Set<Incarnation> wanted) {
    return stated(wanted, MAX_STATED);
  }

  /** What fits into a message that has room for so many: the newest starts and the oldest. */
  public Lineage stated(int maxStarts) {
    return stated(Set.of(), maxStarts);
  }

  private Lineage stated(Set<Incarnation> wanted, int maxStarts) {
    if (starts.size() <= maxStarts) {
      return this;
    }
    Set<Incarnation> chosen = new HashSet<>(Set.of(current(), starts.get(starts.size() - 1)));
    Stream.concat(starts.stream().filter(wanted::contains), starts.stream())
        .takeWhile(start -> chosen.size() < maxStarts)
        .forEach(chosen::add);
    return new Lineage(starts.stream().filter(chosen::contains).toList());
  }

  /**
   * The starts that a longer list of the same directory has beyond these, which are the newest of
   * it and the oldest. A list belongs to this one when its newest start is among these: else it is
   * of another copy of the directory, or of a time before this one was set back.
   */
  public Lineage completedBy(Lineage longer) {
    if (!longer.isStated() || !starts.contains(longer.current())) {
      return this;
    }
    Set<Long> known = starts.stream().map(Incarnation::number).collect(Collectors.toSet());
    return new Lineage(
        Stream.concat(
                starts.stream(),
                longer.starts().stream().filter(start -> !known.contains(start.number())))
            .sorted(Comparator.comparingLong(Incarnation::number).reversed())
            .toList());
  }

  /** The starts with commas between them. */
  @Override
  public String toString() {
    return starts.stream().map(Incarnation::toString).collect(Collectors.joining(","));
  }
}
