package dev.understudy.it.processes;

import com.sun.net.httpserver.HttpServer;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.clusterconfig.HttpClusterClientOptions;
import dev.understudy.clusterconfig.MachineIdentity;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.standby.SeatTaken;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.standby.StandbyListener;
import dev.understudy.standby.StandbyOptions;
import dev.understudy.standby.StandbyServer;
import dev.understudy.standby.ThreadLoop;
import dev.understudy.standby.WorkLoop;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many {@link StandbyServer}s in this process, behind real peers. Each answers at an address of its
 * own in 127/8, where the leader asks back, and goes to the leader over a shared client. One that
 * is given a seat does not become a peer; it only remembers.
 */
final class ManyStandbys implements AutoCloseable {
  private static final int LOOPS = 8;
  private static final int SEAT_PRIORITY = 50;

  private final HttpServer identities;
  private final ExecutorService identityThreads = Executors.newFixedThreadPool(4);
  private final HttpClusterClient client =
      new HttpClusterClient(HttpClusterClientOptions.DEFAULT, System::nanoTime);
  private final List<ThreadLoop> loops = new ArrayList<>();
  private final List<StandbyServer> standbys = new ArrayList<>();
  private final List<AtomicInteger> joins = new ArrayList<>();
  private final Map<String, AtomicInteger> syncs = new ConcurrentHashMap<>();
  private final Queue<SeatTaken> taken = new ConcurrentLinkedQueue<>();
  private final Queue<RuntimeException> bugs = new ConcurrentLinkedQueue<>();

  /** Starts them all, with the peer URLs of whom they ask first. */
  ManyStandbys(int count, List<String> peerUrls, Path directory) throws IOException {
    identities = HttpServer.create(new InetSocketAddress("0.0.0.0", 0), 1024);
    identities.createContext(
        "/",
        exchange -> {
          String host = exchange.getRequestHeaders().getFirst("Host");
          byte[] body = identity("http://" + host).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    identities.setExecutor(identityThreads);
    identities.start();
    client.start();
    for (int i = 0; i < LOOPS; i++) {
      loops.add(new ThreadLoop("standbys-" + i));
    }
    for (int i = 0; i < count; i++) {
      standbys.add(standby(i, peerUrls, directory));
    }
    for (StandbyServer each : standbys) {
      each.start();
    }
  }

  private int port() {
    return identities.getAddress().getPort();
  }

  private MachineRecord record(int number) {
    String host = "127.1." + number / 250 + "." + (number % 250 + 1);
    return new MachineRecord(
        "s" + number, "http://" + host + ":" + port(), "http://" + host + ":" + (port() + 1));
  }

  private String identity(String peerUrl) {
    String[] parts = peerUrl.replaceFirst(":\\d+$", "").split("\\.");
    int number = Integer.parseInt(parts[2]) * 250 + Integer.parseInt(parts[3]) - 1;
    MachineRecord machine = record(number);
    return new MachineIdentity(
            machine.name(),
            machine.peerUrl(),
            machine.clientUrl(),
            number + 1,
            MachineIdentity.Mode.STANDBY,
            0,
            0,
            List.of())
        .toJson();
  }

  private StandbyServer standby(int number, List<String> peerUrls, Path directory)
      throws IOException {
    AtomicInteger joined = new AtomicInteger();
    joins.add(joined);
    ThreadLoop loop = loops.get(number % LOOPS);
    return new StandbyServer(
        StandbyOptions.of(record(number), SEAT_PRIORITY, peerUrls),
        counting(joined),
        new StandbyInfoFile(Files.createDirectory(directory.resolve("s" + number))),
        () -> new SharedLoop(loop),
        new Random(number),
        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
        new StandbyListener() {
          @Override
          public void seatTaken(SeatTaken seat) {
            taken.add(seat);
          }

          @Override
          public void alone() {}

          @Override
          public void synced(boolean leaderKnown) {}

          @Override
          public void failed(RuntimeException bug) {
            bugs.add(bug);
          }
        });
  }

  /** The shared client, seen by one standby. */
  private ClusterClient counting(AtomicInteger joined) {
    return (ClusterClient)
        Proxy.newProxyInstance(
            ClusterClient.class.getClassLoader(),
            new Class<?>[] {ClusterClient.class},
            (proxy, method, given) -> {
              if (method.getName().equals("join")) {
                joined.incrementAndGet();
              }
              if (method.getName().equals("sync")) {
                syncs
                    .computeIfAbsent((String) given[0], url -> new AtomicInteger())
                    .incrementAndGet();
              }
              try {
                return method.invoke(client, given);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** One of a few threads for all; it outlives its standbys. */
  private record SharedLoop(ThreadLoop loop) implements WorkLoop {
    @Override
    public void execute(Runnable task) {
      loop.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayMillis) {
      loop.schedule(task, delayMillis);
    }

    @Override
    public void close() {}
  }

  /** Who was given a seat. */
  List<SeatTaken> taken() {
    return List.copyOf(taken);
  }

  List<RuntimeException> bugs() {
    return List.copyOf(bugs);
  }

  /** How many of them know exactly these machines. */
  long knowing(List<String> names) {
    return standbys.stream()
        .map(each -> each.info().cluster().stream().map(MachineView::name).sorted().toList())
        .filter(names.stream().sorted().toList()::equals)
        .count();
  }

  /** How many know a leader, as of their last sync. */
  long keepingUp() {
    return standbys.stream().filter(each -> each.leaderAsSynced().isPresent()).count();
  }

  /** The most requests for a seat that one of them has sent. */
  int mostJoins() {
    return joins.stream().mapToInt(AtomicInteger::get).max().orElse(0);
  }

  /** The requests for a seat of all of them. */
  int allJoins() {
    return joins.stream().mapToInt(AtomicInteger::get).sum();
  }

  /** How often one of them has asked this peer for the machines. */
  int syncsTo(String peerUrl) {
    AtomicInteger asked = syncs.get(peerUrl);
    return asked == null ? 0 : asked.get();
  }

  @Override
  public void close() {
    standbys.forEach(StandbyServer::close);
    loops.forEach(ThreadLoop::close);
    client.close();
    identities.stop(0);
    identityThreads.shutdownNow();
  }
}
