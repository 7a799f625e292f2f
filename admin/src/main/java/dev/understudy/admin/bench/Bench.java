package dev.understudy.admin.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import dev.understudy.admin.cli.BenchOptions;
import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.tls.LiveTls;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;

/** Runs a measurement on the calling thread, and says what came of it. */
public final class Bench {
  private static final int FAILED = 1;
  private static final long SECOND_NANOS = 1_000_000_000;

  /** Fills with so many clients at most: enough for the log to write batches. */
  private static final int FILLING_CLIENTS = 64;

  private static final long FILLING_SECONDS = 3_600;

  private final PrintStream out;
  private final PrintStream err;
  private final BooleanSupplier terminal;
  private final LongSupplier nanoClock = System::nanoTime;
  private Optional<SSLContext> context = Optional.empty();
  private final Gson json = new GsonBuilder().setPrettyPrinting().create();

  /**
   * @param out where results go
   * @param err where progress goes, and the line that says why there is no result
   * @param terminal whether somebody looks at {@code err} while it is written
   */
  public Bench(PrintStream out, PrintStream err, BooleanSupplier terminal) {
    this.out = Objects.requireNonNull(out);
    this.err = Objects.requireNonNull(err);
    this.terminal = Objects.requireNonNull(terminal);
  }

  /** Measures; the exit code is 0, or 1 when nothing was answered. Blocks until it is done. */
  public int run(BenchOptions options) {
    Progress progress = new Progress(err, terminal.getAsBoolean());
    try {
      if (options.endpoints().stream().anyMatch(HostPort::isTls)) {
        context = Optional.of(LiveTls.load(options.tls()).callerContext());
      }
      if (options.fillsFirst()) {
        fill(options, progress);
      }
      Recording recording = measure(options, progress);
      progress.end();
      BenchResult result = BenchResult.of(options, recording);
      out.println(options.json() ? json.toJson(result) : TextReport.of(result));
      if (options.html().isPresent()) {
        Files.writeString(options.html().get(), HtmlReport.of(List.of(result), List.of()));
      }
      if (result.requests() > 0) {
        return 0;
      }
      err.println("understudy: nothing was answered: " + result.failures());
    } catch (IOException e) {
      progress.end();
      err.println("understudy: " + FailureText.of(e));
    }
    return FAILED;
  }

  private void fill(BenchOptions options, Progress progress) throws IOException {
    int count = Math.min(FILLING_CLIENTS, options.keys());
    AtomicLong turn = new AtomicLong();
    List<Client> clients =
        clients(
            options,
            count,
            i -> Script.filling(options, endpoint(options, i), turn::getAndIncrement));
    try (ClientLoop loop = new ClientLoop(clients, nanoClock)) {
      long start = nanoClock.getAsLong();
      long end = start + FILLING_SECONDS * SECOND_NANOS;
      LoadRun run =
          new LoadRun(
              new Recording(start),
              Optional.empty(),
              end,
              options.keys(),
              (recording, now) -> progress.filling(recording.requests(), options.keys()));
      loop.run(run);
    }
  }

  private Recording measure(BenchOptions options, Progress progress) throws IOException {
    try (Sessions sessions = Sessions.make(options)) {
      return measure(options, sessions, progress);
    }
  }

  private static Script script(BenchOptions options, Sessions sessions, int client) {
    HostPort endpoint = endpoint(options, client);
    return switch (options.workload()) {
      case WATCH -> new Script.Watching(options, endpoint);
      case LOCK -> Script.locking(options, endpoint, client, sessions.of(client));
      case RENEW -> Script.renewing(options, endpoint, sessions.of(client));
      default -> Script.of(options, endpoint, client);
    };
  }

  private Recording measure(BenchOptions options, Sessions sessions, Progress progress)
      throws IOException {
    boolean watch = options.workload() == BenchOptions.Workload.WATCH;
    List<Client> clients =
        clients(options, options.connections(), i -> script(options, sessions, i));
    Client writer = client(endpoint(options, 0), Script.watched(options, endpoint(options, 0)));
    List<Client> all = new ArrayList<>(clients);
    if (watch) {
      all.add(writer);
    }
    try (ClientLoop loop = new ClientLoop(all, nanoClock)) {
      long now = nanoClock.getAsLong();
      long start = now + options.warmUpSeconds() * SECOND_NANOS;
      long end = start + options.seconds() * SECOND_NANOS;
      Recording recording = new Recording(start);
      loop.run(
          watch
              ? new WatchRun(
                  writer, clients.size(), recording, end, options.count(), progress::running)
              : new LoadRun(
                  recording,
                  options.rate() == 0
                      ? Optional.empty()
                      : Optional.of(new Schedule(now, options.rate())),
                  end,
                  options.count(),
                  progress::running));
      return recording;
    }
  }

  private List<Client> clients(BenchOptions options, int count, IntFunction<Script> scripts)
      throws IOException {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(client(endpoint(options, i), scripts.apply(i)));
    }
    return clients;
  }

  private static HostPort endpoint(BenchOptions options, int client) {
    return options.endpoints().get(client % options.endpoints().size());
  }

  private Client client(HostPort endpoint, Script script) throws IOException {
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    if (address.isUnresolved()) {
      throw new IOException("there is no host called " + endpoint.host());
    }
    return new Client(script, address, Layer.of(endpoint, context));
  }

  /** Puts results beside each other; the exit code is 0, or 1 when a file is none of them. */
  public int compare(CliCommand.CompareBenches command) {
    try {
      List<BenchResult> results = new ArrayList<>();
      for (Path file : command.files()) {
        results.add(read(file));
      }
      List<Comparison> comparisons = Comparison.of(results);
      out.println(Comparison.table(comparisons));
      if (command.html().isPresent()) {
        Files.writeString(command.html().get(), HtmlReport.of(results, comparisons));
      }
      return 0;
    } catch (IOException e) {
      err.println("understudy: " + FailureText.of(e));
      return FAILED;
    }
  }

  private BenchResult read(Path file) throws IOException {
    try {
      BenchResult result = json.fromJson(Files.readString(file), BenchResult.class);
      if (result != null && result.latency() != null && result.label() != null) {
        return result;
      }
    } catch (JsonParseException e) {
      throw new IOException(file + " is no result of bench --json", e);
    }
    throw new IOException(file + " is no result of bench --json");
  }
}
