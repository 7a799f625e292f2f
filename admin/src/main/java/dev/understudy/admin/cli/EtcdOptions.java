package dev.understudy.admin.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads what was meant for etcd, by {@link EtcdOption}'s table.
 *
 * @param remarks takes a line about each option that has no effect, or another name
 */
record EtcdOptions(Consumer<String> remarks) {
  /** Our option of that meaning, with its value. */
  record Ours(Flag flag, String value) {}

  /**
   * Reads one option.
   *
   * @param as how it was given, for messages
   * @return empty when nothing is to be set
   * @throws UsageException when it asks for what a machine would not do
   */
  Optional<Ours> read(EtcdOption option, String as, String value) throws UsageException {
    EtcdOption.Fate fate = option.fate();
    if (fate instanceof EtcdOption.Obsolete obsolete) {
      remarks.accept(as + " is etcd's and has no effect: " + obsolete.why());
      return Optional.empty();
    }
    if (fate instanceof EtcdOption.Refused refused) {
      if (!refused.harmless().contains(value)) {
        throw new UsageException(as + " is etcd's; here " + refused.why());
      }
      return Optional.empty();
    }
    EtcdOption.Taken taken = (EtcdOption.Taken) fate;
    if (taken.deprecated()) {
      remarks.accept(as + " is the old name of " + taken.flag());
    }
    return Optional.of(new Ours(taken.flag(), taken.value().ours(as, value, remarks)));
  }

  /**
   * Reads etcd's variables; of two that mean the same the first in the table counts.
   *
   * @param given whether an option has its value already
   * @return by the word of our option
   */
  Map<String, OptionValue> ofEnvironment(Map<String, String> environment, Predicate<Flag> given)
      throws UsageException {
    Map<String, OptionValue> values = new LinkedHashMap<>();
    List<String> taken = new ArrayList<>();
    for (EtcdOption option : EtcdOption.ALL) {
      String variable = option.variable();
      String value = environment.getOrDefault(variable, "");
      boolean overruled =
          option.fate() instanceof EtcdOption.Taken known && given.test(known.flag());
      Optional<Ours> ours =
          value.isEmpty() || overruled ? Optional.empty() : read(option, variable, value);
      if (ours.isPresent()) {
        taken.add(variable);
        values.putIfAbsent(ours.get().flag().word(), new OptionValue(ours.get().value(), variable));
      }
    }
    if (!taken.isEmpty()) {
      remarks.accept("read as for etcd: " + String.join(", ", taken));
    }
    return values;
  }
}
