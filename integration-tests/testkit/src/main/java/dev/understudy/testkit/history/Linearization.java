package dev.understudy.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The search for an order of one key's operations in which each has its moment between its
 * invocation and its response, and the key behaves as the model does.
 *
 * <p>The algorithm is that of J. M. Wing and C. Gong, "Testing and Verifying Concurrent Objects"
 * (1993): take any operation that no other precedes, and go on with the rest; go back when none
 * fits. What was tried is remembered as G. Lowe does in "Testing for Linearizability" (2017): the
 * set of operations taken and the state they led to never has to be tried twice.
 *
 * <p>Three things make the search nearly straight, and lose no order. What is known of indexes
 * gives the order of writes, and between which of them everything else is. What fits and leaves the
 * key as it is, is taken at once: whatever order there is, it could be moved to here. And of
 * several writes with an unknown outcome that are alike, the one that was called first is taken
 * first.
 *
 * <p>Used once, by one thread.
 */
final class Linearization {
  /** What came of a search. */
  enum Result {
    FOUND,
    NONE,
    GAVE_UP
  }

  private final Steps steps;

  /** First those that must have their moment, then those that may; each by invocation. */
  private final List<Step> all = new ArrayList<>();

  private final int requiredCount;
  private final EventList events;
  private final IndexOrder indexes;
  private final long limit;
  private final BitSet taken = new BitSet();
  private final BitSet takenOptional = new BitSet();
  private final Set<Configuration> tried = new HashSet<>();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private int requiredLeft;

  /** What was taken, and what the key was then; the latter says nothing of the way there. */
  private record Configuration(int first, BitSet behind, BitSet optional, Register register) {}

  /** One more operation has been taken; what may come next is tried in turn. */
  private final class Frame {
    final int taken;
    final Register register;
    private int[] candidates;
    private boolean optionalToo;
    private int next;

    Frame(int taken, Register register) {
      this.taken = taken;
      this.register = register;
      optionalToo = isForRefusals(taken);
      candidates = optionalToo ? refusals() : events.firstCalls();
    }

    /** The next candidate; -1 when there is no more. */
    int nextCandidate() {
      if (next == candidates.length && !optionalToo) {
        optionalToo = true;
        candidates = optionalBefore(events.firstReturn());
        next = 0;
      }
      return next < candidates.length ? candidates[next++] : -1;
    }

    void tryNoOther() {
      optionalToo = true;
      next = candidates.length;
    }
  }

  /**
   * @param limit how many configurations may be remembered before the search gives up
   */
  Linearization(Steps steps, long limit) {
    this.steps = steps;
    this.limit = limit;
    all.addAll(steps.required());
    requiredCount = all.size();
    requiredLeft = requiredCount;
    all.addAll(steps.optional());
    events = new EventList(all.subList(0, requiredCount));
    indexes = new IndexOrder(all.subList(0, requiredCount));
  }

  Result search() {
    frames.push(new Frame(-1, Register.NEW));
    while (requiredLeft > 0) {
      if (tried.size() > limit) {
        return Result.GAVE_UP;
      }
      int candidate = frames.peek().nextCandidate();
      if (candidate >= 0) {
        maybeTake(candidate);
      } else if (frames.size() == 1) {
        return Result.NONE;
      } else {
        giveBack(frames.pop().taken);
      }
    }
    return Result.FOUND;
  }

  /** What has been taken, in this order; after a search that found one, the order. */
  List<Step> order() {
    List<Step> order = new ArrayList<>();
    frames.stream()
        .filter(frame -> frame.taken >= 0)
        .forEach(frame -> order.add(all.get(frame.taken)));
    Collections.reverse(order);
    return order;
  }

  /** What the key is after that. */
  Register register() {
    return frames.peek().register;
  }

  private void maybeTake(int candidate) {
    if (candidate < requiredCount && !indexes.permits(candidate)) {
      return;
    }
    Step step = all.get(candidate);
    Frame frame = frames.peek();
    Optional<Register> after = frame.register.after(step);
    if (after.isEmpty()) {
      return;
    }
    take(candidate);
    if (step.onlyLooks() && after.get().equals(frame.register)) {
      frame.tryNoOther();
    } else if (!indexes.leavesRoom(after.get().floor()) || !tried.add(configuration(after.get()))) {
      giveBack(candidate);
      return;
    }
    frames.push(new Frame(candidate, after.get()));
  }

  private void take(int step) {
    if (step >= requiredCount) {
      takenOptional.set(step - requiredCount);
      return;
    }
    taken.set(step);
    events.lift(step);
    indexes.take(step);
    requiredLeft--;
  }

  private void giveBack(int step) {
    if (step >= requiredCount) {
      takenOptional.clear(step - requiredCount);
      return;
    }
    taken.clear(step);
    events.unlift(step);
    indexes.giveBack(step);
    requiredLeft++;
  }

  private Configuration configuration(Register register) {
    int first = taken.nextClearBit(0);
    BitSet behind = taken.get(first, requiredCount);
    return new Configuration(first, behind, (BitSet) takenOptional.clone(), register);
  }

  /** The optional operations that were called before a place, of each kind the first. */
  private int[] optionalBefore(long place) {
    boolean refused = refusals().length > 0;
    List<Integer> candidates = new ArrayList<>();
    Set<String> kinds = new HashSet<>();
    for (int i = requiredCount; i < all.size(); i++) {
      Step step = all.get(i);
      if (step.operation().invoked() > place) {
        break;
      }
      boolean serves = refused || !isForRefusals(i);
      if (!takenOptional.get(i - requiredCount) && serves && isFirst(step, kinds)) {
        candidates.add(i);
      }
    }
    return candidates.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether only one that was refused because there was a key may follow at once. */
  private boolean isForRefusals(int step) {
    return step >= requiredCount && steps.servesRefusalsOnly(all.get(step));
  }

  /** Those that were refused because there was a key, and may come next. */
  private int[] refusals() {
    return IntStream.of(events.firstCalls())
        .filter(step -> all.get(step).refusedByAKey() && indexes.permits(step))
        .toArray();
  }

  private boolean isFirst(Step optional, Set<String> kinds) {
    Optional<String> kind = steps.kind(optional);
    return kind.isEmpty() || kinds.add(kind.get());
  }
}
