package dev.understudy.admin.tools;

import dev.understudy.admin.cli.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Fetches a backup from a running peer. The file gets its name only once it is whole, checked and
 * on the disk.
 */
final class SnapshotSave {
  static final String PATH = "/v2/admin/snapshot";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** To the first byte: the peer measures its state first, which takes a large one some seconds. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_REASON_BYTES = 1000;

  private final PrintStream out;
  private final ProgressBar progress;

  SnapshotSave(PrintStream out, ProgressBar progress) {
    this.out = out;
    this.progress = progress;
  }

  void run(HostPort peer, Path file) throws IOException, InterruptedException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      progress.say("waiting for " + peer.url());
      fetch(peer, unfinished);
      progress.say("checking");
      BackupFile backup = BackupFile.read(unfinished);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      force(file.toAbsolutePath().getParent());
      progress.clear();
      new BackupFile(file, backup.metadata(), backup.image(), backup.bytes(), backup.written())
          .print(out);
    } finally {
      progress.clear();
      Files.deleteIfExists(unfinished);
    }
  }

  private void fetch(HostPort peer, Path target) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = ask(peer);
    try (InputStream body = response.body()) {
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

  private static HttpResponse<InputStream> ask(HostPort peer)
      throws IOException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(peer.url() + PATH)).timeout(ANSWER_TIMEOUT).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      throw new IOException(peer.url() + ": nobody answers there", e);
    } catch (HttpTimeoutException e) {
      throw new IOException(peer.url() + ": no answer in time", e);
    } catch (IOException e) {
      throw new IOException(peer.url() + ": " + e.getMessage(), e);
    }
  }

  private static String reason(InputStream body) throws IOException {
    String text = new String(body.readNBytes(MAX_REASON_BYTES), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}", " ").strip();
  }

  private void store(InputStream body, Path target, long total) throws IOException {
    long count = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FileChannel channel =
        FileChannel.open(
            target,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (int got = read(body, buffer); got >= 0; got = read(body, buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, got);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        count += got;
        progress.show(count, total);
      }
      channel.force(true);
    } finally {
      progress.end(count, total);
    }
  }

  private static int read(InputStream body, byte[] buffer) throws IOException {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new IOException("the transfer broke off: " + e.getMessage(), e);
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
