package dev.understudy.admin.imports;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.Endpoints;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.Login;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.HttpClientFactory;
import dev.understudy.clusterconfig.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs one import. Blocks until it is done. */
public final class Import {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final long PROGRESS_MILLIS = 1_000;
  private static final Pause PAUSE =
      millis ->
          CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));

  private final PrintStream out;
  private final PrintStream err;
  private final BooleanSupplier terminal;
  private final InputStream in;

  /**
   * @param out where lines about what was done go
   * @param err where the line goes that says why it was not, and progress
   * @param terminal whether somebody looks at {@code err} while it is written
   * @param in on which a line ends what would go on for ever
   */
  public Import(PrintStream out, PrintStream err, BooleanSupplier terminal, InputStream in) {
    this.out = Objects.requireNonNull(out);
    this.err = Objects.requireNonNull(err);
    this.terminal = Objects.requireNonNull(terminal);
    this.in = Objects.requireNonNull(in);
  }

  /** Runs it; the exit code is 0, or 1 after one line of why. */
  public int run(CliCommand.Import command) {
    try {
      KeySpace target = keySpace(command.target());
      ChangeWriter writer = new ChangeWriter(target, PAUSE, System::currentTimeMillis);
      Runnable progress = progress(writer);
      if (command instanceof CliCommand.ImportEtcd etcd) {
        new EtcdImport(
                keySpace(etcd.source()),
                target,
                etcd.prefix(),
                PAUSE,
                System::currentTimeMillis,
                writer,
                this::say,
                progress)
            .run(
                new EtcdImport.Plan(
                    etcd.resume(), etcd.follow(), TimeUnit.SECONDS.toMillis(etcd.compareSeconds())),
                this::lineTyped);
      } else if (command instanceof CliCommand.ImportBackup backup) {
        read(backup, target, writer, progress);
      }
      return DONE;
    } catch (ImportException e) {
      return refuse(e.getMessage());
    } catch (IOException e) {
      return refuse(FailureText.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refuse("interrupted");
    }
  }

  private void read(
      CliCommand.ImportBackup command, KeySpace target, ChangeWriter writer, Runnable progress)
      throws IOException, ImportException, InterruptedException {
    EtcdBackup backup = EtcdBackup.read(command.directory());
    KeySpace.Listing present = target.list("/");
    if (!command.resume() && !present.nodes().isEmpty()) {
      throw new ImportException(
          "%s has %,d nodes: --resume makes them like the backup's, or deletes them"
              .formatted(target.url(), present.nodes().size()));
    }
    KeySpace.Listing read = backup.listing();
    writer.write(
        TreeDifference.between(read.nodes(), present.nodes(), System.currentTimeMillis()),
        progress);
    say(
        "%s: %,d nodes as of index %,d, %,d changes written"
            .formatted(command.directory(), read.nodes().size(), read.index(), writer.written()));
    InOrderNames.remarks(
            read.nodes().keySet(), read.plainNames(), present.index() + writer.written())
        .forEach(this::say);
    if (backup.uncommitted() > 0) {
      say(
          "the last %,d entries of its log may have been acknowledged or not; they are in it"
              .formatted(backup.uncommitted()));
    }
  }

  private static KeySpace keySpace(Endpoints place) throws IOException {
    HttpClient http =
        HttpClientFactory.forTool(place.tls())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    return new KeySpace(
        http,
        place.addresses().stream().map(HostPort::url).toList(),
        place.login().map(Login::authorization),
        System::currentTimeMillis);
  }

  private Runnable progress(ChangeWriter writer) {
    if (!terminal.getAsBoolean()) {
      return () -> {};
    }
    long[] shown = {System.currentTimeMillis()};
    return () -> {
      long now = System.currentTimeMillis();
      if (now - shown[0] >= PROGRESS_MILLIS) {
        shown[0] = now;
        err.printf("%,d written%n", writer.written());
      }
    };
  }

  /** Whether a line was typed; where there is nobody to type, none ever is. */
  private boolean lineTyped() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void say(String line) {
    out.println(TerminalText.of(line));
  }

  private int refuse(String why) {
    err.println("understudy: " + TerminalText.of(why));
    return FAILED;
  }
}
