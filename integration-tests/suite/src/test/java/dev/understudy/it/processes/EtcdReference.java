package dev.understudy.it.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Debian's etcd 3.4 as one member with the v2 API, whose answers are taken as right. It runs under
 * a name of its own, so that whoever ends other etcds by their name leaves it alone.
 */
final class EtcdReference implements AutoCloseable {
  private final Path directory;
  private final String url;
  private final Process process;

  private EtcdReference(Path directory, String url, Process process) {
    this.directory = directory;
    this.url = url;
    this.process = process;
  }

  /**
   * Starts it with an empty store and waits until it answers.
   *
   * @param directory where it may put its data, which exists
   */
  static EtcdReference start(Tool etcd, Path directory) {
    String client = "http://127.0.0.1:" + Ports.free();
    String peer = "http://127.0.0.1:" + Ports.free();
    try {
      Path program = Files.createSymbolicLink(directory.resolve("reference"), etcd.path());
      ProcessBuilder builder =
          new ProcessBuilder(
              List.of(
                  program.toString(),
                  "--enable-v2=true",
                  "--data-dir=" + directory.resolve("reference-data"),
                  "--listen-client-urls=" + client,
                  "--advertise-client-urls=" + client,
                  "--listen-peer-urls=" + peer,
                  "--initial-advertise-peer-urls=" + peer,
                  "--initial-cluster=default=" + peer));
      builder.redirectErrorStream(true).redirectOutput(directory.resolve("reference.out").toFile());
      EtcdReference reference = new EtcdReference(directory, client, builder.start());
      Runtime.getRuntime().addShutdownHook(new Thread(reference.process::destroyForcibly));
      reference.awaitReady();
      return reference;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() {
    try {
      Deadlines.await("etcd answers").ignoreExceptions().until(() -> isReady());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private boolean isReady() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("etcd ended: " + log());
    }
    return Http.get(url + "/health").body().contains("true");
  }

  String url() {
    return url;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Everything that it printed. */
  String log() throws IOException {
    return Files.readString(directory.resolve("reference.out"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(Deadlines.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
