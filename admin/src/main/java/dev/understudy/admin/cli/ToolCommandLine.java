package dev.understudy.admin.cli;

import dev.understudy.admin.cli.CommandSpec.Given;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.tls.Tls;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a {@link CliCommand} of the arguments behind {@code wal}, {@code snapshot} and {@code
 * recover}. These take nothing but a password from the environment: they are typed by somebody who
 * looks after one directory.
 */
final class ToolCommandLine {
  static final String WAL = "wal";
  static final String SNAPSHOT = "snapshot";
  static final String RECOVER = "recover";
  static final String TLS = "tls";

  private static final String AUTH_OFF = "auth-off";

  private static final int YEAR_DAYS = 365;
  private static final int MAX_DAYS = 3_650;

  private ToolCommandLine() {}

  static boolean isTool(String word) {
    return word.equals(WAL) || word.equals(SNAPSHOT) || word.equals(RECOVER) || word.equals(TLS);
  }

  /**
   * Reads the arguments, of which {@link #isTool} holds for the first.
   *
   * @param environment holds a password, perhaps
   * @param remarks takes what is odd and taken all the same
   */
  static CliCommand parse(
      List<String> args, Map<String, String> environment, Consumer<String> remarks)
      throws UsageException {
    boolean helpWanted = args.stream().anyMatch(arg -> arg.matches("--?help|-h"));
    if (helpWanted) {
      return new CliCommand.Print(Help.ofTools());
    }
    CommandSpec spec = Commands.find(args, Commands.TOOLS);
    List<String> rest = Commands.behind(spec, args);
    if (spec.path().equals("snapshot save")) {
      return save(spec, rest, environment, remarks);
    }
    Given given = spec.read(rest, remarks);
    if (spec.path().equals(RECOVER)) {
      return recover(given);
    }
    Path first = Path.of(given.operand(0));
    return switch (spec.path()) {
      case "wal verify" -> new CliCommand.VerifyWal(first);
      case "wal dump" -> dump(given);
      case "snapshot status" -> new CliCommand.SnapshotStatus(first);
      case "snapshot restore" -> restore(given);
      case "tls init" -> certificates(first, given.options());
      default -> throw new IllegalStateException("no tool reads " + spec.path());
    };
  }

  private static CliCommand save(
      CommandSpec spec,
      List<String> rest,
      Map<String, String> environment,
      Consumer<String> remarks)
      throws UsageException {
    boolean stopped = rest.stream().anyMatch(arg -> arg.matches("--?data-dir(=.*)?"));
    if (!stopped) {
      Given given = spec.read(rest, remarks);
      Optional<Tls> tls = CallerTls.read(given.options(), Map.of());
      return new CliCommand.SaveSnapshot(
          HostPort.parse("URL", given.operand(0), tls.isPresent()),
          Path.of(given.operand(1)),
          tls.orElse(Tls.SYSTEM),
          CallerTls.secretFile(given.options(), Map.of()),
          Login.read(given.options(), environment));
    }
    Given given = spec.taking("FILE").read(rest, remarks);
    return new CliCommand.SaveStopped(given.neededPath("data-dir"), Path.of(given.operand(0)));
  }

  private static CliCommand certificates(Path directory, GivenOptions given) throws UsageException {
    List<String> names = words(given, "names", "m1,m2,m3,m4,m5");
    for (String name : names) {
      if (!MachineRecord.isValidName(name)) {
        throw new UsageException("no machine can be called \"" + name + "\"");
      }
    }
    return new CliCommand.MakeCertificates(
        directory,
        names,
        words(given, "hosts", "localhost,127.0.0.1,::1"),
        given.whole("days", YEAR_DAYS, 1, MAX_DAYS));
  }

  private static List<String> words(GivenOptions given, String word, String otherwise) {
    return Arrays.stream(given.text(word).orElse(otherwise).split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  private static CliCommand dump(Given given) throws UsageException {
    long from = index(given, "from", 1);
    long to = index(given, "to", Long.MAX_VALUE);
    if (from > to) {
      throw new UsageException("--from " + from + " lies behind --to " + to);
    }
    boolean entriesOnly =
        given.options().text("from").isPresent() || given.options().text("to").isPresent();
    return new CliCommand.DumpWal(Path.of(given.operand(0)), from, to, entriesOnly);
  }

  private static long index(Given given, String word, long otherwise) throws UsageException {
    String text = given.options().text(word).orElse(Long.toString(otherwise));
    if (!text.matches("\\d{1,18}") && !text.equals(Long.toString(otherwise))) {
      throw new UsageException("--" + word + " needs an index, not \"" + text + "\"");
    }
    return Long.parseLong(text);
  }

  /** A word more than the others: nobody founds a cluster anew by a slip. */
  private static CliCommand recover(Given given) throws UsageException {
    if (!given.options().isOn("force-new-cluster")) {
      throw new UsageException(
          "recover founds a NEW cluster on the data of one machine, and needs --force-new-cluster"
              + " to say so");
    }
    boolean named = given.options().text("name").isPresent();
    return new CliCommand.Recover(
        given.neededPath("data-dir"),
        named ? Optional.of(machine(given)) : Optional.empty(),
        given.options().isOn("yes"),
        given.options().isOn(AUTH_OFF));
  }

  private static CliCommand restore(Given given) throws UsageException {
    return new CliCommand.RestoreSnapshot(
        Path.of(given.operand(0)),
        given.neededPath("data-dir"),
        machine(given),
        given.options().isOn(AUTH_OFF));
  }

  private static MachineRecord machine(Given given) throws UsageException {
    String name = given.needed("name");
    if (!MachineRecord.isValidName(name)) {
      throw new UsageException("no machine can be called \"" + name + "\"");
    }
    HostPort peer = address(given, "peer-addr");
    HostPort client = address(given, "addr");
    if (client.equals(peer)) {
      throw new UsageException("--addr and --peer-addr need ports of their own, not both " + peer);
    }
    return new MachineRecord(name, peer.url(), client.url());
  }

  private static HostPort address(Given given, String word) throws UsageException {
    HostPort address = HostPort.parse("--" + word, given.needed(word));
    if (address.isWildcard()) {
      throw new UsageException(
          "--" + word + " is what others are told, and " + address.host() + " leads nowhere");
    }
    return address;
  }
}
