package dev.understudy.raft;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One case of a data-driven script: a directive with arguments and input, and what it must print.
 *
 * @param line where it stands
 * @param command the directive
 * @param args the arguments in order; a key may occur several times
 * @param input the lines before the separator, trimmed
 * @param expected the lines behind it
 */
record ScriptCase(int line, String command, List<Arg> args, String input, String expected) {
  /** A key and its values; none for a positional argument. */
  record Arg(String key, List<String> values) {}

  private static final String SEPARATOR = "----";

  /** The arguments without values, in order. */
  List<String> positional() {
    return args.stream().filter(arg -> arg.values().isEmpty()).map(Arg::key).toList();
  }

  /** All values of a key; empty if it does not occur. */
  List<String> values(String key) {
    return args.stream()
        .filter(arg -> arg.key().equals(key))
        .flatMap(arg -> arg.values().stream())
        .toList();
  }

  /** The first value of a key, or another if it does not occur. */
  String value(String key, String otherwise) {
    List<String> values = values(key);
    return values.isEmpty() ? otherwise : values.get(0);
  }

  /** The keys with values. */
  Map<String, List<String>> options() {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (Arg arg : args) {
      if (!arg.values().isEmpty()) {
        options.computeIfAbsent(arg.key(), key -> new ArrayList<>()).addAll(arg.values());
      }
    }
    return options;
  }

  /** Reads a file of cases. */
  static List<ScriptCase> read(Path file) throws IOException {
    return new Reader(Files.readString(file, StandardCharsets.UTF_8)).cases();
  }

  private static final class Reader {
    private final List<String> lines;
    private int at;

    Reader(String text) {
      lines = List.of(text.split("\n", -1));
    }

    List<ScriptCase> cases() {
      List<ScriptCase> cases = new ArrayList<>();
      while (at < lines.size()) {
        String line = lines.get(at++).trim();
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        int number = at;
        while (line.endsWith("\\") && at < lines.size()) {
          line = line.substring(0, line.length() - 1) + " " + lines.get(at++).trim();
        }
        int space = line.indexOf(' ');
        String command = space < 0 ? line : line.substring(0, space);
        List<Arg> args = space < 0 ? List.of() : new Args(line.substring(space)).all();
        cases.add(new ScriptCase(number, command, args, input(), expected()));
      }
      return cases;
    }

    private String input() {
      StringBuilder input = new StringBuilder();
      while (at < lines.size() && !lines.get(at).equals(SEPARATOR)) {
        input.append(lines.get(at++)).append('\n');
      }
      at++;
      return input.toString().trim();
    }

    private String expected() {
      boolean doubled = at < lines.size() && lines.get(at).equals(SEPARATOR);
      return doubled ? expectedWithBlanks() : expectedUpToBlank();
    }

    private String expectedUpToBlank() {
      StringBuilder expected = new StringBuilder();
      while (at < lines.size() && !lines.get(at).trim().isEmpty()) {
        expected.append(lines.get(at++)).append('\n');
      }
      return expected.toString();
    }

    private String expectedWithBlanks() {
      StringBuilder expected = new StringBuilder();
      at++;
      while (at + 1 < lines.size()
          && !(lines.get(at).equals(SEPARATOR) && lines.get(at + 1).equals(SEPARATOR))) {
        expected.append(lines.get(at++)).append('\n');
      }
      at += 2;
      if (at < lines.size() && lines.get(at).trim().isEmpty()) {
        at++;
      }
      return expected.toString();
    }
  }

  private static final class Args {
    private final String text;
    private int at;

    Args(String text) {
      this.text = text;
    }

    List<Arg> all() {
      List<Arg> args = new ArrayList<>();
      skipSpaces();
      while (at < text.length()) {
        int start = at;
        while (at < text.length() && text.charAt(at) != ' ' && text.charAt(at) != '=') {
          at++;
        }
        String key = text.substring(start, at);
        boolean hasValue = at < text.length() && text.charAt(at) == '=';
        at += hasValue ? 1 : 0;
        args.add(new Arg(key, hasValue ? values() : List.of()));
        skipSpaces();
      }
      return args;
    }

    private List<String> values() {
      if (at < text.length() && text.charAt(at) == '(') {
        return list();
      }
      int start = at;
      while (at < text.length() && text.charAt(at) != ' ') {
        at++;
      }
      return List.of(text.substring(start, at));
    }

    private List<String> list() {
      List<String> values = new ArrayList<>();
      int start = ++at;
      int depth = 0;
      for (; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '(') {
          depth++;
        } else if (depth == 0 && (c == ',' || c == ')')) {
          values.add(text.substring(start, at));
          if (c == ')') {
            at++;
            break;
          }
          at++;
          skipSpaces();
          start = at;
          at--;
        } else if (c == ')') {
          depth--;
        }
      }
      return values;
    }

    private void skipSpaces() {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
    }
  }
}
