package dev.understudy.admin.cli;

import static dev.understudy.admin.cli.CommandSpec.option;

import dev.understudy.admin.cli.CommandSpec.Option;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every command behind {@code understudy} but that of running a machine, which has none. */
final class Commands {
  static final String COMPLETION = "completion";

  private static final Option HTML = option("html FILE", "a report with plots in one file");

  private static final Option ENDPOINTS =
      option(
          "endpoints HOST:PORT,...",
          "client or peer ports of any machines of the cluster, tried in this order (default:"
              + " UNDERSTUDY_ENDPOINTS, or 127.0.0.1:2379)");
  private static final Option CLIENT_PORTS =
      option(
          "endpoints HOST:PORT,...",
          "client ports of the cluster that is written to (default: UNDERSTUDY_ENDPOINTS, or"
              + " 127.0.0.1:2379)");
  private static final Option JSON = option("json", "prints JSON instead of a table");
  private static final Option TIMEOUT =
      option("timeout SECONDS", "how long one machine may take to answer (default: 5)");
  private static final Option HELP = option("help", "prints this and exits");
  private static final Option QUORUM = option("quorum", "asks the leader's majority: never stale");
  private static final Option PREV_VALUE = option("prev-value TEXT", "only if this is its value");
  private static final Option PREV_INDEX =
      option("prev-index N", "only if it was changed at this index last");

  /** For what {@link OperatorCommandLine} reads. */
  static final List<CommandSpec> OPERATOR =
      Stream.of(
              CommandSpec.of("machines list", "the machines that have a seat, and who leads"),
              CommandSpec.of("machines show NAME", "one of them"),
              CommandSpec.of(
                  "machines remove NAME",
                  "takes its seat; left running, it stands by and may take an open seat later",
                  option("for-good", "it gets no seat again until 'standbys allow NAME'"),
                  option("force", "also when no majority of the voters would be alive then")),
              CommandSpec.of(
                  "standbys allow NAME",
                  "lets a machine take seats again that was removed for good"),
              CommandSpec.of("standbys list", "the standbys that the leader has heard of lately"),
              CommandSpec.of("config get", "the cluster's config"),
              CommandSpec.of(
                  "config set FIELD=NUMBER...",
                  "changes activeSize, removeDelay or syncInterval (seconds)"),
              CommandSpec.of(
                  "plan", "what the leader would do about each seat now, and why; changes nothing"),
              CommandSpec.of(
                  "health", "asks every machine with a seat; exit code 1 unless all are well"),
              CommandSpec.of("leader transfer NAME", "makes another machine lead"),
              CommandSpec.of(
                  "operator autopilot health",
                  "what the leader knows of each machine; exit code 1 unless all are healthy"),
              CommandSpec.of(
                  "operator autopilot state", "the same with zones and reasons, as JSON"),
              CommandSpec.of("operator autopilot get-config", "how seats are looked after"),
              CommandSpec.of(
                  "operator autopilot set-config FIELD=VALUE...",
                  "changes it: CleanupDeadServers=false, ServerStabilizationTime=30s, …"),
              CommandSpec.of(
                  "operator scheduler get-config",
                  "which standbys may take the seats of living peers"),
              CommandSpec.of(
                  "operator scheduler set-config FIELD=VALUE...",
                  "changes it: ServiceSchedulerEnabled=true, SchedulerAlgorithm=spread, …"),
              CommandSpec.of("operator raft list-peers", "the members of consensus"),
              CommandSpec.of(
                  "operator raft remove-peer",
                  "takes the seat of a member, as machines remove does",
                  option("id ID", "its member id"),
                  option("address HOST:PORT", "or its peer address")),
              CommandSpec.of(
                  "operator raft transfer-leader",
                  "makes another machine lead",
                  option("id ID", "the member that is to lead (default: whoever is fit best)")),
              CommandSpec.of("keys get KEY", "prints a value", QUORUM),
              CommandSpec.of(
                  "keys set KEY [VALUE]",
                  "writes a value; without one, what standard input holds",
                  option("ttl SECONDS", "how long it lives"),
                  option("create", "only if there is no such key"),
                  option("update", "only if there is one"),
                  PREV_VALUE,
                  PREV_INDEX),
              CommandSpec.of(
                  "keys ls [DIRECTORY]",
                  "lists a directory",
                  option("recursive", "and what is beneath"),
                  QUORUM),
              CommandSpec.of(
                  "keys rm KEY",
                  "deletes a key",
                  option("recursive", "a directory with all that is beneath"),
                  option("dir", "an empty directory"),
                  PREV_VALUE,
                  PREV_INDEX),
              CommandSpec.of(
                  "keys watch KEY",
                  "prints the next change",
                  option("recursive", "and of what is beneath"),
                  option("after-index N", "and what has changed since that index"),
                  option("forever", "goes on until it is stopped")),
              CommandSpec.of(
                  "discovery new",
                  "makes a token in a running cluster (or etcd), and prints the URL for --discovery"
                      + " with which the machines of a new cluster find each other",
                  option("size N", "how many of them begin as peers"),
                  option("endpoint URL", "where: the same as --endpoints")))
          .map(spec -> spec.with(List.of(ENDPOINTS, JSON, TIMEOUT, HELP)).with(CallerTls.OPTIONS))
          .toList();

  /** For what {@link ToolCommandLine} reads. */
  static final List<CommandSpec> TOOLS =
      List.of(
          CommandSpec.of(
              "wal verify DIR",
              "checks every record of the log and every snapshot in a data directory, changes"
                  + " nothing, prints a summary; exit code 1 where there is damage"),
          CommandSpec.of(
              "wal dump DIR",
              "prints the log, a line for each record",
              option("from INDEX", "only entries, from this one on"),
              option("to INDEX", "only entries, up to this one")),
          CommandSpec.of(
                  "snapshot save URL FILE",
                  "takes a backup of a running cluster",
                  option("data-dir DIR", "of a machine that does not run"))
              .with(CallerTls.OPTIONS),
          CommandSpec.of("snapshot status FILE", "checks a backup and says what it holds"),
          CommandSpec.of(
              "snapshot restore FILE",
              "makes of a backup the data directory of the first machine of a new cluster",
              option("data-dir DIR", "that directory"),
              option("name NAME", "of that machine"),
              option("peer-addr HOST:PORT", "its address for other machines"),
              option("addr HOST:PORT", "its address for clients"),
              option("auth-off", "asks nobody who they are there; users and roles stay")),
          CommandSpec.of(
              "tls init DIR",
              "makes a CA and certificates for a cluster to try things with",
              option("names NAME,...", "of its machines (default: m1 to m5)"),
              option("hosts HOST,...", "that they are for (default: localhost, 127.0.0.1, ::1)"),
              option("days N", "how long they are good (default: 365)")),
          CommandSpec.of(
              "recover",
              "founds a new cluster on the data of one machine that has survived; says what may be"
                  + " missing, and asks",
              option("data-dir DIR", "of that machine, which does not run"),
              option("force-new-cluster", "says that this is meant"),
              option("yes", "does not ask"),
              option("auth-off", "asks nobody who they are from then on; users and roles stay"),
              option("name NAME", "what it is called from now on, with the next two"),
              option("peer-addr HOST:PORT", "its address for other machines"),
              option("addr HOST:PORT", "its address for clients")));

  private static final Option RESUME =
      option("resume", "the target may hold keys, which are made alike or deleted");

  /** For what {@link ImportCommandLine} reads. */
  static final List<CommandSpec> IMPORTS =
      Stream.of(
              CommandSpec.of(
                      "import etcd URL,...",
                      "copies the v2 keys of an etcd that runs (any release with the v2 API, or"
                          + " another understudy) with their times to live; URLs are of client"
                          + " ports",
                      option("prefix KEY", "copies what is beneath it only"),
                      RESUME,
                      option(
                          "follow",
                          "goes on with what changes at the source, until a line is typed; then"
                              + " compares both once more and ends"),
                      option("compare SECONDS", "how often both are compared (default: 30)"))
                  .with(CallerTls.OF_SOURCE),
              CommandSpec.of(
                  "import snapshot DIR",
                  "copies the v2 keys in the data directory of an etcd 2.0 to 3.4 that does not"
                      + " run, or in a backup of one (etcdctl backup)",
                  RESUME))
          .map(spec -> spec.with(List.of(CLIENT_PORTS)).with(CallerTls.OF_CLIENTS))
          .toList();

  /** For what {@link BenchCommandLine} reads. */
  static final List<CommandSpec> BENCH =
      Stream.concat(
              Arrays.stream(BenchOptions.Workload.values())
                  .map(
                      workload ->
                          CommandSpec.of(
                                  "bench " + workload.word(),
                                  "measures a cluster",
                                  option("endpoints HOST:PORT,...", "client ports"),
                                  option("label TEXT", "what the result is called"),
                                  option("connections N", "clients"),
                                  option("value-bytes N", "length of a value"),
                                  option("keys N", "how many keys there are"),
                                  option("put-percent N", "puts in a hundred requests of mixed"),
                                  option("warm-up SECONDS", "unrecorded load before"),
                                  option("duration SECONDS", "how long is recorded"),
                                  option("count N", "requests at most"),
                                  option("rate N", "requests a second of an open loop"),
                                  HTML,
                                  option("json", "JSON instead of a table"),
                                  option("no-fill", "the keys are there"))
                              .with(CallerTls.OF_CLIENTS)),
              Stream.of(CommandSpec.of("bench compare FILE...", "puts results together", HTML)))
          .toList();

  static final CommandSpec CLUSTER =
      CommandSpec.of(
          "cluster",
          "runs a cluster to play with",
          option("machines N", "how many"),
          option("active-size N", "how many of them have a seat"),
          option("remove-delay SECONDS", "silence after which a peer loses its seat"),
          option("sync-interval SECONDS", "how often a standby syncs"),
          option("base-port PORT", "the first machine's client port"),
          option("data-dir DIR", "where data and logs are kept"),
          option("keep", "keeps them in ./local.understudy"),
          option("tls", "all ports speak TLS and ask for certificates"),
          option("log-format FORMAT", "of the machines' logs, text or json"),
          option("v", "more in the log"),
          option("vv", "all in the log"),
          option("help", "prints what it takes"),
          option("h", "the same"));

  private static final CommandSpec SCRIPT =
      CommandSpec.of(
          COMPLETION + " SHELL",
          "prints a script that makes bash or zsh complete these commands: source <(understudy"
              + " completion bash)");

  private Commands() {}

  /** All, in the order of the help. */
  static List<CommandSpec> all() {
    List<CommandSpec> all = new ArrayList<>();
    all.add(CLUSTER);
    all.addAll(OPERATOR);
    all.addAll(TOOLS);
    all.addAll(IMPORTS);
    all.addAll(BENCH);
    all.add(SCRIPT);
    all.add(CommandSpec.of("help", "prints the options of a machine"));
    all.add(CommandSpec.of("version", "prints the version"));
    return all;
  }

  /** All words of commands but their last ones. */
  static List<String> groups() {
    return List.copyOf(new LinkedHashSet<>(all().stream().map(CommandSpec::group).toList()));
  }

  /** Arguments in which the words of a group of several words stand together. */
  static List<String> joined(List<String> args) {
    if (args.size() < 2 || !groups().contains(args.get(0) + " " + args.get(1))) {
      return args;
    }
    List<String> joined = new ArrayList<>(args.subList(1, args.size()));
    joined.set(0, args.get(0) + " " + args.get(1));
    return joined;
  }

  /** The second words of groups of several words that begin with that one. */
  static List<String> secondWords(String first) {
    return groups().stream()
        .filter(group -> group.startsWith(first + " "))
        .map(group -> group.substring(first.length() + 1))
        .toList();
  }

  /** The commands of one group. */
  static List<CommandSpec> in(String group, List<CommandSpec> among) {
    return among.stream().filter(spec -> spec.group().equals(group)).toList();
  }

  /**
   * The command that arguments begin with.
   *
   * @throws UsageException when the second word is none; it names the nearest one
   */
  static CommandSpec find(List<String> args, List<CommandSpec> among) throws UsageException {
    List<CommandSpec> group = in(args.get(0), among);
    String word = args.size() > 1 ? args.get(1) : "";
    Optional<CommandSpec> found =
        group.stream()
            .filter(spec -> spec.word().isEmpty() || spec.word().equals(word))
            .findFirst();
    if (found.isEmpty()) {
      List<String> words = group.stream().map(CommandSpec::word).toList();
      throw new UsageException(
          args.get(0)
              + " needs one of "
              + String.join(", ", words)
              + NearestWord.to(word, words).map(near -> ", did you mean " + near + "?").orElse(""));
    }
    return found.get();
  }

  /** What stands behind the words of a command. */
  static List<String> behind(CommandSpec spec, List<String> args) {
    return args.subList(spec.word().isEmpty() ? 1 : 2, args.size());
  }
}
