package dev.understudy.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.history.Call.Expected;
import dev.understudy.testkit.history.History.Pending;
import dev.understudy.testkit.history.Linearization.Result;
import dev.understudy.testkit.history.Outcome.Node;
import dev.understudy.testkit.history.Outcome.Shown;
import dev.understudy.testkit.history.Verdict.Linearizable;
import dev.understudy.testkit.history.Verdict.NotLinearizable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the search finds, beside what is true: of a real key, and of every order there is. */
class LinearizabilityPropertiesTest {
  private static final int SEEDS = 300;

  /** Random clients of one real key, whose operations overlap and whose answers get lost. */
  private static final class World {
    final Random random;
    final Script script = new Script();
    final List<Pending> called = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    final List<Optional<Outcome>> done = new ArrayList<>();
    private final int lostPercent;
    private int values;
    private long index = 1;
    private Optional<Node> node = Optional.empty();

    World(long seed, int lostPercent) {
      random = new Random(seed);
      this.lostPercent = lostPercent;
    }

    World live(int operations, int clients) {
      int begun = 0;
      while (begun < operations || !called.isEmpty()) {
        int turn = random.nextInt(3);
        if (turn == 0 && begun < operations && called.size() < clients) {
          Call call = anyCall();
          calls.add(call);
          called.add(script.invoke(call));
          done.add(Optional.empty());
          begun++;
        } else if (!called.isEmpty()) {
          goOn(random.nextInt(called.size()));
        }
      }
      return this;
    }

    /** The operation has its moment, or its answer, or neither ever. */
    private void goOn(int at) {
      boolean lost = random.nextInt(100) < lostPercent;
      if (lost) {
        script.respond(called.get(at), Script.unknown());
        if (random.nextBoolean() || done.get(at).isPresent()) {
          remove(at);
        }
      } else if (done.get(at).isEmpty()) {
        done.set(at, Optional.of(apply(calls.get(at))));
      } else {
        script.respond(called.get(at), done.get(at).get());
        remove(at);
      }
    }

    private void remove(int at) {
      called.remove(at);
      calls.remove(at);
      done.remove(at);
    }

    private Call anyCall() {
      String value = "v" + values++;
      return switch (random.nextInt(9)) {
        case 0 -> Script.set(value);
        case 1 -> Script.create(value);
        case 2 -> Script.delete();
        case 3 -> Script.swap("v" + random.nextInt(values), value);
        case 4 -> Script.swap(node.map(Node::index).orElse(7L), value);
        case 5 -> Script.swap(node.map(Node::value).orElse("v0"), value);
        default -> Script.read();
      };
    }

    private Outcome apply(Call call) {
      if (call instanceof Call.Read) {
        return node.<Outcome>map(found -> new Shown(found, index))
            .orElseGet(() -> new Outcome.Absent(index));
      }
      Optional<Integer> code = refusal(call);
      return code.isPresent() ? new Outcome.Refused(code.get(), index) : write(call);
    }

    private Optional<Integer> refusal(Call call) {
      if (call instanceof Call.Create) {
        return node.map(found -> Outcome.EXISTS);
      } else if (node.isEmpty()) {
        return call instanceof Call.Set ? Optional.empty() : Optional.of(Outcome.NOT_FOUND);
      }
      return call instanceof Call.CompareAndSwap swap && !isAs(swap.expected())
          ? Optional.of(Outcome.COMPARE_FAILED)
          : Optional.empty();
    }

    private boolean isAs(Expected expected) {
      Node found = node.orElseThrow();
      return expected.value().orElse(found.value()).equals(found.value())
          && (expected.index() == 0 || expected.index() == found.index());
    }

    private Outcome write(Call call) {
      Outcome outcome = new Outcome.Written(++index, node);
      node = call.written().map(value -> new Node(value, index));
      return outcome;
    }
  }

  @Test
  void whatAKeyReallyDoesCanBeExplained() {
    for (long seed = 0; seed < SEEDS; seed++) {
      World world = new World(seed, 5).live(200, 6);
      assertThat(world.script.verdict()).as("seed %s", seed).isInstanceOf(Linearizable.class);
    }
  }

  @Test
  void oneReadOfAnOlderStateCannot() {
    int tried = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      History history = new World(seed, 5).live(100, 5).script.history;
      Optional<List<RecordedOperation>> stale = withOneStaleRead(history, new Random(seed));
      if (stale.isPresent()) {
        tried++;
        assertThat(new LinearizabilityCheck().check(stale.get()).get(Script.KEY))
            .as("seed %s", seed)
            .isInstanceOf(NotLinearizable.class);
      }
    }
    assertThat(tried).isGreaterThan(SEEDS / 2);
  }

  /** Shows one reader what was replaced, as somebody was told, before the reader called. */
  private static Optional<List<RecordedOperation>> withOneStaleRead(
      History history, Random random) {
    List<RecordedOperation> all = new ArrayList<>(history.operations());
    List<Integer> reads = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).outcome() instanceof Shown) {
        reads.add(i);
      }
    }
    while (!reads.isEmpty()) {
      int at = reads.remove(random.nextInt(reads.size()));
      RecordedOperation read = all.get(at);
      Optional<Node> old =
          all.stream()
              .filter(operation -> operation.precedes(read))
              .filter(operation -> operation.outcome() instanceof Outcome.Written)
              .flatMap(operation -> Steps.nodesSeen(operation.outcome()))
              .findAny();
      if (old.isPresent()) {
        all.set(at, with(read, new Shown(old.get(), old.get().index())));
        return Optional.of(all);
      }
    }
    return Optional.empty();
  }

  private static RecordedOperation with(RecordedOperation operation, Outcome outcome) {
    return new RecordedOperation(
        operation.number(),
        operation.client(),
        operation.call(),
        outcome,
        operation.invoked(),
        operation.responded(),
        operation.invokedNanos(),
        operation.respondedNanos(),
        operation.by());
  }

  @Test
  void ofShortHistoriesTheSearchFindsWhatTryingEveryOrderFinds() {
    int explained = 0;
    int tries = 5_000;
    for (long seed = 0; seed < tries; seed++) {
      Random random = new Random(seed);
      List<RecordedOperation> operations =
          new ArrayList<>(
              new World(seed, 25).live(2 + random.nextInt(5), 4).script.history.operations());
      // What they were told is mixed up, so that many have no order.
      if (random.nextInt(4) > 0) {
        int one = random.nextInt(operations.size());
        int other = random.nextInt(operations.size());
        operations.set(one, with(operations.get(one), operations.get(other).outcome()));
      }
      Steps steps = Steps.of(operations);
      boolean expected = hasOrder(steps);
      explained += expected ? 1 : 0;
      assertThat(new Linearization(steps, 1_000_000).search())
          .as("seed %s: %s", seed, operations)
          .isEqualTo(expected ? Result.FOUND : Result.NONE);
    }
    assertThat(explained).isBetween(tries / 10, tries * 9 / 10);
  }

  private static boolean hasOrder(Steps steps) {
    List<Step> all = new ArrayList<>(steps.required());
    all.addAll(steps.optional());
    return hasOrder(all, new HashSet<>(), Register.NEW);
  }

  /** By trying everything that may come next, as often as it comes up. */
  private static boolean hasOrder(List<Step> all, Set<Step> taken, Register register) {
    if (all.stream().allMatch(step -> taken.contains(step) || !step.required())) {
      return true;
    }
    for (Step step : all) {
      boolean first =
          !taken.contains(step)
              && all.stream()
                  .filter(other -> !taken.contains(other))
                  .noneMatch(other -> mustPrecede(other, step));
      Optional<Register> after = first ? register.after(step) : Optional.empty();
      if (after.isPresent()) {
        taken.add(step);
        if (hasOrder(all, taken, after.get())) {
          return true;
        }
        taken.remove(step);
      }
    }
    return false;
  }

  private static boolean mustPrecede(Step one, Step other) {
    boolean wasOver =
        one.operation().outcome().definite() && one.operation().precedes(other.operation());
    return wasOver || (one.required() && other.required() && hasLowerIndex(one, other));
  }

  private static boolean hasLowerIndex(Step one, Step other) {
    return one.stateIndex() < other.stateIndex()
        ? one.writtenIndex() != 0 || other.writtenIndex() != 0
        : one.stateIndex() == other.stateIndex()
            && one.writtenIndex() != 0
            && other.writtenIndex() == 0;
  }

  @Test
  void aLongHistoryIsCheckedInNoTime() {
    long begunNanos = System.nanoTime();
    World world = new World(1, 3).live(20_000, 12);
    assertThat(world.script.verdict()).isInstanceOf(Linearizable.class);
    Optional<List<RecordedOperation>> stale = withOneStaleRead(world.script.history, new Random(1));
    assertThat(new LinearizabilityCheck().check(stale.orElseThrow()).get(Script.KEY))
        .isInstanceOf(NotLinearizable.class);
    System.err.printf(
        "checked twice 20000 operations on one key in %d ms%n",
        (System.nanoTime() - begunNanos) / 1_000_000);
  }
}
