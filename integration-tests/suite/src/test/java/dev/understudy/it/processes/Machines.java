package dev.understudy.it.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The machines of one test, or of all tests of a class. Every one is ended behind it, also when the
 * test fails or the whole run is cancelled; the files stay when it failed.
 */
final class Machines
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final int LAST_WORDS = 60;
  private static final Path WORK = Path.of(System.getProperty("understudy.work"));

  /** What is alive when this process is told to end. */
  private static final Set<MachineUnderTest> ALL = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> ALL.forEach(MachineUnderTest::kill), "machines"));
  }

  private final boolean forAllTests;
  private final List<MachineUnderTest> machines = new ArrayList<>();
  private Function<String, Map<String, String>> surroundings = name -> Map.of();
  private Function<String, List<String>> launchers = name -> List.of();
  private UnaryOperator<String> hosts = name -> "127.0.0.1";
  private Function<String, Path> stores = name -> directory().resolve(name);
  private String build = MachineUnderTest.THIS_BUILD;
  private Path directory;
  private boolean failed;

  private Machines(boolean forAllTests) {
    this.forAllTests = forAllTests;
  }

  /** In an instance field: each test has machines of its own. */
  static Machines ofEachTest() {
    return new Machines(false);
  }

  /** In a static field: the tests of the class share them. */
  static Machines ofAllTests() {
    return new Machines(true);
  }

  /** Where the test may put what it likes. */
  Path directory() {
    return directory;
  }

  /**
   * Says what else is set in the environment of machines that are made from now on, by their names.
   * Of libraries that are preloaded each has its turn.
   */
  void surround(Function<String, Map<String, String>> variables) {
    Function<String, Map<String, String>> before = surroundings;
    surroundings =
        name -> {
          Map<String, String> all = new TreeMap<>(before.apply(name));
          variables
              .apply(name)
              .forEach((variable, value) -> all.merge(variable, value, (a, b) -> a + ":" + b));
          return all;
        };
  }

  /** Says by which command machines are started that are made from now on, by their names. */
  void launch(Function<String, List<String>> commands) {
    launchers = commands;
  }

  /** Says at which host machines are that are made from now on, by their names. */
  void lodge(UnaryOperator<String> addresses) {
    hosts = addresses;
  }

  String host(String name) {
    return hosts.apply(name);
  }

  /** Says where machines that are made from now on keep their data, by their names. */
  void store(Function<String, Path> directories) {
    stores = directories;
  }

  /** Says which build the machines are that are made from now on. */
  void build(String jar) {
    build = jar;
  }

  /** A machine with exactly these options, not yet started. */
  MachineUnderTest machine(String name, List<String> options) {
    return machine(name, options, surroundings.apply(name));
  }

  MachineUnderTest machine(String name, List<String> options, Map<String, String> environment) {
    MachineUnderTest machine =
        new MachineUnderTest(name, directory, options, environment)
            .build(build)
            .launchedBy(launchers.apply(name));
    machines.add(machine);
    ALL.add(machine);
    return machine;
  }

  /** A machine with a name, a data directory and two free ports, and more options. */
  MachineUnderTest machineAt(String name, String... more) {
    return machineAt(name, Ports.free(), List.of(more));
  }

  /** The same where the port for peers is known before. */
  MachineUnderTest machineAt(String name, int peerPort, List<String> more) {
    List<String> options = new ArrayList<>(List.of("--name", name));
    options.addAll(List.of("--data-dir", stores.apply(name).toString()));
    options.addAll(List.of("--addr", host(name) + ":" + Ports.free()));
    options.addAll(List.of("--peer-addr", host(name) + ":" + peerPort));
    options.addAll(more);
    return machine(name, options);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (forAllTests) {
      open(context.getRequiredTestClass().getSimpleName());
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    if (!forAllTests) {
      open(
          context.getRequiredTestClass().getSimpleName()
              + "-"
              + context.getDisplayName().replaceAll("[^A-Za-z0-9]+", "-"));
    }
  }

  private void open(String name) throws IOException {
    directory = WORK.resolve(name).toAbsolutePath();
    clear();
    Files.createDirectories(directory);
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    if (context.getExecutionException().isPresent()) {
      failed = true;
      System.err.println("==== " + context.getDisplayName() + " failed; the ends of the logs:");
      machines.forEach(machine -> System.err.println(machine.lastWords(LAST_WORDS)));
    }
    if (!forAllTests) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (forAllTests) {
      if (context.getExecutionException().isPresent() && !failed) {
        machines.forEach(machine -> System.err.println(machine.lastWords(LAST_WORDS)));
        failed = true;
      }
      close();
    }
  }

  private void close() throws IOException {
    machines.forEach(MachineUnderTest::kill);
    machines.forEach(ALL::remove);
    machines.clear();
    if (!failed) {
      clear();
    }
  }

  private void clear() throws IOException {
    FileUtils.deleteDirectory(directory.toFile());
  }
}
