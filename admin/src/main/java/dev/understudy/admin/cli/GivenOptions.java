package dev.understudy.admin.cli;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
 * The options that were given, in the command or else somewhere else, as text; and how to read them
 * as what they are.
 */
final class GivenOptions {
  private static final String TRUE = "true";
  private static final String FALSE = "false";

  /** Some petabytes: twice as much is still a number. */
  private static final long MAX_BYTES = 1L << 52;

  private final OptionSet options;

  /** Switches that were given the value false. */
  private final Set<String> off;

  /** How options were given in the command, where that was by another name than ours. */
  private final Map<String, String> otherNames;

  /** What was given elsewhere, by the option's word. */
  private final Map<String, OptionValue> elsewhere;

  /**
   * Reads a command.
   *
   * @param known every option: its word, and whether it takes a value
   * @param remarks takes a line about each option that was given more than once: as with etcd's
   *     flags the last one counts
   */
  static GivenOptions parse(List<String> args, Map<String, Boolean> known, Consumer<String> remarks)
      throws UsageException {
    return parse(args, known, Optional.empty(), remarks);
  }

  /**
   * Reads a command that may hold etcd's options, too.
   *
   * @param etcd reads them
   */
  static GivenOptions parse(
      List<String> args,
      Map<String, Boolean> known,
      Optional<EtcdOptions> etcd,
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
    Map<String, List<String>> given = withTwoDashes(args, new Vocabulary(known, etcd.isPresent()));
    given.forEach((word, values) -> remark(word, values).ifPresent(remarks));
    Map<String, String> otherNames = new HashMap<>();
    Map<String, String> last = ours(given, known, etcd, otherNames);
    Set<String> off = new HashSet<>();
    List<String> normal = new ArrayList<>();
    last.forEach(
        (word, value) -> {
          if (known.get(word)) {
            normal.addAll(List.of("--" + word, value));
          } else if (value.equals(FALSE)) {
            off.add(word);
          } else {
            normal.add("--" + word);
          }
        });
    try {
      OptionSet options = parser.parse(normal.toArray(String[]::new));
      return new GivenOptions(options, off, otherNames, Map.of());
    } catch (OptionException e) {
      throw new UsageException(e.getMessage());
    }
  }

  /** The words that options may have. */
  private record Vocabulary(Map<String, Boolean> ours, boolean etcds) {
    /** Null for a word that is none. */
    Boolean takesValue(String word) {
      Boolean own = ours.get(word);
      EtcdOption other = own == null && etcds ? EtcdOption.of(word) : null;
      return other == null ? own : Boolean.valueOf(other.takesValue());
    }
  }

  /** The last value of each option, and etcd's as ours. */
  private static Map<String, String> ours(
      Map<String, List<String>> given,
      Map<String, Boolean> known,
      Optional<EtcdOptions> etcd,
      Map<String, String> otherNames)
      throws UsageException {
    Map<String, String> ours = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> one : given.entrySet()) {
      String word = one.getKey();
      String value = one.getValue().get(one.getValue().size() - 1);
      if (known.containsKey(word)) {
        put(ours, otherNames, word, dashed(word), value);
      } else {
        Optional<EtcdOptions.Ours> meant =
            etcd.orElseThrow().read(EtcdOption.of(word), dashed(word), value);
        if (meant.isPresent()) {
          put(ours, otherNames, meant.get().flag().word(), dashed(word), meant.get().value());
        }
      }
    }
    return ours;
  }

  private static void put(
      Map<String, String> ours,
      Map<String, String> otherNames,
      String word,
      String as,
      String value)
      throws UsageException {
    String before = ours.put(word, value);
    if (before != null && !before.equals(value)) {
      throw new UsageException(
          otherNames.getOrDefault(word, dashed(word)) + " and " + as + " say different things");
    }
    otherNames.put(word, as);
  }

  private static String dashed(String word) {
    return (word.length() < 4 ? "-" : "--") + word;
  }

  private GivenOptions(
      OptionSet options,
      Set<String> off,
      Map<String, String> otherNames,
      Map<String, OptionValue> elsewhere) {
    this.options = options;
    this.off = off;
    this.otherNames = otherNames;
    this.elsewhere = elsewhere;
  }

  /** The same, and what was given elsewhere for options that have no value yet. */
  GivenOptions or(Map<String, OptionValue> further) {
    Map<String, OptionValue> all = new HashMap<>(further);
    all.putAll(elsewhere);
    return new GivenOptions(options, off, otherNames, Map.copyOf(all));
  }

  /** Whether an option has a value. */
  boolean has(String word) {
    return options.has(word) || off.contains(word) || elsewhere.containsKey(word);
  }

  /** How an option was given, for messages. */
  String as(String word) {
    boolean inCommand = options.has(word) || off.contains(word);
    return elsewhere.containsKey(word) && !inCommand
        ? elsewhere.get(word).as()
        : otherNames.getOrDefault(word, dashed(word));
  }

  /** A switch that says the same again surprises nobody. */
  private static Optional<String> remark(String word, List<String> values) {
    if (values.size() == 1 || Set.of(TRUE).containsAll(values)) {
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
  private static Map<String, List<String>> withTwoDashes(List<String> args, Vocabulary known)
      throws UsageException {
    Map<String, List<String>> result = new LinkedHashMap<>();
    String waiting = "";
    for (String arg : args) {
      String word = arg.replaceFirst("^--?", "").replaceFirst("(?s)=.*", "");
      boolean isOption = arg.length() > 1 && arg.startsWith("-");
      if (!waiting.isEmpty()) {
        if (isOption && known.takesValue(word) != null) {
          throw new UsageException(waiting + " needs a value");
        }
        add(result, waiting.replaceFirst("^--?", ""), arg);
        waiting = "";
      } else if (isOption) {
        check(arg, word, known);
        int equals = arg.indexOf('=');
        if (equals < 0 && known.takesValue(word)) {
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

  private static void check(String arg, String word, Vocabulary known) throws UsageException {
    Boolean takesValue = known.takesValue(word);
    if (takesValue == null) {
      String unknown = arg.replaceFirst("=.*", "");
      throw new UsageException(
          "unknown option "
              + unknown
              + NearestWord.to(word, known.ours().keySet())
                  .map(nearest -> ", did you mean --" + nearest + "?")
                  .orElse(""));
    }
    if (!takesValue && arg.contains("=") && !isTrueOrFalse(arg)) {
      throw new UsageException(arg.replaceFirst("=.*", "") + " takes no value");
    }
  }

  /** The value as text; empty when it was given nowhere. */
  Optional<String> text(String word) {
    return options.hasArgument(word)
        ? Optional.of(options.valueOf(word).toString())
        : Optional.ofNullable(elsewhere.get(word)).map(OptionValue::text);
  }

  /** Whether a switch is on. */
  boolean isOn(String word) throws UsageException {
    if (options.has(word) || off.contains(word)) {
      return !off.contains(word);
    }
    OptionValue value = elsewhere.get(word);
    return switch (value == null ? "" : value.text()) {
      case "", "0", FALSE, "no" -> false;
      case "1", TRUE, "yes" -> true;
      default ->
          throw new UsageException(value.as() + " is neither true nor false: " + value.text());
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

  /** A file or directory. An empty name is refused: it would be the working directory. */
  Optional<Path> path(String word) throws UsageException {
    return read(
        word,
        Optional.empty(),
        text -> text.isEmpty() ? Optional.empty() : Optional.of(Optional.of(Path.of(text))),
        "the name of a file or directory");
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
        () -> new UsageException(as(word) + " needs " + what + ", not \"" + text.get() + "\""));
  }
}
