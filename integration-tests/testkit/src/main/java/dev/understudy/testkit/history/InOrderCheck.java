package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Outcome.Entered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether entries in order are so: the name of each is the index of its creation in 20 digits, so
 * that no two have one name, and who sorts by name sorts by age. That no later one has a lower
 * index is for {@link IndexCheck}, and that none is lost for {@link StateCheck}.
 */
final class InOrderCheck {
  private InOrderCheck() {}

  /** Which entries have a wrong name, or that of another. */
  static List<String> check(List<RecordedOperation> operations) {
    List<String> complaints = new ArrayList<>();
    Map<String, RecordedOperation> byName = new HashMap<>();
    for (RecordedOperation operation : operations) {
      if (operation.outcome() instanceof Entered entered) {
        String expected = "%s/%020d".formatted(operation.call().key(), entered.index());
        if (!entered.key().equals(expected)) {
          complaints.add(operation + "\n  should have made " + expected);
        }
        RecordedOperation other = byName.putIfAbsent(entered.key(), operation);
        if (other != null) {
          complaints.add(operation + "\n  has the name of " + other);
        }
      }
    }
    return complaints;
  }
}
