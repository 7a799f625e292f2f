package dev.understudy.admin.local;

import dev.understudy.admin.cli.LocalClusterOptions;
import dev.understudy.admin.local.MachineStatus.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
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
  private static final long READY_TIMEOUT_MILLIS = 30_000;
  private static final long STOP_TIMEOUT_MILLIS = 6_000;

  private final List<Child> children;
  private final Screen screen;
  private final InputStream typed;
  private final Probe probe = new Probe();
  private final StatusChanges history = new StatusChanges();
  private final CountDownLatch end = new CountDownLatch(1);

  /**
   * @param typed where commands come from, one a line; when it ends, the cluster runs on
   */
  LocalCluster(List<Child> children, Screen screen, InputStream typed) {
    this.children = List.copyOf(children);
    this.screen = screen;
    this.typed = typed;
  }

  /**
   * Runs the cluster until somebody types {@code quit} or stops this process; then no machine of it
   * is left. Blocks.
   *
   * @return the exit code of the process
   */
  public static int run(LocalClusterOptions options, PrintStream out, PrintStream err) {
    Screen screen =
        new Screen(out, TerminalSize.ofThisProcess(System.getenv("TERM")), LocalTime::now);
    List<Child> children;
    try {
      children = ChildFactory.create(options, line -> screen.event(line));
    } catch (IOException e) {
      err.println("understudy: the data directory cannot be made: " + e);
      return 1;
    }
    LocalCluster cluster = new LocalCluster(children, screen, System.in);
    // Ctrl-C ends this process from outside; whatever way it ends, it takes its machines along.
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "stop-all"));
    try (cluster) {
      cluster.runUntilEnd();
      return 0;
    } catch (InterruptedException e) {
      return 1;
    }
  }

  /** Starts the machines and looks at them until {@code quit} or {@link #close()}. */
  void runUntilEnd() throws InterruptedException {
    startThread("commands", this::readCommands);
    startThread("starter", this::startAll);
    while (!end.await(LOOK_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
      look();
    }
  }

  private static void startThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** One after the other, so that the first machines get the seats. */
  private void startAll() {
    screen.note("Type: restart NAME, stop NAME, kill NAME, command NAME, table, quit");
    if (!screen.isTerminal()) {
      screen.note("By hand, each machine is started again with:");
      children.forEach(child -> screen.note("  " + child.commandLine()));
    }
    for (Child child : children) {
      if (end.getCount() == 0) {
        return;
      }
      try {
        start(child);
      } catch (InterruptedException e) {
        return; // only the end of this process interrupts
      }
    }
  }

  private void start(Child child) throws InterruptedException {
    try {
      CompletableFuture<Boolean> ready = child.start();
      if (!ready.get(READY_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
        screen.event(child.name() + " ended before it was ready, see " + child.logFile());
      }
    } catch (IOException | IllegalStateException e) {
      screen.event(child.name() + " cannot be started: " + e.getMessage());
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

  /** A terminal has no room for all commands at once, so each is told when it is of use. */
  private void tellHowToRestart(String name) {
    if (screen.isTerminal()) {
      children.stream()
          .filter(child -> child.name().equals(name))
          .forEach(child -> screen.event("restart " + name + ", or: " + child.commandLine()));
    }
  }

  private CompletableFuture<MachineStatus> lookAt(Child child) {
    Optional<ProcessHandle> process = child.handle();
    if (process.isEmpty()) {
      return CompletableFuture.completedFuture(
          new MachineStatus(child.name(), 0, Role.DEAD, -1, -1, child.clientUrl()));
    }
    long pid = process.get().pid();
    return probe
        .ask(child.clientUrl())
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
          obey(line.strip().split("\\s+"));
        }
        screen.prompt();
      }
    } catch (IOException e) {
      screen.event("commands cannot be read any more: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void obey(String[] words) throws InterruptedException {
    if (words.length == 1 && words[0].equals("quit")) {
      end.countDown();
      return;
    }
    if (words.length == 1 && words[0].equals("table")) {
      screen.printTable();
      return;
    }
    Optional<Child> child =
        children.stream()
            .filter(one -> words.length == 2 && one.name().equals(words[1]))
            .findFirst();
    if (child.isEmpty()) {
      screen.event("not understood: " + String.join(" ", words));
      return;
    }
    obey(words[0], child.get());
  }

  private void obey(String verb, Child child) throws InterruptedException {
    switch (verb) {
      case "stop" -> child.stop(STOP_TIMEOUT_MILLIS);
      case "kill" -> child.kill();
      case "restart" -> restart(child);
      case "command" -> screen.event(child.commandLine());
      default -> screen.event("not understood: " + verb + " " + child.name());
    }
  }

  private void restart(Child child) throws InterruptedException {
    child.stop(STOP_TIMEOUT_MILLIS);
    start(child);
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
