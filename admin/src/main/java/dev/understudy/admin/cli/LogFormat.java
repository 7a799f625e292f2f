package dev.understudy.admin.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How a line of the log is written. */
public enum LogFormat {
  /** For people. */
  TEXT,

  /** One object of JSON, for what collects logs. */
  JSON;

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * By its word.
   *
   * @param as how it was given, for the message
   */
  static LogFormat parse(String as, String word) throws UsageException {
    return Arrays.stream(values())
        .filter(format -> format.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new UsageException(as + " needs text or json, not \"" + word + "\""));
  }

  /** What the environment asks for, for processes that have no option for it. */
  public static LogFormat ofEnvironment(Map<String, String> environment) throws UsageException {
    String variable = Flag.LOG_FORMAT.environmentVariable();
    String word = Optional.ofNullable(environment.get(variable)).orElse("");
    return word.isEmpty() ? TEXT : parse(variable, word);
  }
}
