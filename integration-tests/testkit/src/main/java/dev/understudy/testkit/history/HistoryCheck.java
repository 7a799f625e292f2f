package dev.understudy.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All that is asked of a history, once everything has come to rest. */
public final class HistoryCheck {
  /** More would not be read. */
  private static final int COMPLAINTS = 5;

  /** How a state may refuse a write. */
  private static final Set<Integer> EXPECTED =
      Set.of(Outcome.NOT_FOUND, Outcome.COMPARE_FAILED, Outcome.EXISTS);

  private final LinearizabilityCheck linearizability;
  private final TimeToLiveCheck timeToLive;

  /** A check of everything. */
  public HistoryCheck(LinearizabilityCheck linearizability, TimeToLiveCheck timeToLive) {
    this.linearizability = linearizability;
    this.timeToLive = timeToLive;
  }

  /**
   * What of a history cannot be explained, each with the operations that it is about; empty when
   * all can be.
   *
   * @param states what peers hold in the end
   */
  public List<String> complaints(History history, List<FinalState> states) {
    List<RecordedOperation> operations = history.operations();
    List<RecordedWatch> watches = history.watches();
    KnownChanges known = KnownChanges.of(operations, watches);
    StateCheck shown = new StateCheck(operations, known);
    List<String> complaints = new ArrayList<>(known.contradictions());
    operations.stream()
        .filter(HistoryCheck::isUnexpected)
        .forEach(operation -> complaints.add("no call is answered like that: " + operation));
    complaints.addAll(IndexCheck.check(operations));
    complaints.addAll(InOrderCheck.check(operations));
    complaints.addAll(shown.ofReads(operations));
    complaints.addAll(shown.ofFinalStates(states));
    complaints.addAll(new WatchCheck(known).check(watches));
    complaints.addAll(timeToLive.check(operations, watches, known));
    linearizability.check(operations).forEach((key, verdict) -> tell(key, verdict, complaints));
    return complaints;
  }

  private static boolean isUnexpected(RecordedOperation operation) {
    return operation.outcome() instanceof Outcome.Refused refused
        && !EXPECTED.contains(refused.code());
  }

  private static void tell(String key, Verdict verdict, List<String> complaints) {
    if (verdict instanceof Verdict.NotLinearizable not) {
      complaints.add(key + " is not linearizable; " + not.explanation());
    } else if (verdict instanceof Verdict.Undecided undecided) {
      complaints.add("whether " + key + " is linearizable is not decided " + undecided.reason());
    }
  }

  /**
   * Demands that all can be explained.
   *
   * @throws AssertionError with the first of what cannot
   */
  public void demand(History history, List<FinalState> states) {
    List<String> complaints = complaints(history, states);
    if (!complaints.isEmpty()) {
      throw new AssertionError(tell(complaints));
    }
  }

  /** The first complaints, for a reader. */
  public static String tell(List<String> complaints) {
    return complaints.size()
        + " complaints:\n"
        + String.join("\n", complaints.subList(0, Math.min(COMPLAINTS, complaints.size())));
  }
}
