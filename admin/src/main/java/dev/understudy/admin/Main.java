package dev.understudy.admin;

import dev.understudy.admin.bench.Bench;
import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.IgnoredVariables;
import dev.understudy.admin.cli.LogFormat;
import dev.understudy.admin.cli.UsageException;
import dev.understudy.admin.imports.Import;
import dev.understudy.admin.local.LocalCluster;
import dev.understudy.admin.machine.HostName;
import dev.understudy.admin.operator.Operator;
import dev.understudy.admin.tools.StandardError;
import dev.understudy.admin.tools.Tools;
import dev.understudy.clusterconfig.TerminalText;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: runs what the command line asks for and makes an exit code of how that ended. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private static final int USAGE = 2;
  private static final int CANNOT_RUN = 1;

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;
  private final MachineLauncher launcher;
  private LogFormat logFormat = LogFormat.TEXT;

  Main(
      Map<String, String> environment, PrintStream out, PrintStream err, MachineLauncher launcher) {
    this.environment = Map.copyOf(environment);
    this.out = Objects.requireNonNull(out);
    this.err = Objects.requireNonNull(err);
    this.launcher = Objects.requireNonNull(launcher);
  }

  /** Runs until it is done, then leaves with 0, or with another code and one line of why. */
  public static void main(String[] args) {
    spareJettyTheQuestion();
    NameCache.shorten();
    new FatalErrorEnd(System.err, Runtime.getRuntime()::halt).install();
    MachineLauncher machine =
        new MachineProcess(System.out, System.in, version(), ServiceNotices.ofProcess());
    MachineLauncher launcher =
        options -> {
          try {
            return machine.run(options);
          } catch (MachineLauncher.CannotRunException e) {
            Logging.flush(); // the reason is the last line, not one of the log
            throw e;
          }
        };
    int code = new Main(System.getenv(), System.out, System.err, launcher).run(List.of(args));
    Logging.flush();
    System.exit(code);
  }

  /**
   * Jetty asks the management of the virtual machine how many references a cache line holds, which
   * loads all of it. This many they are, or twice as many, which does no harm.
   */
  private static void spareJettyTheQuestion() {
    String property = "org.eclipse.jetty.util.referencesPerCacheLine";
    System.setProperty(property, System.getProperty(property, "16"));
  }

  int run(List<String> args) {
    try {
      CommandLine line = new CommandLine(environment, () -> HostName.find(environment), version());
      return run(line.parse(args), line.remarks());
    } catch (UsageException e) {
      err.println("understudy: " + TerminalText.of(e.getMessage()) + " (--help shows the options)");
      return USAGE;
    } catch (MachineLauncher.CannotRunException e) {
      if (logFormat == LogFormat.TEXT) { // else the log says it, whose lines are all JSON
        err.println("understudy: " + TerminalText.of(e.getMessage()));
      }
      return CANNOT_RUN;
    }
  }

  private int run(CliCommand command, List<String> remarks)
      throws MachineLauncher.CannotRunException, UsageException {
    if (command instanceof CliCommand.RunMachine machine) {
      beginLog(machine.options().verbosity(), machine.options().telemetry().logFormat(), remarks);
      IgnoredVariables.of(environment).forEach(LOG::warn);
      return launcher.run(machine.options());
    }
    if (command instanceof CliCommand.Print print) {
      out.println(print.text());
      return 0;
    }
    LogFormat format = LogFormat.ofEnvironment(environment);
    if (command instanceof CliCommand.RunLocalCluster cluster) {
      beginLog(0, format, remarks);
      return LocalCluster.run(cluster.options(), out, err);
    }
    if (command instanceof CliCommand.Tool tool) {
      beginLog(0, format, remarks);
      return new Tools(out, err, StandardError::isTerminal, System.in).run(tool);
    }
    if (command instanceof CliCommand.Operate operate) {
      beginLog(0, format, remarks);
      return Operator.run(operate.call(), out, err, System.in);
    }
    if (command instanceof CliCommand.Import imported) {
      beginLog(0, format, remarks);
      return new Import(out, err, StandardError::isTerminal, System.in).run(imported);
    }
    if (command instanceof CliCommand.Bench bench) {
      beginLog(0, format, remarks);
      return new Bench(out, err, StandardError::isTerminal).run(bench.options());
    }
    if (command instanceof CliCommand.CompareBenches compare) {
      beginLog(0, format, remarks);
      return new Bench(out, err, () -> false).compare(compare);
    }
    throw new IllegalStateException("no command: " + command);
  }

  private void beginLog(int verbosity, LogFormat format, List<String> remarks) {
    logFormat = format;
    Logging.configure(verbosity, format);
    remarks.forEach(LOG::warn);
  }

  /** The version of the program; from a source tree there is none. */
  static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
