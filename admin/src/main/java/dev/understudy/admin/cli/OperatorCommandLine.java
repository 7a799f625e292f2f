package dev.understudy.admin.cli;

import com.google.gson.JsonObject;
import dev.understudy.admin.cli.CommandSpec.Given;
import dev.understudy.admin.cli.OperatorCommand.Condition;
import dev.understudy.admin.cli.OperatorCommand.Setting;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.tls.Tls;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Makes an {@link OperatorCall} of a command for a running cluster. */
final class OperatorCommandLine {
  private static final String ENDPOINTS_VARIABLE = "UNDERSTUDY_ENDPOINTS";
  private static final int MAX_TIMEOUT_SECONDS = 3_600;
  private static final int MAX_TOKEN_SIZE = ClusterConfig.MAX_ACTIVE_SIZE;

  private OperatorCommandLine() {}

  static boolean isOne(String word) {
    return !Commands.in(word, Commands.OPERATOR).isEmpty() || !Commands.secondWords(word).isEmpty();
  }

  /**
   * Reads the arguments, of which {@link #isOne} holds for the first.
   *
   * @param environment the environment variables
   * @param remarks takes what is odd and taken all the same
   */
  static CliCommand parse(
      List<String> words, Map<String, String> environment, Consumer<String> remarks)
      throws UsageException {
    List<String> args = Commands.joined(words);
    if (asksForHelp(args)) {
      return new CliCommand.Print(help(args));
    }
    requireSecondWord(args);
    CommandSpec spec = Commands.find(args, Commands.OPERATOR);
    Given given = spec.read(Commands.behind(spec, args), remarks);
    GivenOptions options = given.options();
    Optional<Tls> tls = CallerTls.read(options, environment);
    double seconds = options.seconds("timeout", 5, 0.001, MAX_TIMEOUT_SECONDS);
    return new CliCommand.Operate(
        new OperatorCall(
            command(spec, given),
            endpoints(options, environment, tls.isPresent()),
            options.isOn("json"),
            (int) Math.round(seconds * 1000),
            tls.orElse(Tls.SYSTEM),
            CallerTls.secretFile(options, environment),
            Login.read(options, environment)));
  }

  private static boolean asksForHelp(List<String> args) {
    int end = args.indexOf("--");
    return args.subList(0, end < 0 ? args.size() : end).stream()
        .anyMatch(arg -> arg.matches("--?help|-h"));
  }

  private static void requireSecondWord(List<String> args) throws UsageException {
    List<String> seconds = Commands.secondWords(args.get(0));
    if (!seconds.isEmpty()) {
      throw new UsageException(
          args.get(0)
              + " needs one of "
              + String.join(", ", seconds)
              + NearestWord.to(args.size() > 1 ? args.get(1) : "", seconds)
                  .map(near -> ", did you mean " + near + "?")
                  .orElse(""));
    }
  }

  /** Of one command, or of all with the first word. */
  private static String help(List<String> args) {
    List<CommandSpec> group =
        Commands.OPERATOR.stream()
            .filter(spec -> (spec.group() + " ").startsWith(args.get(0) + " "))
            .toList();
    List<CommandSpec> one =
        group.stream().filter(spec -> args.size() > 1 && spec.word().equals(args.get(1))).toList();
    return Help.ofOperator(one.isEmpty() ? group : one);
  }

  /** The places that {@code --endpoints} or the environment names. */
  static List<HostPort> endpoints(
      GivenOptions given, Map<String, String> environment, boolean usuallyTls)
      throws UsageException {
    String variable = environment.getOrDefault(ENDPOINTS_VARIABLE, "");
    String as = given.has("endpoint") ? "--endpoint" : "--endpoints";
    Optional<String> typed = given.text("endpoints").or(() -> given.text("endpoint"));
    if (typed.isEmpty() && !variable.isEmpty()) {
      as = ENDPOINTS_VARIABLE;
    }
    String text =
        typed.orElse(
            variable.isEmpty() ? MachineOptions.DEFAULT_CLIENT_ADDRESS.toString() : variable);
    return hostPorts(as, text, usuallyTls);
  }

  /** Several places with commas between them. */
  static List<HostPort> hostPorts(String option, String text, boolean usuallyTls)
      throws UsageException {
    List<HostPort> places = new ArrayList<>();
    for (String each : text.split(",")) {
      places.add(HostPort.parse(option, each.strip(), usuallyTls));
    }
    return places;
  }

  private static OperatorCommand command(CommandSpec spec, Given given) throws UsageException {
    return switch (spec.path()) {
      case "machines list" -> new OperatorCommand.ListMachines();
      case "machines show" -> new OperatorCommand.ShowMachine(given.operand(0));
      case "machines remove" -> new OperatorCommand.RemoveMachine(removal(given));
      case "standbys allow" -> new OperatorCommand.AllowStandby(given.operand(0));
      case "standbys list" -> new OperatorCommand.ListStandbys();
      case "config get" -> new OperatorCommand.GetConfig();
      case "config set" -> new OperatorCommand.SetConfig(change(given.operands()));
      case "plan" -> new OperatorCommand.ShowPlan();
      case "health" -> new OperatorCommand.ShowHealth();
      case "leader transfer" -> new OperatorCommand.TransferLeadership(given.operand(0));
      case "discovery new" -> newToken(given);
      case "operator autopilot health" -> new OperatorCommand.AutopilotHealth();
      case "operator autopilot state" -> new OperatorCommand.AutopilotState();
      case "operator autopilot get-config" -> new OperatorCommand.GetSetting(Setting.AUTOPILOT);
      case "operator autopilot set-config" ->
          new OperatorCommand.ChangeSetting(Setting.AUTOPILOT, assignments(given));
      case "operator scheduler get-config" -> new OperatorCommand.GetSetting(Setting.SCHEDULER);
      case "operator scheduler set-config" ->
          new OperatorCommand.ChangeSetting(Setting.SCHEDULER, assignments(given));
      case "operator raft list-peers" -> new OperatorCommand.ListPeers();
      case "operator raft remove-peer" -> removePeer(given);
      case "operator raft transfer-leader" ->
          new OperatorCommand.TransferRaftLeader(given.options().text("id"));
      default -> ofKeys(spec, given);
    };
  }

  private static Removal removal(Given given) throws UsageException {
    return new Removal(
        given.operand(0), given.options().isOn("force"), given.options().isOn("for-good"));
  }

  private static Map<String, String> assignments(Given given) throws UsageException {
    Map<String, String> values = new LinkedHashMap<>();
    for (String assignment : given.operands()) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new UsageException(given.path() + " needs FIELD=VALUE, not \"" + assignment + "\"");
      }
      values.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    return values;
  }

  private static OperatorCommand removePeer(Given given) throws UsageException {
    Optional<String> id = given.options().text("id");
    Optional<String> address = given.options().text("address");
    if (id.isPresent() == address.isPresent()) {
      throw new UsageException(given.path() + " needs --id or --address");
    }
    return id.isPresent()
        ? new OperatorCommand.RemovePeer("id", id.get())
        : new OperatorCommand.RemovePeer("address", address.get());
  }

  private static OperatorCommand newToken(Given given) throws UsageException {
    given.needed("size");
    return new OperatorCommand.NewToken(given.options().whole("size", 0, 1, MAX_TOKEN_SIZE));
  }

  /** {@code activeSize=5 removeDelay=60} as the API takes it. */
  private static String change(List<String> assignments) throws UsageException {
    JsonObject change = new JsonObject();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      String field = assignment.substring(0, Math.max(0, equals));
      if (!ClusterConfig.FIELDS.contains(field)) {
        throw new UsageException(
            "config set needs FIELD=NUMBER, not \""
                + assignment
                + "\"; the fields are "
                + String.join(", ", ClusterConfig.FIELDS)
                + NearestWord.to(equals < 0 ? assignment : field, ClusterConfig.FIELDS)
                    .map(near -> ", did you mean " + near + "?")
                    .orElse(""));
      }
      try {
        change.addProperty(field, new BigDecimal(assignment.substring(equals + 1)));
      } catch (NumberFormatException e) {
        throw new UsageException("config set: " + assignment + " has no number");
      }
    }
    try {
      return ClusterConfig.checked(change.toString());
    } catch (ApiException e) {
      throw new UsageException("config set: " + e.error().cause());
    }
  }

  private static OperatorCommand ofKeys(CommandSpec spec, Given given) throws UsageException {
    GivenOptions options = given.options();
    String key = given.operands().isEmpty() ? "/" : given.operand(0);
    key = key.startsWith("/") ? key : "/" + key;
    boolean recursive = options.isOn("recursive");
    return switch (spec.path()) {
      case "keys get" -> new OperatorCommand.GetKey(key, options.isOn("quorum"));
      case "keys set" ->
          new OperatorCommand.SetKey(
              key,
              given.operands().size() > 1 ? Optional.of(given.operand(1)) : Optional.empty(),
              index(options, "ttl"),
              condition(options));
      case "keys ls" -> new OperatorCommand.ListKeys(key, recursive, options.isOn("quorum"));
      case "keys rm" ->
          new OperatorCommand.RemoveKey(key, recursive, options.isOn("dir"), condition(options));
      case "keys watch" ->
          new OperatorCommand.WatchKey(
              key, recursive, index(options, "after-index"), options.isOn("forever"));
      default -> throw new IllegalStateException("no command reads " + spec.path());
    };
  }

  private static Condition condition(GivenOptions given) throws UsageException {
    boolean create = given.isOn("create");
    boolean update = given.isOn("update");
    if (create && update) {
      throw new UsageException("--create and --update exclude each other");
    }
    return new Condition(
        create || update ? Optional.of(update) : Optional.empty(),
        given.text("prev-value"),
        index(given, "prev-index"));
  }

  private static OptionalLong index(GivenOptions given, String word) throws UsageException {
    Optional<String> text = given.text(word);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!text.get().matches("[1-9]\\d{0,17}")) {
      throw new UsageException(
          "--" + word + " needs a whole number from 1 on, not \"" + text.get() + "\"");
    }
    return OptionalLong.of(Long.parseLong(text.get()));
  }
}
