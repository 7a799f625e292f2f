package dev.understudy.admin.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * One machine as a child process, and how to start it again.
 *
 * <p>A process that somebody started by hand with the printed command counts as the machine's too:
 * it is found by its data directory among the processes of this computer.
 */
final class Child {
  private final String name;
  private final String clientUrl;
  private final List<String> command;
  private final Path dataDirectory;
  private final Path logFile;

  private Process process;

  /** Whether its process was told to hold still. */
  private volatile boolean held;

  /** Whether it has ever had a process, of ours or by hand. */
  private boolean seen;

  /**
   * @param command what a user would type to start the machine
   * @param dataDirectory as it stands in the command
   */
  Child(String name, String clientUrl, List<String> command, Path dataDirectory, Path logFile) {
    this.name = name;
    this.clientUrl = clientUrl;
    this.command = List.copyOf(command);
    this.dataDirectory = dataDirectory;
    this.logFile = logFile;
  }

  String name() {
    return name;
  }

  String clientUrl() {
    return clientUrl;
  }

  /** Where the machine's log goes. */
  Path logFile() {
    return logFile;
  }

  /** What to type to start the machine by hand. */
  String commandLine() {
    return command.stream().map(Child::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:,=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /**
   * Starts the machine.
   *
   * @return completes with true when the machine says that it is ready, with false when it ended
   *     before
   * @throws IOException when there can be no such process
   * @throws IllegalStateException when it runs already
   */
  CompletableFuture<Boolean> start() throws IOException {
    if (handle().isPresent()) {
      throw new IllegalStateException(name + " is running");
    }
    List<String> line = new ArrayList<>(command);
    line.add("--stop-with-stdin"); // so that it ends with us, however we end
    ProcessBuilder builder = new ProcessBuilder(line);
    // What is set for this process is not meant for each of its machines.
    builder.environment().keySet().removeIf(variable -> variable.matches("(UNDERSTUDY|ETCD)_.*"));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
    Process started = builder.start();
    held = false;
    synchronized (this) {
      process = started;
      seen = true;
    }
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> readLines(started, ready), name + "-output");
    reader.setDaemon(true);
    reader.start();
    return ready;
  }

  private void readLines(Process started, CompletableFuture<Boolean> ready) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("ready ")) {
          ready.complete(true);
        }
      }
    } catch (IOException e) {
      ready.complete(false); // the pipe broke, so the machine is gone
    }
    ready.complete(false);
  }

  /** The machine's process: our child, or else one that was started by hand. */
  Optional<ProcessHandle> handle() {
    Process own;
    synchronized (this) {
      own = process;
    }
    if (own != null && own.isAlive()) {
      return Optional.of(own.toHandle());
    }
    Optional<ProcessHandle> found = byHand();
    if (found.isPresent()) {
      synchronized (this) {
        seen = true;
      }
    }
    return found;
  }

  /** Whether the machine has run at all, since this was made. */
  synchronized boolean wasStarted() {
    return seen;
  }

  private Optional<ProcessHandle> byHand() {
    String directory = dataDirectory.toString();
    return ProcessHandle.allProcesses()
        .filter(
            candidate ->
                candidate
                    .info()
                    .arguments()
                    .filter(arguments -> List.of(arguments).contains(directory))
                    .filter(arguments -> List.of(arguments).contains(name))
                    .isPresent())
        .filter(ProcessHandle::isAlive)
        .findFirst();
  }

  /** Asks the machine to stop, and kills it when it has not within the given time. */
  void stop(long timeoutMillis) throws InterruptedException {
    Optional<ProcessHandle> running = handle();
    if (running.isEmpty()) {
      return;
    }
    goOn(running.get());
    running.get().destroy();
    if (!ended(running.get(), timeoutMillis)) {
      running.get().destroyForcibly();
      ended(running.get(), timeoutMillis);
    }
  }

  /** Ends the machine as a power cut would: {@code kill -9}. */
  void kill() {
    handle().ifPresent(ProcessHandle::destroyForcibly);
  }

  /**
   * Holds the machine still, or lets it go on. To the others it is as if its network was cut:
   * nothing comes from it, and nothing says that nothing will.
   *
   * @return false when it does not run
   * @throws IOException when the system knows no such thing
   */
  boolean hold(boolean still) throws IOException, InterruptedException {
    Optional<ProcessHandle> running = handle();
    if (running.isPresent()) {
      signal(still ? "STOP" : "CONT", running.get());
      held = still;
    }
    return running.isPresent();
  }

  /** One that is held would not see that it is to stop. */
  private void goOn(ProcessHandle running) throws InterruptedException {
    if (held) {
      try {
        signal("CONT", running);
        held = false;
      } catch (IOException e) {
        running.destroyForcibly(); // it would be in the end
      }
    }
  }

  private static void signal(String signal, ProcessHandle running)
      throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(running.pid()))
            .redirectErrorStream(true)
            .start();
    String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (kill.waitFor() != 0) {
      throw new IOException("kill -" + signal + ": " + said.strip());
    }
  }

  private static boolean ended(ProcessHandle running, long timeoutMillis)
      throws InterruptedException {
    try {
      running.onExit().get(timeoutMillis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
