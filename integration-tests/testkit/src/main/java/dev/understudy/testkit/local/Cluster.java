package dev.understudy.testkit.local;

import com.google.gson.JsonObject;
import dev.understudy.admin.machine.MachineEvents.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;

/**
 * A cluster of real machines in this process, on free ports of loopback, with switches for what
 * happens to clusters.
 *
 * <pre>{@code
 * try (Cluster cluster = Cluster.builder().machines(5).activeSize(3).start()) {
 *   MyService service = new MyService(cluster.clientUrls());
 *   cluster.kill(cluster.leader());
 *   cluster.awaitLeader();
 *   ...
 * }
 * }</pre>
 *
 * <p>Machines are called m1, m2 and so on; the first of them have the seats at the beginning. What
 * waits does so for half a minute at most and then throws {@link IllegalStateException} with how
 * the machines stand. For one thread at a time; URLs may be used by any.
 */
public final class Cluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration HEARD_PATIENCE = Duration.ofSeconds(5);

  private final Map<String, LocalMachine> machines = new LinkedHashMap<>();
  private final Cables cables = new Cables();
  private final ClusterProbe probe = new ClusterProbe();
  private final Path directory;
  private final boolean temporary;

  private Cluster(ClusterBuilder builder) {
    temporary = builder.directory().isEmpty();
    directory = builder.directory().orElseGet(Cluster::newDirectory);
    IntStream.rangeClosed(1, builder.machines())
        .mapToObj(number -> "m" + number)
        .forEach(
            name ->
                machines.put(name, new LocalMachine(name, directory, builder.options(), cables)));
  }

  /** A cluster of three machines, unless more is said. */
  public static ClusterBuilder builder() {
    return new ClusterBuilder();
  }

  static Cluster start(ClusterBuilder builder) throws InterruptedException {
    Cluster cluster = new Cluster(builder);
    try {
      int seats = Integer.parseInt(builder.options().get("cluster-active-size"));
      cluster.startAll(Math.min(seats, builder.machines()));
      return cluster;
    } catch (InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory("understudy-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first alone, then the rest of those that get a seat together, then all others. */
  private void startAll(int seats) throws InterruptedException {
    Deadline deadline = Deadline.in(PATIENCE);
    List<LocalMachine> all = new ArrayList<>(machines.values());
    LocalMachine first = all.get(0);
    first.found();
    first.awaitReady(deadline);
    join(all.subList(1, seats), first, deadline);
    join(all.subList(seats, all.size()), first, deadline);
    awaitLeader();
  }

  private static void join(
      Collection<LocalMachine> newcomers, LocalMachine first, Deadline deadline)
      throws InterruptedException {
    newcomers.forEach(newcomer -> newcomer.join(first.peerAddress()));
    for (LocalMachine newcomer : newcomers) {
      newcomer.awaitReady(deadline);
    }
  }

  private LocalMachine machine(String name) {
    LocalMachine machine = machines.get(name);
    if (machine == null) {
      throw new IllegalArgumentException("no machine " + name + " in " + machines.keySet());
    }
    return machine;
  }

  /** All machines, dead ones too. */
  public List<String> names() {
    return List.copyOf(machines.keySet());
  }

  /** Where clients reach the machines, {@code http://127.0.0.1:PORT}; dead ones too. */
  public List<String> clientUrls() {
    return machines.values().stream().map(LocalMachine::clientUrl).toList();
  }

  /** Where clients reach a machine. It stays through restarts. */
  public String clientUrl(String name) {
    return machine(name).clientUrl();
  }

  /** Where the admin API of a machine is. It stays through restarts. */
  public String peerUrl(String name) {
    return machine(name).peerUrl();
  }

  /** Machines that live and have a seat, by their own account: one that is cut off may err. */
  public List<String> peers() {
    return in(Mode.PEER);
  }

  /** Machines that live and have none. */
  public List<String> standbys() {
    return in(Mode.STANDBY);
  }

  private List<String> in(Mode mode) {
    return machines.values().stream()
        .filter(machine -> machine.mode().filter(mode::equals).isPresent())
        .map(LocalMachine::name)
        .toList();
  }

  /** The machine that leads, confirmed by a majority; the same as {@link #awaitLeader}. */
  public String leader() throws InterruptedException {
    return awaitLeader();
  }

  /**
   * Waits until a machine leads and a majority confirms it. Blocks.
   *
   * @return its name
   */
  public String awaitLeader() throws InterruptedException {
    Deadline deadline = Deadline.in(PATIENCE);
    Optional<String> found = leaderNow();
    while (found.isEmpty() && !deadline.isOver()) {
      deadline.pause();
      found = leaderNow();
    }
    return found.orElseThrow(() -> new IllegalStateException("nobody leads: " + this));
  }

  private Optional<String> leaderNow() throws InterruptedException {
    for (String name : peers()) {
      if (!machine(name).isPaused() && probe.leads(clientUrl(name))) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  /** Waits until a machine has a seat. Blocks. */
  public void awaitSeat(String name) throws InterruptedException {
    await(name, Mode.PEER, "has no seat");
  }

  /** Waits until a machine stands by. Blocks. */
  public void awaitStandby(String name) throws InterruptedException {
    await(name, Mode.STANDBY, "does not stand by");
  }

  private void await(String name, Mode mode, String otherwise) throws InterruptedException {
    Deadline deadline = Deadline.in(PATIENCE);
    LocalMachine machine = machine(name);
    while (machine.mode().filter(mode::equals).isEmpty()) {
      if (deadline.isOver()) {
        throw new IllegalStateException(name + " " + otherwise + ": " + this);
      }
      deadline.pause();
    }
  }

  /** Ends a machine as {@code kill -9} would: nobody is told; its data stay. */
  public void kill(String name) {
    machine(name).kill();
  }

  /** Stops a machine as an operator does: leadership is handed over first. */
  public void stop(String name) {
    machine(name).stop();
  }

  /** Starts a machine again with its data, at its old ports, and waits until it is ready. */
  public void restart(String name) throws InterruptedException {
    LocalMachine machine = machine(name);
    if (machine.isRunning()) {
      throw new IllegalStateException(name + " runs");
    }
    machine.join(
        machines.values().stream()
            .filter(other -> !other.name().equals(name))
            .map(LocalMachine::peerAddress)
            .toArray(String[]::new));
    machine.awaitReady(Deadline.in(PATIENCE));
  }

  /**
   * Holds a machine up as SIGSTOP would: it takes connections and says nothing more. What it was
   * just about to do may still happen.
   */
  public void pause(String name) {
    machine(name).pause();
  }

  /** Lets a paused machine go on. */
  public void resume(String name) {
    machine(name).resume();
  }

  /**
   * Cuts two machines off from each other, in both directions: their connections end, and new ones
   * are refused. Clients reach both as before.
   */
  public void partition(String one, String other) {
    cables.cut(machine(one).name(), machine(other).name());
  }

  /** Cuts a machine off from all others. */
  public void isolate(String name) {
    machines.keySet().stream()
        .filter(other -> !other.equals(name))
        .forEach(other -> partition(name, other));
  }

  /** Lets two machines reach each other again. */
  public void heal(String one, String other) {
    cables.heal(machine(one).name(), machine(other).name());
  }

  /** Lets all machines reach each other again. */
  public void heal() {
    cables.heal();
  }

  /** Takes a machine's seat, as an operator does; it stands by, or may come for an open seat. */
  public void remove(String name) throws InterruptedException {
    Deadline deadline = Deadline.in(PATIENCE);
    String path = "/v2/admin/machines/" + machine(name).name();
    ClusterProbe.Answer answer = probe.delete(peerUrl(awaitLeader()) + path);
    boolean perhapsDone = answer.isLost();
    while (answer.status() != 200 && !deadline.isOver()) {
      deadline.pause();
      answer = probe.delete(peerUrl(awaitLeader()) + path);
      if (answer.status() == 404 && perhapsDone) {
        return; // by an attempt whose answer was lost
      }
      perhapsDone |= answer.isLost();
    }
    if (answer.status() != 200) {
      throw new IllegalStateException(name + " cannot be removed: " + answer.body().strip());
    }
  }

  /**
   * Sets the clocks of all machines forward: keys and sessions whose time is over expire, and
   * machines that have been dead lose their seats if it was for long enough; living ones keep them,
   * though nothing was heard of them in the time that was left out. Backwards, the clocks on the
   * wall alone are set, which nothing but what is shown depends on. Blocks until the leader has
   * heard of all that live, five seconds at most.
   */
  public void moveClock(Duration by) throws InterruptedException {
    JsonObject before = autopilot();
    JsonObject meanwhile = before.deepCopy();
    meanwhile.addProperty("CleanupDeadServers", false);
    setAutopilot(meanwhile);
    machines.values().forEach(machine -> machine.moveClock(by));
    Deadline deadline = Deadline.in(HEARD_PATIENCE);
    while (!probe.healthy(clientUrl(awaitLeader())).containsAll(awake()) && !deadline.isOver()) {
      deadline.pause();
    }
    setAutopilot(before);
  }

  private List<String> awake() {
    return peers().stream().filter(name -> !machine(name).isPaused()).toList();
  }

  /** Of whoever leads by the time that it is asked. */
  private JsonObject autopilot() throws InterruptedException {
    Deadline deadline = Deadline.in(PATIENCE);
    Optional<JsonObject> config = probe.autopilot(clientUrl(awaitLeader()));
    while (config.isEmpty() && !deadline.isOver()) {
      deadline.pause();
      config = probe.autopilot(clientUrl(awaitLeader()));
    }
    return config.orElseThrow(
        () -> new IllegalStateException("nobody tells the autopilot's config: " + this));
  }

  private void setAutopilot(JsonObject config) throws InterruptedException {
    Deadline deadline = Deadline.in(PATIENCE);
    while (!probe.setAutopilot(clientUrl(awaitLeader()), config)) {
      if (deadline.isOver()) {
        throw new IllegalStateException("the autopilot cannot be set: " + this);
      }
      deadline.pause();
    }
  }

  /** Moves one machine's clocks alone: when it leads, the others may lose their seats to it. */
  public void moveClock(String name, Duration by) {
    machine(name).moveClock(by);
  }

  /** Ends all machines, and deletes their data unless they were to be kept. Idempotent. */
  @Override
  public void close() {
    machines.values().forEach(LocalMachine::kill);
    if (temporary) {
      try {
        FileUtils.deleteDirectory(directory.toFile());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** How the machines stand, in a line. */
  @Override
  public String toString() {
    return machines.values().toString();
  }
}
