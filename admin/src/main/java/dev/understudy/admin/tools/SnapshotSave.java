package dev.understudy.admin.tools;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.HttpClientFactory;
import dev.understudy.clusterconfig.TerminalText;
import dev.understudy.clusterconfig.secret.ClusterSecret;
import dev.understudy.clusterconfig.secret.ProvenTool;
import dev.understudy.peer.StoppedPeer;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.wal.Directory;
import dev.understudy.wal.SnapshotStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;

/**
 * Fetches a backup from a running peer, or makes one of the data directory of one that is stopped.
 * The file gets its name only once it is whole, checked and on the disk.
 */
final class SnapshotSave {
  static final String PATH = "/v2/admin/snapshot";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** To the first byte: the peer measures its state first, which takes a large one some seconds. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

  /** From then on. A peer whose disk or network makes it wait that long is asked again instead. */
  private static final long STALLED_MILLIS = 60_000;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_REASON_BYTES = 1000;

  private final PrintStream out;
  private final ProgressBar progress;

  SnapshotSave(PrintStream out, ProgressBar progress) {
    this.out = out;
    this.progress = progress;
  }

  /** Fills an open file. */
  @FunctionalInterface
  private interface Source {
    void writeTo(FileChannel file) throws IOException, InterruptedException;
  }

  void run(CliCommand.SaveSnapshot command) throws IOException, InterruptedException {
    HttpClient client =
        HttpClientFactory.forTool(command.tls()).connectTimeout(CONNECT_TIMEOUT).build();
    save(
        command.file(),
        to -> {
          progress.say("waiting for " + command.peer().url());
          fetch(client, command, to);
        });
  }

  void run(Path dataDirectory, Path file) throws IOException, InterruptedException {
    save(
        file,
        to -> {
          progress.say("reading " + dataDirectory);
          StateCapture state;
          try (Directory directory = WalTool.open(dataDirectory)) {
            state = StoppedPeer.state(directory);
          }
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(to), BUFFER_BYTES);
          SnapshotStore.export(
              state.metadata(), body -> StateImageCodec.write(state.image(), body), out);
          out.flush();
        });
  }

  /**
   * Until it is whole the file has a name that nobody could have foreseen and made something of.
   */
  private void save(Path file, Source source) throws IOException, InterruptedException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path folder = file.toAbsolutePath().getParent();
    Path unfinished = Files.createTempFile(folder, file.getFileName() + ".", ".part");
    try {
      try (FileChannel to =
          FileChannel.open(unfinished, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
        source.writeTo(to);
        to.force(true);
      }
      progress.say("checking");
      BackupFile backup = BackupFile.read(unfinished);
      giveName(unfinished, file);
      force(folder);
      progress.clear();
      new BackupFile(file, backup.metadata(), backup.image(), backup.bytes(), backup.written())
          .print(out);
    } finally {
      progress.clear();
      Files.deleteIfExists(unfinished);
    }
  }

  /**
   * A second name, and then without the first: to be renamed would take the place of a file that
   * somebody has made meanwhile. Where files can have one name only, nothing better is left.
   */
  static void giveName(Path unfinished, Path file) throws IOException {
    try {
      Files.createLink(file, unfinished);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.move(unfinished, file);
    }
  }

  private void fetch(HttpClient client, CliCommand.SaveSnapshot command, FileChannel target)
      throws IOException, InterruptedException {
    HostPort peer = command.peer();
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = ask(client, command);
    try (WatchedBody body = new WatchedBody(STALLED_MILLIS)) {
      response.body().subscribe(body);
      if (response.statusCode() != 200) {
        throw new IOException(
            peer.url()
                + " answers "
                + response.statusCode()
                + ": "
                + reason(body)
                + (response.statusCode() == 404 ? " (is it the peer port of a peer?)" : ""));
      }
      long total = response.headers().firstValueAsLong("Content-Length").orElse(-1);
      store(body, target, total);
    }
  }

  private static HttpResponse<Flow.Publisher<List<ByteBuffer>>> ask(
      HttpClient client, CliCommand.SaveSnapshot command) throws IOException, InterruptedException {
    HostPort peer = command.peer();
    Optional<Path> secretFile = command.secretFile();
    URI url = URI.create(peer.url() + PATH);
    HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(ANSWER_TIMEOUT);
    request.header("User-Agent", ProvenTool.AGENT);
    Optional<ClusterSecret> secret =
        secretFile.isPresent()
            ? Optional.of(ClusterSecret.read(secretFile.get()))
            : Optional.empty();
    command.login().ifPresent(login -> request.header("Authorization", login.authorization()));
    try {
      if (secret.isPresent()) {
        ProvenTool.headers(client, secret.get(), "GET", url, Optional.empty(), CONNECT_TIMEOUT)
            .forEach(request::header);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofPublisher());
    } catch (ConnectException e) {
      throw new IOException(peer.url() + ": nobody answers there", e);
    } catch (HttpTimeoutException e) {
      throw new IOException(peer.url() + ": no answer in time", e);
    } catch (IOException e) {
      throw new IOException(peer.url() + ": " + FailureText.of(e), e);
    }
  }

  private static String reason(InputStream body) throws IOException {
    String text = new String(body.readNBytes(MAX_REASON_BYTES), StandardCharsets.UTF_8);
    return TerminalText.of(text.strip());
  }

  private void store(InputStream body, FileChannel target, long total) throws IOException {
    long count = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      for (int got = read(body, buffer); got >= 0; got = read(body, buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, got);
        while (bytes.hasRemaining()) {
          target.write(bytes);
        }
        count += got;
        progress.show(count, total);
      }
    } finally {
      progress.end(count, total);
    }
  }

  private static int read(InputStream body, byte[] buffer) throws IOException {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new IOException("the transfer broke off: " + FailureText.of(e), e);
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
