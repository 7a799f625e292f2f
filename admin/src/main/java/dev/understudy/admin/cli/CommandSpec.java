package dev.understudy.admin.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A command behind {@code understudy}: what it takes, and what help and completion say of it.
 *
 * @param group its words but for the last; its only word
 * @param word its last word; empty when it has only one
 * @param operands what stands behind it by place: names, the last of which may end in {@code ...}
 *     for one or more, or stand in brackets for none or one
 * @param meaning for the help
 */
record CommandSpec(
    String group, String word, List<String> operands, String meaning, List<Option> options) {
  private static final String MORE = "...";

  /**
   * An option of a command.
   *
   * @param word without dashes
   * @param argument what its value is called; empty for a switch
   * @param meaning for the help
   */
  record Option(String word, String argument, String meaning) {
    boolean takesValue() {
      return !argument.isEmpty();
    }

    @Override
    public String toString() {
      return ("--" + word + " " + argument).strip();
    }
  }

  /**
   * What was given.
   *
   * @param path of the command
   * @param operands by their place
   */
  record Given(String path, List<String> operands, GivenOptions options) {
    String operand(int place) {
      return operands.get(place);
    }

    /** The value of an option that cannot be left out. */
    String needed(String option) throws UsageException {
      return options
          .text(option)
          .orElseThrow(() -> new UsageException(path + " needs --" + option));
    }

    /** A file or directory that has no default. */
    Path neededPath(String option) throws UsageException {
      needed(option);
      return options.path(option).orElseThrow();
    }
  }

  /** As it is typed. */
  String path() {
    return (group + " " + word).strip();
  }

  /** As it is typed, with what it takes. */
  String usage() {
    return (path() + " " + String.join(" ", operands)).strip();
  }

  /**
   * Reads what stands behind the command; operands and options may be mixed, and behind {@code --}
   * everything is an operand.
   *
   * @param remarks takes what is odd and taken all the same
   */
  Given read(List<String> args, Consumer<String> remarks) throws UsageException {
    Map<String, Boolean> known = new LinkedHashMap<>();
    options.forEach(option -> known.put(option.word(), option.takesValue()));
    List<String> given = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    int end = args.indexOf("--");
    List<String> mixed = end < 0 ? args : args.subList(0, end);
    for (int i = 0; i < mixed.size(); i++) {
      String arg = mixed.get(i);
      boolean isOption = arg.startsWith("-") && arg.length() > 1;
      (isOption ? rest : given).add(arg);
      boolean valueFollows =
          isOption && !arg.contains("=") && known.getOrDefault(arg.replaceFirst("^--?", ""), false);
      if (valueFollows && i + 1 < mixed.size()) {
        rest.add(mixed.get(++i));
      }
    }
    given.addAll(end < 0 ? List.of() : args.subList(end + 1, args.size()));
    GivenOptions read = GivenOptions.parse(rest, known, remarks);
    if (given.size() < least() || given.size() > most()) {
      throw new UsageException(
          path() + (most() == 0 ? " takes nothing but options" : " needs " + needs()));
    }
    return new Given(path(), List.copyOf(given), read);
  }

  private String needs() {
    return String.join(" ", operands);
  }

  private int least() {
    return (int) operands.stream().filter(operand -> !operand.startsWith("[")).count();
  }

  private int most() {
    return operands.stream().anyMatch(operand -> operand.endsWith(MORE))
        ? Integer.MAX_VALUE
        : operands.size();
  }

  /** With further options. */
  CommandSpec with(List<Option> more) {
    List<Option> all = new ArrayList<>(options);
    all.addAll(more);
    return new CommandSpec(group, word, operands, meaning, List.copyOf(all));
  }

  /** With other operands. */
  CommandSpec taking(String... others) {
    return new CommandSpec(group, word, List.of(others), meaning, options);
  }

  static CommandSpec of(String usage, String meaning, Option... options) {
    List<String> all = Arrays.asList(usage.split(" "));
    List<String> words = all.stream().takeWhile(word -> word.matches("[a-z-]+")).toList();
    int last = Math.max(1, words.size() - 1);
    return new CommandSpec(
        String.join(" ", words.subList(0, last)),
        String.join(" ", words.subList(last, words.size())),
        List.copyOf(all.subList(words.size(), all.size())),
        meaning,
        List.of(options));
  }

  static Option option(String form, String meaning) {
    int blank = form.indexOf(' ');
    return blank < 0
        ? new Option(form, "", meaning)
        : new Option(form.substring(0, blank), form.substring(blank + 1), meaning);
  }
}
