import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * How long a cluster of three takes no write after its leader's process was killed, or was asked to
 * stop: from the return of kill -9, or the moment before SIGTERM, until a survivor accepts a write
 * that was begun after it; another is begun at each of them every 20 ms. The clusters lose their
 * leaders in turn, understudy and (where it is installed) etcd, with the default timers of both;
 * before each all three members are up and have been for a moment.
 *
 * <p>Run by failover.sh.
 */
public final class Failover {
  private static final long PATIENCE_NANOS = 300_000_000_000L;
  private static final long QUIET_MILLIS = 500;
  private static final long INTERVAL_MILLIS = 20;

  private final String name;
  private final List<List<String>> commands;
  private final List<String> clientUrls;
  private final Path work;
  private final Process[] processes = new Process[3];
  private final List<Double> millis = new ArrayList<>();
  private int refusals;

  private Failover(String name, List<List<String>> commands, List<String> urls, Path work) {
    this.name = name;
    this.commands = commands;
    this.clientUrls = urls;
    this.work = work;
  }

  public static void main(String[] arguments) throws Exception {
    int kills = Integer.parseInt(arguments[0]);
    int port = Integer.parseInt(arguments[1]);
    List<String> java = List.of(arguments[2].split(" "));
    boolean withEtcd = Boolean.parseBoolean(arguments[3]);
    boolean planned = arguments[4].equals("TERM");
    Path work = Files.createTempDirectory("failover");
    List<Failover> clusters = new ArrayList<>();
    clusters.add(understudy(java, port, work));
    if (withEtcd) {
      clusters.add(etcd(port + 10, work));
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(clusters, work)));
    for (Failover cluster : clusters) {
      cluster.startAll();
    }
    for (int i = 0; i < kills; i++) {
      for (Failover cluster : clusters) {
        cluster.stopTheLeader(planned);
      }
    }
    clusters.forEach(Failover::report);
    System.exit(0);
  }

  private static Failover understudy(List<String> java, int port, Path work) {
    List<List<String>> commands = new ArrayList<>();
    List<String> urls = new ArrayList<>();
    String peers =
        "127.0.0.1:" + (port + 3) + ",127.0.0.1:" + (port + 4) + ",127.0.0.1:" + (port + 5);
    for (int i = 0; i < 3; i++) {
      List<String> command = new ArrayList<>(java);
      command.addAll(List.of("--name", "u" + i, "--data-dir", work.resolve("u" + i).toString()));
      command.addAll(List.of("--addr", "127.0.0.1:" + (port + i)));
      command.addAll(List.of("--peer-addr", "127.0.0.1:" + (port + 3 + i)));
      command.addAll(List.of("--cluster-active-size", "3", "--peers", peers));
      commands.add(command);
      urls.add("http://127.0.0.1:" + (port + i));
    }
    return new Failover("understudy", commands, urls, work);
  }

  private static Failover etcd(int port, Path work) {
    List<List<String>> commands = new ArrayList<>();
    List<String> urls = new ArrayList<>();
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      members.append(i == 0 ? "" : ",").append("e" + i + "=http://127.0.0.1:" + (port + 3 + i));
    }
    for (int i = 0; i < 3; i++) {
      String client = "http://127.0.0.1:" + (port + i);
      String peer = "http://127.0.0.1:" + (port + 3 + i);
      List<String> command = new ArrayList<>(List.of("etcd", "--name", "e" + i));
      command.addAll(List.of("--enable-v2=true", "--data-dir", work.resolve("e" + i).toString()));
      command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
      command.addAll(List.of("--listen-peer-urls", peer));
      command.addAll(List.of("--initial-advertise-peer-urls", peer));
      command.addAll(List.of("--initial-cluster", members.toString()));
      commands.add(command);
      urls.add(client);
    }
    return new Failover("etcd", commands, urls, work);
  }

  private void startAll() throws Exception {
    for (int i = 0; i < 3; i++) {
      start(i);
    }
    awaitAllUp();
  }

  private void start(int member) throws IOException {
    Path log = work.resolve(name + member + ".log");
    processes[member] =
        new ProcessBuilder(commands.get(member))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  private void awaitAllUp() throws Exception {
    for (String url : clientUrls) {
      await(url + " serves", () -> get(url + "/health").contains("true"));
      await(url + " takes a write", () -> put(url, 5_000));
    }
    await(name + " has a leader", () -> leader() >= 0);
    // Whoever has just come back may still be catching up, compiling and syncing.
    Thread.sleep(QUIET_MILLIS);
  }

  private int leader() {
    for (int i = 0; i < 3; i++) {
      if (get(clientUrls.get(i) + "/v2/stats/self").contains("StateLeader")) {
        return i;
      }
    }
    return -1;
  }

  private void stopTheLeader(boolean planned) throws Exception {
    int leader = leader();
    Process process = processes[leader];
    List<String> survivors = new ArrayList<>(clientUrls);
    survivors.remove(leader);
    for (String url : survivors) {
      put(url, 5_000);
    }
    AtomicLong acceptedNanos = new AtomicLong();
    AtomicLong failures = new AtomicLong();
    ExecutorService writers = Executors.newCachedThreadPool();
    long killedNanos = System.nanoTime();
    if (planned) {
      process.destroy();
    } else {
      process.destroyForcibly();
      killedNanos = System.nanoTime();
    }
    // A write that came too early may be held or stuck; so there is a new one now and then.
    while (acceptedNanos.get() == 0 && System.nanoTime() < killedNanos + PATIENCE_NANOS) {
      for (String url : survivors) {
        writers.execute(() -> write(url, acceptedNanos, failures));
      }
      Thread.sleep(INTERVAL_MILLIS);
    }
    double took = (acceptedNanos.get() - killedNanos) / 1e6;
    millis.add(took);
    refusals += (int) failures.get();
    System.out.printf("%-10s kill %2d: %7.1f ms%n", name, millis.size(), took);
    process.waitFor();
    start(leader);
    awaitAllUp();
    writers.shutdown();
  }

  private static void write(String url, AtomicLong acceptedNanos, AtomicLong failures) {
    if (put(url, 10_000)) {
      acceptedNanos.compareAndSet(0, System.nanoTime());
    } else if (acceptedNanos.get() == 0) {
      failures.incrementAndGet();
    }
  }

  private void report() {
    List<Double> sorted = millis.stream().sorted().toList();
    System.out.printf(
        "%-10s %d kills: median %.0f ms, worst %.0f ms, best %.0f ms; %d writes refused meanwhile%n",
        name,
        sorted.size(),
        sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() - 1),
        sorted.get(0),
        refusals);
  }

  private static boolean put(String url, int timeoutMillis) {
    try {
      HttpURLConnection call = open(url + "/v2/keys/failover", timeoutMillis);
      call.setRequestMethod("PUT");
      call.setDoOutput(true);
      call.getOutputStream().write("value=1".getBytes(StandardCharsets.US_ASCII));
      int status = call.getResponseCode();
      (status < 400 ? call.getInputStream() : call.getErrorStream()).readAllBytes();
      return status == 200 || status == 201;
    } catch (IOException e) {
      return false;
    }
  }

  private static String get(String url) {
    try {
      HttpURLConnection call = open(url, 2_000);
      return new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static HttpURLConnection open(String url, int timeoutMillis) throws IOException {
    HttpURLConnection call = (HttpURLConnection) URI.create(url).toURL().openConnection();
    call.setInstanceFollowRedirects(false);
    call.setConnectTimeout(timeoutMillis);
    call.setReadTimeout(timeoutMillis);
    return call;
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(String what, Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        System.err.println("not within five minutes: " + what);
        System.exit(1);
      }
      Thread.sleep(20);
    }
  }

  private static void end(List<Failover> clusters, Path work) {
    for (Failover cluster : clusters) {
      for (Process process : cluster.processes) {
        if (process != null) {
          process.destroyForcibly();
        }
      }
    }
    if (System.getenv("KEEP") == null) {
      delete(work);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
