package dev.understudy.admin.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Scripts that make a shell complete the commands of {@link Commands} and a machine's options. */
final class Completion {
  private static final List<String> SHELLS = List.of("bash", "zsh");

  /** Values that are one of a few words, by option. */
  private static final Map<String, List<String>> WORDS =
      new TreeMap<>(
          Map.of(
              "cluster-state", List.of("new", "existing", "auto"),
              "standby-mode", List.of("redirect", "proxy", "replica")));

  private static final Set<String> DIRECTORIES = Set.of("DIR");
  private static final Set<String> FILES = Set.of("FILE", "FILE...");

  private Completion() {}

  static String of(List<String> args) throws UsageException {
    if (args.size() != 1 || !SHELLS.contains(args.get(0))) {
      String typed = args.isEmpty() ? "" : args.get(0);
      if (typed.matches("--?help|-h")) {
        return Help.ofCompletion();
      }
      throw new UsageException(
          "completion needs bash or zsh"
              + NearestWord.to(typed, SHELLS)
                  .map(near -> ", did you mean " + near + "?")
                  .orElse(""));
    }
    return args.get(0).equals("bash") ? bash() : zsh();
  }

  /** What may stand in a place: words, each with what it means. */
  private record Place(Map<String, String> words) {
    static Place of() {
      return new Place(new LinkedHashMap<>());
    }

    void add(String word, String meaning) {
      words.putIfAbsent(word, meaning);
    }
  }

  /** What the groups begin with whose words are to be taken together. */
  private static String longGroups(String quote) {
    return Commands.groups().stream()
        .filter(group -> group.contains(" "))
        .map(group -> quote + group + quote)
        .collect(Collectors.joining("|"));
  }

  private static String firstWord(String group) {
    return group.split(" ")[0];
  }

  /** The first words, with the meaning of the first command of each. */
  private static Place groups() {
    Place place = Place.of();
    for (String group : Commands.groups()) {
      List<CommandSpec> specs = Commands.in(group, Commands.all());
      List<String> seconds = Commands.secondWords(firstWord(group));
      place.add(
          firstWord(group),
          !seconds.isEmpty()
              ? String.join(", ", seconds)
              : specs.size() == 1
                  ? specs.get(0).meaning()
                  : specs.stream().map(CommandSpec::word).collect(Collectors.joining(", ")));
    }
    return place;
  }

  private static Place machineOptions() {
    Place place = Place.of();
    Arrays.stream(Flag.Group.values())
        .filter(group -> group != Flag.Group.HIDDEN)
        .flatMap(group -> group.flags().stream())
        .forEach(flag -> place.add(flag.toString(), flag.meaning()));
    return place;
  }

  /** What may stand in the second place behind each first word that has seconds. */
  private static Map<String, Place> seconds() {
    Map<String, Place> seconds = new LinkedHashMap<>();
    for (CommandSpec spec : Commands.all()) {
      if (spec.group().contains(" ")) {
        Commands.secondWords(firstWord(spec.group()))
            .forEach(
                word ->
                    seconds
                        .computeIfAbsent(firstWord(spec.group()), group -> Place.of())
                        .add(word, "asks a running cluster"));
      }
      if (!spec.word().isEmpty()) {
        seconds.computeIfAbsent(spec.group(), group -> Place.of()).add(spec.word(), spec.meaning());
      }
    }
    return seconds;
  }

  /** What may stand behind a command but files. */
  private static Place behind(CommandSpec spec) {
    Place place = Place.of();
    if (spec.group().equals(Commands.COMPLETION)) {
      SHELLS.forEach(shell -> place.add(shell, "for that shell"));
    }
    if (spec.path().equals("config set")) {
      place.add("activeSize=", "seats");
      place.add("removeDelay=", "seconds");
      place.add("syncInterval=", "seconds");
    }
    for (CommandSpec.Option option : spec.options()) {
      boolean letter = option.word().equals("v") || option.word().equals("vv");
      if (!option.word().equals("h")) {
        place.add((letter ? "-" : "--") + option.word(), option.meaning());
      }
    }
    return place;
  }

  private static boolean takesFiles(CommandSpec spec) {
    return spec.operands().stream().anyMatch(o -> FILES.contains(o) || DIRECTORIES.contains(o));
  }

  /** The options that take a value of a kind, as patterns of a case. */
  private static String optionsWith(Set<String> arguments) {
    return pattern(optionArguments().filter(option -> arguments.contains(option[1])));
  }

  private static String optionsWithOtherValues() {
    return pattern(
        optionArguments()
            .filter(option -> !option[1].isEmpty())
            .filter(option -> !FILES.contains(option[1]) && !DIRECTORIES.contains(option[1]))
            .filter(option -> !WORDS.containsKey(option[0])));
  }

  private static Stream<String[]> optionArguments() {
    return Stream.concat(
        Arrays.stream(Flag.values()).map(flag -> new String[] {flag.word(), flag.argument()}),
        Commands.all().stream()
            .flatMap(spec -> spec.options().stream())
            .map(option -> new String[] {option.word(), option.argument()}));
  }

  private static String pattern(Stream<String[]> options) {
    return options
        .map(option -> "--" + option[0])
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining("|"));
  }

  private static String bash() {
    List<String> lines = new ArrayList<>();
    lines.add("# Completes understudy's commands in bash: source <(understudy completion bash)");
    lines.add("_understudy() {");
    lines.add("  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=");
    lines.add("  local first=${COMP_WORDS[1]} second=${COMP_WORDS[2]} files= IFS=$' \\t\\n'");
    lines.add("  local place=2");
    lines.add("  ((COMP_CWORD > 2)) && case \"$first $second\" in");
    lines.add(
        "    "
            + longGroups("\"")
            + ") first=\"$first $second\" second=${COMP_WORDS[3]} place=3 ;;");
    lines.add("  esac");
    lines.add("  COMPREPLY=()");
    lines.add("  case $prev in");
    lines.add("    " + optionsWith(DIRECTORIES) + ") files=-d ;;");
    lines.add("    " + optionsWith(FILES) + ") files=-f ;;");
    WORDS.forEach(
        (word, values) ->
            lines.add("    --" + word + ") words='" + String.join(" ", values) + "' ;;"));
    lines.add("    " + optionsWithOtherValues() + ") return ;;");
    lines.add("    *)");
    lines.add("      if ((COMP_CWORD == 1)); then");
    lines.add("        words='" + words(groups()) + "'");
    lines.add("        [[ $cur == -* ]] && words='" + words(machineOptions()) + "'");
    lines.add("      else");
    lines.add("        case $first in");
    lines.add("          -*) words='" + words(machineOptions()) + "' ;;");
    seconds()
        .forEach(
            (group, place) ->
                lines.add(
                    "          \""
                        + group
                        + "\") ((COMP_CWORD == place)) && words='"
                        + words(place)
                        + "' ;;"));
    lines.add("        esac");
    lines.add("        if [[ -z $words ]]; then");
    lines.add("          case \"$first $second\" in");
    for (CommandSpec spec : Commands.all()) {
      lines.add(
          "            "
              + quoted(spec)
              + ") words='"
              + words(behind(spec))
              + (takesFiles(spec) ? "' files=-f ;;" : "' ;;"));
    }
    lines.add("          esac");
    lines.add("        fi");
    lines.add("      fi ;;");
    lines.add("  esac");
    lines.add("  [[ -z $words ]] || COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))");
    lines.add("  [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null");
    lines.add("  if [[ -n $files && $cur != -* ]]; then");
    lines.add("    compopt -o filenames 2>/dev/null");
    lines.add("    IFS=$'\\n'");
    lines.add("    COMPREPLY+=($(compgen $files -- \"$cur\"))");
    lines.add("  fi");
    lines.add("}");
    lines.add("complete -F _understudy understudy");
    return String.join("\n", lines);
  }

  /** A command of one word may have anything behind it. */
  private static String quoted(CommandSpec spec) {
    return spec.word().isEmpty() ? "\"" + spec.group() + " \"*" : "\"" + spec.path() + "\"";
  }

  private static String words(Place place) {
    return String.join(" ", place.words().keySet());
  }

  private static String zsh() {
    List<String> lines = new ArrayList<>();
    lines.add("#compdef understudy");
    lines.add("# Completes understudy's commands in zsh: source <(understudy completion zsh)");
    lines.add("_understudy() {");
    lines.add("  local first=${words[2]} second=${words[3]}");
    lines.add("  local -a options seconds");
    lines.add("  local place=3");
    lines.add("  (( CURRENT > 3 )) && case \"$first $second\" in");
    lines.add(
        "    (" + longGroups("\"") + ") first=\"$first $second\" second=${words[4]} place=4 ;;");
    lines.add("  esac");
    lines.add("  case ${words[CURRENT-1]} in");
    lines.add("    (" + optionsWith(DIRECTORIES) + ") _files -/; return ;;");
    lines.add("    (" + optionsWith(FILES) + ") _files; return ;;");
    WORDS.forEach(
        (word, values) ->
            lines.add("    (--" + word + ") compadd " + String.join(" ", values) + "; return ;;"));
    lines.add("    (" + optionsWithOtherValues() + ") return ;;");
    lines.add("  esac");
    lines.add("  if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then");
    lines.add("    seconds=(" + described(groups()) + ")");
    lines.add("    _describe command seconds; return");
    lines.add("  fi");
    lines.add("  if [[ $first == -* || CURRENT -eq 2 ]]; then");
    lines.add("    options=(" + described(machineOptions()) + ")");
    lines.add("    _describe option options; return");
    lines.add("  fi");
    lines.add("  if (( CURRENT == place )); then");
    lines.add("    case $first in");
    seconds()
        .forEach(
            (group, place) ->
                lines.add("      (\"" + group + "\") seconds=(" + described(place) + ") ;;"));
    lines.add("    esac");
    lines.add("    if (( ${#seconds} )); then");
    lines.add("      _describe command seconds; return");
    lines.add("    fi");
    lines.add("  fi");
    lines.add("  case \"$first $second\" in");
    for (CommandSpec spec : Commands.all()) {
      lines.add("    (" + quoted(spec) + ") options=(" + described(behind(spec)) + ")");
      lines.add(
          takesFiles(spec) ? "      [[ $PREFIX == -* ]] || { _files; return } ;;" : "      ;;");
    }
    lines.add("  esac");
    lines.add("  _describe option options");
    lines.add("}");
    lines.add("compdef _understudy understudy");
    // Found by its name in fpath, the whole file is what the first Tab runs.
    lines.add("[[ $funcstack[1] != _understudy ]] || _understudy \"$@\"");
    return String.join("\n", lines);
  }

  /** Words with what they mean, each in quotes, as {@code _describe} takes them. */
  private static String described(Place place) {
    Set<String> items = new LinkedHashSet<>();
    place
        .words()
        .forEach(
            (word, meaning) -> items.add("'" + word + ":" + meaning.replace("'", "'\\''") + "'"));
    return String.join(" ", items);
  }
}
