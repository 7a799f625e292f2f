package dev.understudy.admin.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What {@code --help} prints. */
final class Help {
  private static final int MEANING_COLUMN = 34;
  private static final int WIDTH = 100;

  private Help() {}

  static String ofMachine() {
    StringBuilder text = new StringBuilder();
    text.append("understudy: a replicated key-value server, peers with standbys behind them\n\n");
    text.append("  understudy [options]            runs one machine\n");
    text.append("  understudy cluster [options]    runs a cluster to play with (cluster --help)\n");
    text.append("  understudy machines, standbys, config, plan, health, leader, keys, operator,\n");
    text.append("    discovery                     asks a running cluster (machines --help)\n");
    text.append("  understudy wal, snapshot, recover, tls\n");
    text.append("                                  looks after data and backups (wal --help)\n");
    text.append("  understudy import               copies the keys of an etcd (import --help)\n");
    text.append("  understudy bench                measures a cluster, or etcd (bench --help)\n");
    text.append("  understudy completion SHELL     completes commands in bash and zsh\n\n");
    text.append(
        "Options have one dash or two. One that is not given is taken from the environment:\n");
    text.append(
        "--data-dir from UNDERSTUDY_DATA_DIR, and so on; a switch is on for true, yes or 1."
            + " Then\n");
    text.append(
        "come etcd's variables (ETCD_DATA_DIR), then the file of --config. Options of etcd\n");
    text.append(
        "work where they mean the same; the others are refused or ignored with a reason.\n");
    for (Flag.Group group : Flag.Group.values()) {
      if (group != Flag.Group.HIDDEN) {
        text.append('\n').append(group.heading()).append('\n');
        group.flags().forEach(flag -> append(text, flag));
      }
    }
    text.append(
        "\nExit code: 0 after SIGTERM or SIGINT, 1 if the machine cannot start or go on,\n");
    text.append("2 for a wrong option.\n");
    return text.toString().stripTrailing();
  }

  private static void append(StringBuilder text, Flag flag) {
    append(text, (flag + " " + flag.argument()).stripTrailing(), flag.meaning());
  }

  private static void append(StringBuilder text, String option, String meaning) {
    StringBuilder line = new StringBuilder("  ").append(option);
    if (line.length() >= MEANING_COLUMN) {
      text.append(line).append('\n');
      line.setLength(0);
    }
    pad(line);
    for (String word : meaning.split(" ")) {
      if (line.length() + word.length() > WIDTH) {
        text.append(line.toString().stripTrailing()).append('\n');
        line.setLength(0);
        pad(line);
      }
      line.append(word).append(' ');
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private static void pad(StringBuilder line) {
    line.append(" ".repeat(MEANING_COLUMN - line.length()));
  }

  /** Of commands for a running cluster that take the same options. */
  static String ofOperator(List<CommandSpec> commands) {
    StringBuilder text = new StringBuilder();
    text.append("understudy ")
        .append(commands.get(0).group())
        .append(": asks a running cluster\n\n");
    Set<CommandSpec.Option> common = new LinkedHashSet<>(commands.get(0).options());
    commands.forEach(command -> common.retainAll(command.options()));
    for (CommandSpec command : commands) {
      append(text, command.usage(), command.meaning());
      for (CommandSpec.Option option : command.options()) {
        if (commands.size() > 1 && !common.contains(option)) {
          append(text, "  " + option, option.meaning());
        }
      }
    }
    text.append('\n');
    for (CommandSpec.Option option : commands.size() > 1 ? common : commands.get(0).options()) {
      append(text, option.toString(), option.meaning());
    }
    text.append(
        """

        Exit code: 0 when it is done; 1 when nobody answers, or there is no leader (and for health,
        when not all is well); 2 for a wrong command; 3 when the cluster refuses, and says why; 4
        when there is no such key or machine.\
        """);
    return text.toString();
  }

  static String ofCompletion() {
    return """
    understudy completion bash|zsh: prints a script for the shell, in which understudy is the name
    of the program (or an alias of it)

      bash   source <(understudy completion bash)    in ~/.bashrc
      zsh    source <(understudy completion zsh)     in ~/.zshrc, behind compinit\
    """;
  }

  static String ofTools() {
    StringBuilder text = new StringBuilder();
    text.append(
        "understudy wal, snapshot, recover, tls: for the data of machines, backups,"
            + " certificates\n\n");
    append(
        text,
        "wal verify DIR",
        "checks every record of the log and every snapshot in a data directory, changes nothing,"
            + " prints a summary; exit code 1 where there is damage");
    append(
        text,
        "wal dump DIR [--from I] [--to I]",
        "prints the log, a line for each record; with --from or --to only entries, from index I or"
            + " up to it");
    append(
        text,
        "snapshot save URL FILE",
        "takes a backup of a running cluster from any peer; URL is of its peer port. --ca-file,"
            + " --cert-file, --key-file, --cluster-secret-file: as for commands (machines --help)");
    append(
        text,
        "snapshot save --data-dir DIR FILE",
        "makes a backup of what a machine that does not run has on disk, with every entry of its"
            + " log: for a cluster that has lost its majority; changes nothing there");
    append(text, "snapshot status FILE", "checks a backup and says what it holds");
    append(
        text,
        "snapshot restore FILE --data-dir DIR --name NAME --peer-addr HOST:PORT --addr HOST:PORT"
            + " [--auth-off]",
        "makes of a backup the data directory of the first machine of a new cluster; the old"
            + " machines have no seats in it, and machines join it as they join any");
    append(
        text,
        "recover --data-dir DIR --force-new-cluster [--yes] [--auth-off]",
        "founds a new cluster, with new ids, on the data of one machine whose cluster has lost its"
            + " majority for good; says what may be missing and asks; the old log is kept as"
            + " peer.before-recovery-1. --name, --peer-addr and --addr change what it is called;"
            + " --auth-off asks nobody for a password from then on, where that of root is lost");
    append(
        text,
        "tls init DIR [--names NAME,...] [--hosts HOST,...] [--days N]",
        "makes a CA and certificates for a cluster to try things with: DIR/ca.crt, NAME.crt and"
            + " NAME.key for each machine, client.crt and client.key for those who call");
    text.append(
        "\n"
            + "DIR is otherwise a machine's --data-dir, or its folder \"peer\". A directory that a"
            + " machine uses is refused.");
    return text.toString();
  }

  static String ofImport() {
    StringBuilder text = new StringBuilder("understudy import: copies the v2 keys of an etcd\n\n");
    for (CommandSpec command : Commands.IMPORTS) {
      append(text, command.usage(), command.meaning());
      command.options().forEach(option -> append(text, "  " + option, option.meaning()));
    }
    text.append(
        """

        Neither copies indexes, users or roles, and import etcd no hidden keys, which etcd does not
        list. Both may be run again with --resume after they have broken off.

        Exit code: 0 when both are alike; 1 when it could not go on, and one line says why; 2 for a
        wrong option.\
        """);
    return text.toString();
  }

  static String ofBench() {
    StringBuilder text = new StringBuilder();
    text.append(
        "understudy bench: puts load on a cluster that speaks etcd's v2 API, and measures\n\n");
    text.append("  understudy bench WORKLOAD [options]\n");
    text.append("  understudy bench compare FILE... [--html FILE]\n\n");
    append(
        text,
        "WORKLOAD",
        "put, get, quorum-get, mixed (gets, and --put-percent of puts), cas (each client writes its"
            + " own key, comparing the value), lock (each client takes a lock of its own and gives"
            + " it back), renew (each client renews its session), watch (--connections watchers of"
            + " one key; the time from a write until the last of them has it)");
    append(
        text,
        "--endpoints HOST:PORT,...",
        "client ports; the connections are shared out among them (default: 127.0.0.1:2379)");
    append(text, "--connections N", "clients, each with one request at a time (default: 64)");
    append(text, "--value-bytes N", "length of a value (default: 256)");
    append(text, "--keys N", "how many keys there are, all under /bench (default: 10000)");
    append(text, "--no-fill", "does not write them before it reads; they are there");
    append(
        text, "--put-percent N", "how many of a hundred requests of mixed are puts (default: 10)");
    append(text, "--warm-up SECONDS", "the same load before, unrecorded (default: 5)");
    append(text, "--duration SECONDS", "how long is recorded (default: 10)");
    append(text, "--count N", "ends after so many requests, if that is earlier");
    append(
        text,
        "--rate N",
        "an open loop: N requests a second, whatever comes back, each timed from when it was due,"
            + " so that a stall counts for every request that it held up; without it a closed"
            + " loop");
    append(text, "--label TEXT", "what the result is called");
    append(text, "--json", "one JSON object on standard output instead of a table");
    append(text, "--html FILE", "a report with plots in one file");
    append(
        text,
        "--ca-file FILE, --cert-file FILE, --key-file FILE",
        "PEM, for endpoints that speak TLS: whom to believe, and a certificate where they ask for"
            + " one");
    append(
        text,
        "compare",
        "puts JSON results beside each other whose labels are LINE/WHO: ratios of the second WHO to"
            + " the first, round by round");
    text.append("\nExit code: 0, 1 when nothing was answered, 2 for a wrong option.");
    return text.toString();
  }

  static String ofLocalCluster() {
    StringBuilder text = new StringBuilder();
    text.append("understudy cluster: machines on this computer, each a process, to play with\n\n");
    append(text, "--machines N", "how many machines (default: 5)");
    append(text, "--active-size N", "how many of them have a seat, 3 at least (default: 3)");
    append(
        text,
        "--remove-delay SECONDS",
        "silence after which a peer loses its seat, 2 at least (default: 5)");
    append(text, "--sync-interval SECONDS", "how often a standby syncs, 1 at least (default: 1)");
    append(
        text,
        "--base-port PORT",
        "client port of the first machine; its peer port is the next, and so on (default: 2379)");
    append(
        text,
        "--keep",
        "keep data and logs in ./local.understudy and go on from there at the next run; without it"
            + " each cluster is a fresh one, in a temporary directory");
    append(text, "--data-dir DIR", "the same in another directory");
    append(
        text,
        "--tls",
        "all ports speak TLS and ask for certificates, which are made in DIR/tls: client.crt and"
            + " client.key there are for you");
    append(text, "--log-format FORMAT", "of the machines' logs, text or json (default: text)");
    append(text, "-v, -vv", "more, or all, in the machines' logs");
    text.append(
        "\n"
            + "Typed while it runs: restart NAME, stop NAME, kill NAME (as kill -9), pause NAME (as"
            + " kill -STOP),\n"
            + "resume NAME, command NAME (how to start it by hand), table, help, quit. Ctrl-C stops"
            + " all.\n\n"
            + "Exit code: 0 after quit, 130 after Ctrl-C; 1 if a port is taken or the directory"
            + " cannot be used, 2 for\n"
            + "a wrong option.");
    return text.toString();
  }
}
