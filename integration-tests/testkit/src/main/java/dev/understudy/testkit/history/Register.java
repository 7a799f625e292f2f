package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Call.CompareAndDelete;
import dev.understudy.testkit.history.Call.CompareAndSwap;
import dev.understudy.testkit.history.Call.Create;
import dev.understudy.testkit.history.Call.Delete;
import dev.understudy.testkit.history.Call.Expected;
import dev.understudy.testkit.history.Outcome.Node;
import dev.understudy.testkit.history.Outcome.Refused;
import dev.understudy.testkit.history.Outcome.Shown;
import dev.understudy.testkit.history.Outcome.Written;
import java.util.Optional;

/**
 * The model: what a key is at one moment, as far as it can be told. A key with a time to live may
 * expire at any moment, so it does when that explains what was seen; whether that was too early or
 * too late is not asked here.
 *
 * @param value null when there is no key
 * @param index its modified index; 0 when nobody knows it, since the write's outcome is unknown
 * @param floor the lowest index that the last change of the key may have had: the next has a higher
 * @param expires whether it has a time to live
 */
record Register(String value, long index, long floor, boolean expires) {
  /** A key that was never written. */
  static final Register NEW = new Register(null, 0, 0, false);

  /** The key after an operation at this moment; empty if the operation contradicts the key. */
  Optional<Register> after(Step step) {
    Call call = step.operation().call();
    Outcome outcome = step.operation().outcome();
    if (outcome instanceof Written written) {
      return before(written.before()).flatMap(found -> found.write(call, written.index()));
    } else if (outcome instanceof Shown shown) {
      return shown(shown.node());
    } else if (outcome instanceof Outcome.Absent) {
      return gone();
    } else if (outcome instanceof Refused refused) {
      return refused(call, refused.code());
    }
    return write(call, step.index());
  }

  private Optional<Register> before(Optional<Node> node) {
    return node.map(this::shown).orElseGet(this::gone);
  }

  private Optional<Register> shown(Node node) {
    return node.value().equals(value) ? at(node.index()) : Optional.empty();
  }

  /** This, which is there, if that may be its index. */
  private Optional<Register> at(long seen) {
    if (index == 0 && seen >= floor) {
      return Optional.of(new Register(value, seen, seen, expires));
    }
    return index == seen ? Optional.of(this) : Optional.empty();
  }

  private Optional<Register> gone() {
    if (value == null) {
      return Optional.of(this);
    }
    return expires ? Optional.of(new Register(null, 0, floor + 1, false)) : Optional.empty();
  }

  /**
   * The key after a write.
   *
   * @param at its index; 0 when that is not known
   */
  private Optional<Register> write(Call call, long at) {
    return permitting(call)
        .filter(found -> at == 0 || at > found.floor)
        .map(
            found ->
                new Register(
                    call.written().orElse(null),
                    call.written().isPresent() ? at : 0,
                    at == 0 ? found.floor + 1 : at,
                    call.ttlMillis().isPresent()));
  }

  private Optional<Register> permitting(Call call) {
    if (call instanceof Create) {
      return gone();
    } else if (call instanceof CompareAndSwap swap) {
      return asExpected(swap.expected());
    } else if (call instanceof CompareAndDelete delete) {
      return asExpected(delete.expected());
    }
    return call instanceof Delete ? there() : Optional.of(this);
  }

  private Optional<Register> there() {
    return value == null ? Optional.empty() : Optional.of(this);
  }

  private Optional<Register> asExpected(Expected expected) {
    return there()
        .filter(found -> expected.value().isEmpty() || expected.value().get().equals(value))
        .flatMap(found -> expected.index() == 0 ? Optional.of(found) : found.at(expected.index()));
  }

  private Optional<Register> refused(Call call, int code) {
    Optional<Expected> expected = expected(call);
    return switch (code) {
      case Outcome.NOT_FOUND ->
          call instanceof Delete || expected.isPresent() ? gone() : Optional.empty();
      case Outcome.COMPARE_FAILED ->
          there().filter(found -> expected.filter(this::differs).isPresent());
      case Outcome.EXISTS -> there().filter(found -> call instanceof Create);
      default -> Optional.empty();
    };
  }

  /** Whether this may differ from what was expected. */
  private boolean differs(Expected expected) {
    return (expected.index() != 0 && index == 0) || asExpected(expected).isEmpty();
  }

  private static Optional<Expected> expected(Call call) {
    if (call instanceof CompareAndSwap swap) {
      return Optional.of(swap.expected());
    }
    return call instanceof CompareAndDelete delete
        ? Optional.of(delete.expected())
        : Optional.empty();
  }

  @Override
  public String toString() {
    if (value == null) {
      return "no key";
    }
    return '"' + value + "\" @" + (index == 0 ? "?" : index) + (expires ? ", with a ttl" : "");
  }
}
