package dev.understudy.admin.local;

import dev.understudy.admin.cli.LocalClusterOptions;
import dev.understudy.admin.local.MachineStatus.Role;
import dev.understudy.admin.tools.TestCertificates;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.tls.Tls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A cluster to play with: starts machines as child processes, shows how they stand and what
 * happens, and takes commands.
 */
public final class LocalCluster implements AutoCloseable {
  private static final long LOOK_INTERVAL_MILLIS = 250;
  private static final long LOOK_TIMEOUT_MILLIS = 1_500;
  private static final long READY_TIMEOUT_MILLIS = 30_000;
  private static final long STOP_TIMEOUT_MILLIS = 6_000;

  /** How many looks there are between two looks at the size of the terminal. */
  private static final long CERTIFICATE_DAYS = 365;

  private static final int LOOKS_PER_SIZE = 4;

  private final List<Child> children;
  private final Screen screen;
  private final InputStream typed;
  private final Probe probe;
  private final StatusChanges history = new StatusChanges();
  private final CountDownLatch end = new CountDownLatch(1);

  /** How many machines run by themselves once the first one does, so that these get the seats. */
  private final int seats;

  private int looks;
  private boolean ended;

  /**
   * @param seats how many of the machines, the first ones, are to have a seat
   * @param typed where commands come from, one a line; when it ends, the cluster runs on
   * @param probe asks machines how they stand
   */
  LocalCluster(List<Child> children, int seats, Screen screen, InputStream typed, Probe probe) {
    this.seats = seats;
    this.children = List.copyOf(children);
    this.screen = screen;
    this.typed = typed;
    this.probe = probe;
  }

  /**
   * Runs the cluster until somebody types {@code quit} or stops this process; then no machine of it
   * is left. Blocks.
   *
   * @return the exit code of the process
   */
  public static int run(LocalClusterOptions options, PrintStream out, PrintStream err) {
    ClusterHome home;
    try {
      home = ClusterHome.open(options);
    } catch (IOException e) {
      err.println("understudy: " + FailureText.of(e));
      return 1;
    }
    Probe probe;
    try {
      probe = new Probe(options.tls() ? certificates(options, home.directory()) : Tls.SYSTEM);
    } catch (IOException e) {
      home.close();
      err.println("understudy: " + FailureText.of(e));
      return 1;
    }
    Screen screen =
        new Screen(out, TerminalSize.ofThisProcess(System.getenv("TERM")), LocalTime::now);
    List<Child> children = ChildFactory.create(options, home.directory());
    LocalCluster cluster =
        new LocalCluster(children, options.config().activeSize(), screen, System.in, probe);
    if (home.usedBefore()) {
      screen.note(
          "The cluster in " + home.directory() + " goes on: data and cluster config are kept");
    }
    // Ctrl-C ends this process from outside; whatever way it ends, it takes its machines along.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cluster.end(home), "stop-all"));
    try {
      cluster.runUntilEnd();
      cluster.end(home);
      return 0;
    } catch (InterruptedException e) {
      return 1;
    }
  }

  /** Those of an earlier run, and new ones where there were fewer; and how to call with them. */
  private static Tls certificates(LocalClusterOptions options, Path home) throws IOException {
    TestCertificates files = new TestCertificates(home.resolve("tls"));
    files.complete(
        ChildFactory.names(options),
        List.of("localhost", "127.0.0.1", "::1"),
        CERTIFICATE_DAYS,
        System.currentTimeMillis());
    Tls.Identity client =
        new Tls.Identity(
            files.certificate(TestCertificates.CLIENT), files.key(TestCertificates.CLIENT));
    return Tls.ofCaller(Optional.of(client), Optional.of(files.ca()));
  }

  /** Stops all machines, and says so below everything else. May be called twice. */
  private synchronized void end(ClusterHome home) {
    if (ended) {
      return;
    }
    ended = true;
    close();
    home.close();
    long started = children.stream().filter(Child::wasStarted).count();
    screen.finish("stopped " + started + " machines; " + home.fate());
  }

  /** Starts the machines and looks at them until {@code quit} or {@link #close()}. */
  void runUntilEnd() throws InterruptedException {
    startThread("commands", this::readCommands);
    startThread("starter", this::startAll);
    while (!end.await(LOOK_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
      if (screen.isTerminal() && ++looks % LOOKS_PER_SIZE == 0) {
        screen.resized(TerminalSize.current());
      }
      look();
    }
  }

  private static void startThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The first founds the cluster, those after it take the other seats, and the rest are standbys:
   * within each of these groups, all at once.
   */
  private void startAll() {
    if (!screen.isTerminal()) {
      screen.note("Type: " + ClusterCommand.HINT);
      screen.note("By hand, each machine is started again with:");
      children.forEach(child -> screen.note("  " + child.commandLine()));
    }
    int peers = Math.min(Math.max(1, seats), children.size());
    try {
      startTogether(children.subList(0, 1));
      startTogether(children.subList(1, peers));
      startTogether(children.subList(peers, children.size()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // only the end of this process interrupts
    }
  }

  private void startTogether(List<Child> group) throws InterruptedException {
    Map<Child, CompletableFuture<Boolean>> starting = new LinkedHashMap<>();
    for (Child child : group) {
      if (end.getCount() > 0) {
        begin(child).ifPresent(ready -> starting.put(child, ready));
      }
    }
    for (Map.Entry<Child, CompletableFuture<Boolean>> start : starting.entrySet()) {
      await(start.getKey(), start.getValue());
    }
  }

  private Optional<CompletableFuture<Boolean>> begin(Child child) {
    try {
      return Optional.of(child.start());
    } catch (IOException | IllegalStateException e) {
      screen.event(child.name() + " cannot be started: " + FailureText.of(e));
      return Optional.empty();
    }
  }

  private void await(Child child, CompletableFuture<Boolean> ready) throws InterruptedException {
    try {
      if (!ready.get(READY_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS) && end.getCount() > 0) {
        screen.event(child.name() + " ended before it was ready, see " + child.logFile());
      }
    } catch (TimeoutException e) {
      screen.event(child.name() + " is not ready yet, see " + child.logFile());
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One look at all machines. */
  private void look() {
    List<CompletableFuture<MachineStatus>> asked = new ArrayList<>();
    for (Child child : children) {
      asked.add(lookAt(child));
    }
    List<MachineStatus> standings = asked.stream().map(CompletableFuture::join).toList();
    history.changes(standings).forEach(screen::event);
    history.deaths().forEach(this::tellHowToRestart);
    screen.show(standings);
  }

  /** A terminal has no room for whole commands: they are shown when somebody wants to see them. */
  private void tellHowToRestart(String name) {
    if (screen.isTerminal()) {
      screen.event("to bring it back: restart " + name + " (by hand: command " + name + ")");
    }
  }

  private CompletableFuture<MachineStatus> lookAt(Child child) {
    Optional<ProcessHandle> process = child.handle();
    if (process.isEmpty()) {
      return CompletableFuture.completedFuture(
          new MachineStatus(
              child.name(),
              0,
              child.wasStarted() ? Role.DEAD : Role.NOT_STARTED,
              -1,
              -1,
              child.clientUrl()));
    }
    long pid = process.get().pid();
    return probe
        .ask(child.clientUrl())
        .completeOnTimeout(Probe.Answer.SILENT, LOOK_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .thenApply(
            answer ->
                new MachineStatus(
                    child.name(),
                    pid,
                    answer.role(),
                    answer.term(),
                    answer.applied(),
                    child.clientUrl()));
  }

  private void readCommands() {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(typed, Charset.defaultCharset()));
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          obey(ClusterCommand.parse(line, names()));
        }
        screen.prompt();
      }
    } catch (IOException e) {
      screen.event("commands cannot be read any more: " + FailureText.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> names() {
    return children.stream().map(Child::name).toList();
  }

  private void obey(ClusterCommand command) throws InterruptedException {
    if (!command.isUnderstood()) {
      screen.event(command.complaint());
      return;
    }
    switch (command.verb()) {
      case "quit" -> end.countDown();
      case "table" -> screen.printTable();
      case "help" -> help();
      default -> obey(command.verb(), children.get(names().indexOf(command.machine())));
    }
  }

  /** The history shows the newest first. */
  private void help() {
    List<String> lines = new ArrayList<>(ClusterCommand.HELP);
    if (screen.isTerminal()) {
      Collections.reverse(lines);
    }
    lines.forEach(screen::note);
  }

  private void obey(String verb, Child child) throws InterruptedException {
    switch (verb) {
      case "stop" -> child.stop(STOP_TIMEOUT_MILLIS);
      case "kill" -> child.kill();
      case "pause" -> hold(child, true);
      case "resume" -> hold(child, false);
      case "restart" -> restart(child);
      default -> screen.event(child.commandLine());
    }
  }

  private void hold(Child child, boolean still) throws InterruptedException {
    String done = still ? "paused" : "resumed";
    try {
      screen.event(child.name() + (child.hold(still) ? " is " + done : " does not run"));
    } catch (IOException e) {
      screen.event(child.name() + " cannot be " + done + ": " + FailureText.of(e));
    }
  }

  private void restart(Child child) throws InterruptedException {
    child.stop(STOP_TIMEOUT_MILLIS);
    startTogether(List.of(child));
  }

  /** Stops all machines, together, and waits for them. May be called twice. */
  @Override
  public void close() {
    end.countDown();
    List<Thread> stopping = new ArrayList<>();
    for (Child child : children) {
      Thread thread = new Thread(() -> stopQuietly(child), "stop-" + child.name());
      thread.start();
      stopping.add(thread);
    }
    try {
      for (Thread thread : stopping) {
        thread.join(3 * STOP_TIMEOUT_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stopQuietly(Child child) {
    try {
      child.stop(STOP_TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
