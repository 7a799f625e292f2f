package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One machine as a process, which may be killed and started again with the same command. What it
 * prints goes to two files, so that nothing is lost when it is killed.
 */
final class MachineUnderTest {
  private static final Pattern MODE = Pattern.compile("^(?:ready|mode) name=\\S+ mode=(\\S+).*");

  /** Starts fast and leaves memory for the others; these tests measure no throughput. */
  private static final List<String> JAVA =
      List.of(
          JavaCommand.JAVA.toString(), "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  /** The build that this source belongs to. */
  static final String THIS_BUILD = JavaCommand.THIS_BUILD;

  private final String name;
  private final Path directory;
  private final List<String> options;
  private final Map<String, String> environment;
  private String jar = THIS_BUILD;
  private List<String> limits = List.of();
  private List<String> javaOptions = List.of();
  private List<String> launcher = List.of();
  private Process process;
  private long startedNanos;
  private int linesBefore;
  private int errorsBefore;
  private final AtomicInteger lives = new AtomicInteger();

  /**
   * @param directory where its output goes, which exists
   * @param options everything behind the jar
   * @param environment what is set besides the surroundings' variables, none of which is ours
   */
  MachineUnderTest(
      String name, Path directory, List<String> options, Map<String, String> environment) {
    this.name = name;
    this.directory = directory;
    this.options = List.copyOf(options);
    this.environment = new TreeMap<>(environment);
  }

  String name() {
    return name;
  }

  /** Says which build it is from its next start on. */
  MachineUnderTest build(String jar) {
    this.jar = jar;
    return this;
  }

  /** Says what Java is given besides the usual from its next start on. */
  MachineUnderTest java(String... options) {
    javaOptions = List.of(options);
    return this;
  }

  /** Says what the system allows the process from its next start on, as a shell's ulimit does. */
  MachineUnderTest limitedTo(String ulimit) {
    limits = List.of("sh", "-c", "ulimit " + ulimit + " && exec \"$@\"", "sh");
    return this;
  }

  /** Says by which command it is started, which must become its process. */
  MachineUnderTest launchedBy(List<String> command) {
    launcher = List.copyOf(command);
    return this;
  }

  /** How often it was started. */
  int lives() {
    return lives.get();
  }

  /** Starts it with the command that it always has, and does not wait. */
  MachineUnderTest start() {
    assertThat(isAlive()).as(name + " runs already").isFalse();
    linesBefore = lines(out()).size();
    errorsBefore = lines(err()).size();
    lives.incrementAndGet();
    List<String> command = new ArrayList<>(launcher);
    command.addAll(limits);
    command.addAll(JAVA);
    command.addAll(javaOptions);
    command.addAll(JavaCommand.run(jar));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    builder.environment().keySet().removeIf(variable -> variable.matches("(UNDERSTUDY|ETCD)_.*"));
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(out().toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(err().toFile()));
    try {
      startedNanos = System.nanoTime();
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Waits until it says that it is ready; fails when it ends instead. */
  MachineUnderTest awaitReady() {
    Deadlines.await(name + " says that it is ready")
        .until(
            () -> {
              assertThat(isAlive() || isReady())
                  .as("%s ended before it was ready: %s", name, String.join("\n", errors()))
                  .isTrue();
              return isReady();
            });
    return this;
  }

  private boolean isReady() {
    return printed().stream().anyMatch(line -> line.startsWith("ready "));
  }

  long millisSinceStart() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
  }

  /** The mode that it printed last since it was started; empty before it is ready. */
  String mode() {
    String mode = "";
    for (String line : printed()) {
      Matcher matcher = MODE.matcher(line);
      if (matcher.matches()) {
        mode = matcher.group(1);
      }
    }
    return mode;
  }

  /** What it printed on standard output since it was started last. */
  List<String> printed() {
    List<String> all = lines(out());
    return all.subList(Math.min(linesBefore, all.size()), all.size());
  }

  /** What it ever printed on standard error. */
  List<String> errors() {
    return lines(err());
  }

  /** What it printed on standard error since it was started last. */
  List<String> errorsOfThisLife() {
    List<String> all = lines(err());
    return all.subList(Math.min(errorsBefore, all.size()), all.size());
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Of the process that was started last. */
  long pid() {
    return process.pid();
  }

  /** The names of the threads that it has now. */
  List<String> threadNames() throws IOException {
    return listed("task", task -> Files.readString(task.resolve("comm")).strip());
  }

  /** What its descriptors lead to now: files, sockets and others. */
  List<String> openFiles() throws IOException {
    return listed("fd", descriptor -> Files.readSymbolicLink(descriptor).toString());
  }

  /** Reads one entry of a directory under {@code /proc}. */
  private interface Reading {
    String of(Path entry) throws IOException;
  }

  /** Without what has gone since it was listed. */
  private List<String> listed(String directory, Reading reading) throws IOException {
    List<String> all = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(Path.of("/proc/" + pid(), directory))) {
      for (Path entry : entries) {
        try {
          all.add(reading.of(entry));
        } catch (IOException e) {
          if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
            throw e;
          }
        }
      }
    }
    return all;
  }

  /** As a power cut would end it. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
      awaitExit();
    }
  }

  /** Asks it to stop, waits, and says with what it left. */
  int terminate() {
    process.destroy();
    return awaitExit();
  }

  /** Waits until it ends by itself, and says with what it left. */
  int awaitExit() {
    try {
      assertThat(process.waitFor(Deadlines.PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as(name + " ends")
          .isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Holds it still, as a machine that swaps or a partition of the network would. */
  void freeze() {
    signal("STOP");
  }

  void thaw() {
    signal("CONT");
  }

  /** Has it read its certificates now. */
  void hangUp() {
    signal("HUP");
  }

  private void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
      assertThat(kill.waitFor()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The value of an option of the command, as {@code --addr}. */
  Optional<String> option(String word) {
    int at = options.indexOf(word);
    return at < 0 ? Optional.empty() : Optional.of(options.get(at + 1));
  }

  String clientUrl() {
    return scheme("--cert-file") + option("--addr").orElseThrow();
  }

  String peerAddress() {
    return option("--peer-addr").orElseThrow();
  }

  String peerUrl() {
    return scheme("--peer-cert-file") + peerAddress();
  }

  private String scheme(String certificate) {
    return option(certificate).isPresent() ? "https://" : "http://";
  }

  Path dataDirectory() {
    return Path.of(option("--data-dir").orElseThrow());
  }

  List<String> options() {
    return options;
  }

  private Path out() {
    return directory.resolve(name + ".out");
  }

  private Path err() {
    return directory.resolve(name + ".err");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name + " (" + (isAlive() ? "alive, " + mode() : "ended") + ")";
  }

  /** For whoever has to find out why a test failed. */
  String lastWords(int count) {
    StringBuilder words = new StringBuilder();
    words.append("==== ").append(name).append(isAlive() ? " (alive) " : " (ended) ");
    words.append(String.join(" ", options)).append('\n');
    for (Path file : List.of(out(), err())) {
      List<String> lines = lines(file);
      words.append("-- ").append(file).append('\n');
      lines
          .subList(Math.max(0, lines.size() - count), lines.size())
          .forEach(line -> words.append(line).append('\n'));
    }
    return words.toString();
  }
}
