package dev.understudy.admin.cli;

import dev.understudy.admin.cli.CommandSpec.Given;
import dev.understudy.clusterconfig.tls.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes a {@link CliCommand} of the arguments behind {@code import}. */
final class ImportCommandLine {
  static final String IMPORT = "import";

  private static final int COMPARE_SECONDS = 30;
  private static final int LONGEST_COMPARE_SECONDS = 86_400;

  private ImportCommandLine() {}

  /**
   * Reads the arguments, the first of which is the word itself.
   *
   * @param environment the environment variables
   * @param remarks takes what is odd and taken all the same
   */
  static CliCommand parse(
      List<String> args, Map<String, String> environment, Consumer<String> remarks)
      throws UsageException {
    if (args.stream().anyMatch(arg -> arg.matches("--?help|-h"))) {
      return new CliCommand.Print(Help.ofImport());
    }
    CommandSpec spec = Commands.find(args, Commands.IMPORTS);
    Given given = spec.read(Commands.behind(spec, args), remarks);
    GivenOptions options = given.options();
    Optional<Tls> tls = CallerTls.read(options, environment);
    Endpoints target =
        new Endpoints(
            OperatorCommandLine.endpoints(options, environment, tls.isPresent()),
            tls.orElse(Tls.SYSTEM),
            Login.read(options, environment));
    boolean resume = options.isOn("resume");
    if (spec.word().equals("snapshot")) {
      return new CliCommand.ImportBackup(Path.of(given.operand(0)), target, resume);
    }
    return new CliCommand.ImportEtcd(
        source(given, environment),
        target,
        prefix(options),
        resume,
        options.isOn("follow"),
        options.whole("compare", COMPARE_SECONDS, 1, LONGEST_COMPARE_SECONDS));
  }

  private static Endpoints source(Given given, Map<String, String> environment)
      throws UsageException {
    Optional<Tls> tls = CallerTls.ofSource(given.options());
    return new Endpoints(
        OperatorCommandLine.hostPorts("URL", given.operand(0), tls.isPresent()),
        tls.orElse(Tls.SYSTEM),
        Login.ofSource(given.options(), environment));
  }

  private static String prefix(GivenOptions options) throws UsageException {
    String prefix = options.text("prefix").orElse("/");
    if (!prefix.startsWith("/") || prefix.contains("//") || prefix.contains("/_")) {
      throw new UsageException(
          "--prefix needs the path of a key that is not hidden, not \"" + prefix + "\"");
    }
    return prefix.length() > 1 && prefix.endsWith("/")
        ? prefix.substring(0, prefix.length() - 1)
        : prefix;
  }
}
