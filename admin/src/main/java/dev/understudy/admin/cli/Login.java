package dev.understudy.admin.cli;

import java.io.Console;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who a command is for those that ask: a user of the cluster and its password.
 *
 * @param user the name
 * @param password what it has to be proved by
 */
public record Login(String user, String password) {
  static final String OPTION = "user";

  static final String SOURCE_OPTION = "source-user";

  private static final String USER_VARIABLE = "UNDERSTUDY_USER";
  private static final String PASSWORD_VARIABLE = "UNDERSTUDY_PASSWORD";
  private static final String SOURCE_PASSWORD_VARIABLE = "UNDERSTUDY_SOURCE_PASSWORD";

  /** Asks whoever types the command for the password of a user; empty where nobody does. */
  @FunctionalInterface
  interface Prompt {
    Optional<String> ask(String user);
  }

  public Login {
    Objects.requireNonNull(user);
    Objects.requireNonNull(password);
  }

  /**
   * Reads it: {@code --user NAME[:PASSWORD]}, or the environment. A password on a command line can
   * be seen by everybody on the machine, so it may come from the environment, or is asked for.
   *
   * @return empty when no user is named
   */
  static Optional<Login> read(GivenOptions given, Map<String, String> environment)
      throws UsageException {
    return read(given, environment, Login::askAtTerminal);
  }

  /** The same for the cluster that something is copied from; its user is never the target's. */
  static Optional<Login> ofSource(GivenOptions given, Map<String, String> environment)
      throws UsageException {
    return read(
        given.text(SOURCE_OPTION).orElse(""),
        SOURCE_PASSWORD_VARIABLE,
        environment,
        Login::askAtTerminal);
  }

  static Optional<Login> read(GivenOptions given, Map<String, String> environment, Prompt prompt)
      throws UsageException {
    String text = given.text(OPTION).orElseGet(() -> environment.getOrDefault(USER_VARIABLE, ""));
    return read(text, PASSWORD_VARIABLE, environment, prompt);
  }

  private static Optional<Login> read(
      String text, String passwordVariable, Map<String, String> environment, Prompt prompt)
      throws UsageException {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    int colon = text.indexOf(':');
    if (colon >= 0) {
      return Optional.of(new Login(text.substring(0, colon), text.substring(colon + 1)));
    }
    String password = environment.getOrDefault(passwordVariable, "");
    if (password.isEmpty()) {
      password =
          prompt
              .ask(text)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "no terminal to ask for the password of "
                              + text
                              + ": set "
                              + passwordVariable));
    }
    return Optional.of(new Login(text, password));
  }

  private static Optional<String> askAtTerminal(String user) {
    Console console = System.console();
    return console == null
        ? Optional.empty()
        : Optional.ofNullable(console.readPassword("Password of %s: ", user)).map(String::new);
  }

  /** The value of the header {@code Authorization}. */
  public String authorization() {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return user;
  }
}
