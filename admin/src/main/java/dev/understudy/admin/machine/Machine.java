package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.api.ClientApi;
import dev.understudy.api.ClientLimits;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.peer.PeerFiles;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.transport.HttpTransport;
import dev.understudy.wal.DiskDirectory;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine: two ports, a data directory, and a mode that changes between peer and standby for as
 * long as it runs.
 *
 * <p>{@link #start} and {@link #close} block and are for one thread at a time; closing a machine
 * that never became ready is safe.
 */
public final class Machine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);

  private final MachineOptions options;
  private final MachineContext world;
  private final MachineEvents events;
  private final String version;

  /** What is to be closed, the last first. */
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /**
   * @param version this program's version
   */
  public Machine(
      MachineOptions options, MachineContext world, MachineEvents events, String version) {
    this.options = options;
    this.world = world;
    this.events = events;
    this.version = version;
  }

  /**
   * Binds the ports, finds the cluster and starts the first mode.
   *
   * @throws StartRefusedException if the machine cannot start; nothing is left running then
   * @throws InterruptedException if the thread is interrupted; nothing is left running then, either
   */
  public void start() throws StartRefusedException, InterruptedException {
    try {
      // Its lock keeps a second process out, whatever the mode.
      opened.push(DiskDirectory.open(options.dataDirectory()));
      DiskDirectory peerDirectory = DiskDirectory.open(options.dataDirectory().resolve("peer"));
      opened.push(peerDirectory);
      StandbyInfoFile standbyInfo = new StandbyInfoFile(options.dataDirectory());
      if (options.force()) {
        LOG.warn("--force: dropping what {} holds", options.dataDirectory());
        PeerFiles.forget(peerDirectory);
        standbyInfo.delete();
      }
      endIfInterrupted();
      world.start();
      opened.push(world);
      endIfInterrupted();
      HttpClusterClient client = new HttpClusterClient();
      client.start();
      opened.push(client);
      HttpListener clientPort = openClientPort();
      HttpListener peerPort = openPeerPort();
      endIfInterrupted();
      ModeFactory maker =
          new ModeFactory(options, world, peerDirectory, standbyInfo, client, version);
      ModeController modes =
          new ModeController(
              options, world::monotonicMillis, maker, client, clientPort, peerPort, events);
      opened.push(modes::close);
      modes.start();
    } catch (IOException e) {
      close();
      throw new StartRefusedException(e.getMessage(), e);
    } catch (StartRefusedException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Between two steps, because what is interrupted within one fails for a reason that reads like
   * trouble, and takes its time about it.
   */
  private static void endIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("told to stop while it was starting");
    }
  }

  private HttpListener openClientPort() throws IOException {
    HttpListener port =
        new HttpListener(
            "client",
            options.clientBindAddress(),
            ClientApi.httpConfiguration(ClientLimits.DEFAULT),
            InvocationType.NON_BLOCKING,
            new ChangingModeHandler(),
            server -> server.setErrorHandler(ClientApi.errorHandler(ClientLimits.DEFAULT)));
    port.open();
    opened.push(port::close);
    return port;
  }

  private HttpListener openPeerPort() throws IOException {
    HttpListener port =
        new HttpListener(
            "peer",
            options.peerBindAddress(),
            peerPortConfiguration(),
            InvocationType.BLOCKING,
            new ChangingModeHandler(),
            HttpTransport::prepare);
    port.open();
    opened.push(port::close);
    return port;
  }

  private static HttpConfiguration peerPortConfiguration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    return configuration;
  }

  /** Ends the mode, gives back ports, directory and threads. Idempotent. */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      closeQuietly(opened.pop());
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.warn("could not be closed properly: {}", e.toString());
    }
  }
}
