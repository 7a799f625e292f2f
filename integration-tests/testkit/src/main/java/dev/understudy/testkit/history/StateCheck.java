package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Outcome.Absent;
import dev.understudy.testkit.history.Outcome.Node;
import dev.understudy.testkit.history.Outcome.Shown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether each state of the store that somebody saw is the one of its index: it has all changes up
 * to there that are known, and none that nobody made. For the final states that means that nothing
 * acknowledged is lost.
 */
final class StateCheck {
  private final KnownChanges known;
  private final Map<String, Set<String>> written = new HashMap<>();

  StateCheck(List<RecordedOperation> operations, KnownChanges known) {
    this.known = known;
    for (RecordedOperation operation : operations) {
      if (!(operation.outcome() instanceof Outcome.Failed)) {
        operation.call().written().ifPresent(value -> valuesOf(operation.call().key()).add(value));
      }
    }
  }

  private Set<String> valuesOf(String key) {
    return written.computeIfAbsent(key, each -> new HashSet<>());
  }

  /** What is wrong with the states that were read, by quorum or locally. */
  List<String> ofReads(List<RecordedOperation> operations) {
    List<String> complaints = new ArrayList<>();
    for (RecordedOperation operation : operations) {
      String key = operation.call().key();
      if (operation.outcome() instanceof Shown shown) {
        complain(shows(key, Optional.of(shown.node()), shown.storeIndex()), operation, complaints);
      } else if (operation.outcome() instanceof Absent absent) {
        complain(shows(key, Optional.empty(), absent.storeIndex()), operation, complaints);
      }
      Steps.nodesSeen(operation.outcome())
          .filter(node -> !valuesOf(key).contains(node.value()))
          .forEach(node -> complaints.add("nobody has written what it saw: " + operation));
    }
    return complaints;
  }

  private static void complain(
      Optional<String> wrong, RecordedOperation operation, Collection<String> complaints) {
    wrong.ifPresent(reason -> complaints.add(operation + "\n  " + reason));
  }

  /** What is wrong with the states in the end. */
  List<String> ofFinalStates(List<FinalState> states) {
    List<String> complaints = new ArrayList<>();
    for (FinalState state : states) {
      Set<String> keys = new HashSet<>(known.keys());
      keys.addAll(state.nodes().keySet());
      for (String key : keys) {
        shows(key, Optional.ofNullable(state.nodes().get(key)), state.index())
            .ifPresent(
                reason ->
                    complaints.add(
                        "%s in the end, at %s @%d: %s"
                            .formatted(key, state.where(), state.index(), reason)));
      }
    }
    return complaints;
  }

  /** Why a state that shows this of a key cannot be the one of its index; empty if it can. */
  private Optional<String> shows(String key, Optional<Node> node, long storeIndex) {
    return node.isPresent()
        ? there(key, node.get(), storeIndex)
        : known
            .last(key, storeIndex)
            .filter(change -> change.value().isPresent() && !known.mayBeGoneAfter(change))
            .map(change -> "it is lost: " + change.witness());
  }

  private Optional<String> there(String key, Node node, long storeIndex) {
    if (node.index() > storeIndex) {
      return Optional.of("a change behind the index of the state: " + node);
    }
    return known.between(key, node.index(), storeIndex).stream()
        .findFirst()
        .map(change -> "it shows " + node + " and misses " + change.witness());
  }
}
