package dev.understudy.admin.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import joptsimple.OptionException;
import joptsimple.OptionParser;
import joptsimple.OptionSet;

/**
 * The options that were given, on the command line or else in the environment, as text; and how to
 * read them as what they are.
 */
final class GivenOptions {
  private static final String TRUE = "true";
  private static final String FALSE = "false";

  /** Some petabytes: twice as much is still a number. */
  private static final long MAX_BYTES = 1L << 52;

  /** Options of etcd 0.4 whose likes have no option, or another. */
  private static final Map<String, String> ETCD_WORDS =
      Map.of(
          "f", "it is --force",
          "n", "it is --name",
          "d", "it is --data-dir",
          "C", "it is --peers",
          "vvv", "-vv says all",
          "snapshot", "snapshots are always taken",
          "config", "there is no file of options");

  private final Map<String, String> environmentNames;
  private final Map<String, String> environment;
  private final OptionSet options;

  /** Switches that were given the value false. */
  private final Set<String> off;

  /**
   * @param known every option: its word, and whether it takes a value
   * @param environmentNames the environment variable of each option that has one
   * @param remarks takes a line about each option that was given more than once: as with etcd's
   *     flags the last one counts
   */
  static GivenOptions parse(
      List<String> args,
      Map<String, Boolean> known,
      Map<String, String> environmentNames,
      Map<String, String> environment,
      Consumer<String> remarks)
      throws UsageException {
    OptionParser parser = new OptionParser(false);
    known.forEach(
        (word, takesValue) -> {
          if (takesValue) {
            parser.accepts(word).withRequiredArg();
          } else {
            parser.accepts(word);
          }
        });
    Map<String, List<String>> given = withTwoDashes(args, known);
    Set<String> off = new HashSet<>();
    List<String> normal = new ArrayList<>();
    given.forEach(
        (word, values) -> {
          String last = values.get(values.size() - 1);
          remark(word, values, known.get(word)).ifPresent(remarks);
          if (known.get(word)) {
            normal.addAll(List.of("--" + word, last));
          } else if (last.equals(FALSE)) {
            off.add(word);
          } else {
            normal.add("--" + word);
          }
        });
    try {
      OptionSet options = parser.parse(normal.toArray(String[]::new));
      return new GivenOptions(environmentNames, environment, options, off);
    } catch (OptionException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private GivenOptions(
      Map<String, String> environmentNames,
      Map<String, String> environment,
      OptionSet options,
      Set<String> off) {
    this.environmentNames = environmentNames;
    this.environment = environment;
    this.options = options;
    this.off = off;
  }

  /** A switch that says the same again surprises nobody. */
  private static Optional<String> remark(String word, List<String> values, boolean takesValue) {
    if (values.size() == 1 || (!takesValue && new HashSet<>(values).size() == 1)) {
      return Optional.empty();
    }
    String times = values.size() == 2 ? "twice" : values.size() + " times";
    String last = values.get(values.size() - 1);
    return Optional.of("--" + word + " given " + times + ": using \"" + last + "\"");
  }

  /**
   * The values of each option that was given, as they came; a switch's are true or false. etcd's
   * flags have one dash, which jopt-simple takes for a bundle of letters, so every option gets the
   * second one. What jopt-simple would take without a word is refused here: a switch with a value
   * other than true and false, and an option in the place of a value.
   */
  private static Map<String, List<String>> withTwoDashes(
      List<String> args, Map<String, Boolean> known) throws UsageException {
    Map<String, List<String>> result = new LinkedHashMap<>();
    String waiting = "";
    for (String arg : args) {
      String word = arg.replaceFirst("^--?", "").replaceFirst("(?s)=.*", "");
      boolean isOption = arg.length() > 1 && arg.startsWith("-");
      if (!waiting.isEmpty()) {
        if (isOption && known.containsKey(word)) {
          throw new UsageException(waiting + " needs a value");
        }
        add(result, waiting.replaceFirst("^--?", ""), arg);
        waiting = "";
      } else if (isOption) {
        check(arg, word, known);
        int equals = arg.indexOf('=');
        if (equals < 0 && known.get(word)) {
          waiting = arg;
        } else {
          add(result, word, equals < 0 ? TRUE : arg.substring(equals + 1));
        }
      } else {
        throw new UsageException("unexpected \"" + arg + "\"");
      }
    }
    if (!waiting.isEmpty()) {
      throw new UsageException(waiting + " needs a value");
    }
    return result;
  }

  private static void add(Map<String, List<String>> given, String word, String value) {
    given.computeIfAbsent(word, first -> new ArrayList<>()).add(value);
  }

  /** A switch may be given a value, as etcd's have it: {@code -v=true}. */
  private static boolean isTrueOrFalse(String arg) {
    return Set.of(TRUE, FALSE).contains(arg.substring(arg.indexOf('=') + 1));
  }

  private static void check(String arg, String word, Map<String, Boolean> known)
      throws UsageException {
    Boolean takesValue = known.get(word);
    if (takesValue == null && ETCD_WORDS.containsKey(word)) {
      throw new UsageException("-" + word + " is etcd's; here " + ETCD_WORDS.get(word));
    }
    if (takesValue == null) {
      String unknown = arg.replaceFirst("=.*", "");
      throw new UsageException(
          "unknown option "
              + unknown
              + NearestWord.to(word, known.keySet())
                  .map(nearest -> ", did you mean --" + nearest + "?")
                  .orElse(""));
    }
    if (!takesValue && arg.contains("=") && !isTrueOrFalse(arg)) {
      throw new UsageException(arg.replaceFirst("=.*", "") + " takes no value");
    }
  }

  /** The value as text; empty when it was given nowhere. An empty variable counts as not given. */
  Optional<String> text(String word) {
    if (options.hasArgument(word)) {
      return Optional.of(options.valueOf(word).toString());
    }
    return Optional.ofNullable(environmentNames.get(word))
        .map(environment::get)
        .filter(value -> !value.isEmpty());
  }

  /** Whether a switch is on. */
  boolean isOn(String word) throws UsageException {
    if (options.has(word) || off.contains(word)) {
      return !off.contains(word);
    }
    String variable = environmentNames.get(word);
    String value = variable == null ? "" : environment.getOrDefault(variable, "");
    return switch (value) {
      case "", "0", "false", "no" -> false;
      case "1", "true", "yes" -> true;
      default -> throw new UsageException(variable + " is neither true nor false: " + value);
    };
  }

  /** A whole number within a range; the default when it was given nowhere. */
  int whole(String word, int otherwise, int min, int max) throws UsageException {
    return read(
        word,
        otherwise,
        text -> {
          int value = Integer.parseInt(text);
          return min <= value && value <= max ? Optional.of(value) : Optional.empty();
        },
        "a whole number from " + min + " to " + max);
  }

  /** A number of bytes, not less than a least; the default when it was given nowhere. */
  long bytes(String word, long otherwise, long min) throws UsageException {
    return read(
        word,
        otherwise,
        text -> {
          long value = Long.parseLong(text);
          return min <= value && value <= MAX_BYTES ? Optional.of(value) : Optional.empty();
        },
        "a number of bytes from " + min + " to " + MAX_BYTES);
  }

  /** A number of seconds, perhaps with a fraction; the default when it was given nowhere. */
  double seconds(String word, double otherwise, double min, double max) throws UsageException {
    return read(
        word,
        otherwise,
        text -> {
          // Not Double.parseDouble, which takes NaN, Infinity and 0x1p3 for numbers.
          double value = new BigDecimal(text).doubleValue();
          return min <= value && value <= max ? Optional.of(value) : Optional.empty();
        },
        "a number of seconds from " + plain(min) + " to " + plain(max));
  }

  private static String plain(double seconds) {
    return new BigDecimal(seconds).stripTrailingZeros().toPlainString();
  }

  private <T> T read(String word, T otherwise, Function<String, Optional<T>> parse, String what)
      throws UsageException {
    Optional<String> text = text(word);
    if (text.isEmpty()) {
      return otherwise;
    }
    Optional<T> value;
    try {
      value = parse.apply(text.get());
    } catch (NumberFormatException e) {
      value = Optional.empty();
    }
    return value.orElseThrow(
        () -> new UsageException("--" + word + " needs " + what + ", not \"" + text.get() + "\""));
  }
}
