package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.MachineRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a {@link CliCommand} of the arguments behind {@code wal} and {@code snapshot}. These take
 * nothing from the environment: they are typed by somebody who looks after one directory.
 */
final class ToolCommandLine {
  static final String WAL = "wal";
  static final String SNAPSHOT = "snapshot";

  private ToolCommandLine() {}

  static boolean isTool(String word) {
    return word.equals(WAL) || word.equals(SNAPSHOT);
  }

  /**
   * Reads the arguments, of which {@link #isTool} holds for the first.
   *
   * @param remarks takes what is odd and taken all the same
   */
  static CliCommand parse(List<String> args, Consumer<String> remarks) throws UsageException {
    boolean helpWanted = args.stream().anyMatch(arg -> arg.matches("--?help|-h"));
    if (helpWanted) {
      return new CliCommand.Print(Help.ofTools());
    }
    String tool = args.get(0) + " " + (args.size() > 1 ? args.get(1) : "");
    List<String> rest = args.subList(Math.min(2, args.size()), args.size());
    return switch (tool) {
      case "wal verify" -> {
        Given given = given(tool, rest, remarks, List.of("DIR"), List.of());
        yield new CliCommand.VerifyWal(Path.of(given.word(0)));
      }
      case "wal dump" -> dump(given(tool, rest, remarks, List.of("DIR"), List.of("from", "to")));
      case "snapshot save" -> save(tool, rest, remarks);
      case "snapshot status" -> {
        Given given = given(tool, rest, remarks, List.of("FILE"), List.of());
        yield new CliCommand.SnapshotStatus(Path.of(given.word(0)));
      }
      case "snapshot restore" ->
          restore(
              given(
                  tool,
                  rest,
                  remarks,
                  List.of("FILE"),
                  List.of("data-dir", "name", "peer-addr", "addr")));
      default ->
          throw new UsageException(
              args.get(0).equals(WAL)
                  ? "wal needs one of: verify DIR, dump DIR"
                  : "snapshot needs one of: save URL FILE, save --data-dir DIR FILE, status FILE,"
                      + " restore FILE");
    };
  }

  private static CliCommand save(String tool, List<String> rest, Consumer<String> remarks)
      throws UsageException {
    boolean stopped = rest.stream().anyMatch(arg -> arg.matches("--?data-dir(=.*)?"));
    Given given =
        given(
            tool,
            rest,
            remarks,
            stopped ? List.of("FILE") : List.of("URL", "FILE"),
            List.of("data-dir"));
    return stopped
        ? new CliCommand.SaveStopped(Path.of(given.needed("data-dir")), Path.of(given.word(0)))
        : new CliCommand.SaveSnapshot(HostPort.parse("URL", given.word(0)), Path.of(given.word(1)));
  }

  private static CliCommand dump(Given given) throws UsageException {
    long from = index(given, "from", 1);
    long to = index(given, "to", Long.MAX_VALUE);
    if (from > to) {
      throw new UsageException("--from " + from + " lies behind --to " + to);
    }
    boolean entriesOnly = given.text("from").isPresent() || given.text("to").isPresent();
    return new CliCommand.DumpWal(Path.of(given.word(0)), from, to, entriesOnly);
  }

  private static long index(Given given, String word, long otherwise) throws UsageException {
    String text = given.text(word).orElse(Long.toString(otherwise));
    if (!text.matches("\\d{1,18}") && !text.equals(Long.toString(otherwise))) {
      throw new UsageException("--" + word + " needs an index, not \"" + text + "\"");
    }
    return Long.parseLong(text);
  }

  private static CliCommand restore(Given given) throws UsageException {
    String name = given.needed("name");
    if (!MachineRecord.isValidName(name)) {
      throw new UsageException("no machine can be called \"" + name + "\"");
    }
    HostPort peer = address(given, "peer-addr");
    HostPort client = address(given, "addr");
    if (client.equals(peer)) {
      throw new UsageException("--addr and --peer-addr need ports of their own, not both " + peer);
    }
    return new CliCommand.RestoreSnapshot(
        Path.of(given.word(0)),
        Path.of(given.needed("data-dir")),
        new MachineRecord(name, peer.url(), client.url()));
  }

  private static HostPort address(Given given, String word) throws UsageException {
    HostPort address = HostPort.parse("--" + word, given.needed(word));
    if (address.isWildcard()) {
      throw new UsageException(
          "--" + word + " is what others are told, and " + address.host() + " leads nowhere");
    }
    return address;
  }

  private static Given given(
      String tool,
      List<String> args,
      Consumer<String> remarks,
      List<String> words,
      List<String> options)
      throws UsageException {
    List<String> values = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    boolean isValue = false;
    for (String arg : args) {
      boolean isOption = arg.startsWith("-") && arg.length() > 1;
      if (isOption || isValue) {
        rest.add(arg);
        isValue = isOption && !isValue && !arg.contains("=");
      } else {
        values.add(arg);
      }
    }
    if (values.size() != words.size()) {
      throw new UsageException(tool.strip() + " needs " + String.join(" ", words));
    }
    Map<String, Boolean> known = new LinkedHashMap<>();
    options.forEach(option -> known.put(option, true));
    return new Given(tool, values, GivenOptions.parse(rest, known, remarks));
  }

  /** What was given: words by their place, and options. */
  private record Given(String tool, List<String> words, GivenOptions options) {
    String word(int place) {
      return words.get(place);
    }

    Optional<String> text(String option) {
      return options.text(option);
    }

    String needed(String option) throws UsageException {
      return options
          .text(option)
          .orElseThrow(() -> new UsageException(tool + " needs --" + option));
    }
  }
}
