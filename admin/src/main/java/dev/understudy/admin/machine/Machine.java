package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.peer.PeerFiles;
import dev.understudy.standby.StandbyInfo;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine: two ports, a data directory, and a mode that changes between peer and standby for as
 * long as it runs. It has no thread of its own; what it does happens on the loops of its context.
 *
 * <p>A process calls {@link #start}, which waits for the first mode; a simulation calls {@link
 * #begin}. These and {@link #close} are for one thread at a time; closing a machine that never
 * became ready is safe.
 */
public final class Machine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);

  private final MachineOptions options;
  private final MachineContext context;
  private final MachineEvents events;
  private final String version;
  private ModeController modes;

  /**
   * @param context opened at the start and closed with the machine
   * @param events notified of the modes
   * @param version this program's version
   */
  public Machine(
      MachineOptions options, MachineContext context, MachineEvents events, String version) {
    this.options = options;
    this.context = context;
    this.events = events;
    this.version = version;
  }

  /**
   * Opens the ports and begins to search for the cluster. Does not wait for other machines.
   *
   * @return completes when the first mode has started; fails with {@link StartRefusedException} or
   *     {@link IOException} when it cannot, and the machine is to be closed then
   * @throws IOException if data directory or ports cannot be had; nothing is left open then
   */
  public CompletableFuture<Void> begin() throws IOException {
    try {
      context.open();
      if (options.force()) {
        LOG.warn("--force: dropping what {} holds", options.dataDirectory());
        PeerFiles.drop(context.peerDirectory());
        forgetAllButTheCluster();
      } else {
        PeerFiles.allowDrop(context.peerDirectory());
      }
      modes = new ModeController(options, context, events, version);
      return modes.begin();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * A machine whose data are dropped comes back to its cluster as a new member. Only one that was
   * alone, or is to found a new cluster, begins with nothing.
   */
  private void forgetAllButTheCluster() throws IOException {
    Optional<StandbyInfo> saved = context.standbyInfo().load();
    boolean alone =
        saved.isEmpty()
            || saved.get().cluster().stream().allMatch(m -> m.name().equals(options.name()));
    if (alone || options.joining().state() == MachineOptions.ClusterState.NEW) {
      context.standbyInfo().delete();
    } else {
      context.standbyInfo().save(saved.get().withRunning(false));
    }
  }

  /**
   * Opens the ports, finds the cluster and waits until the first mode has started.
   *
   * @throws StartRefusedException if the machine cannot start; nothing is left running then
   * @throws InterruptedException if the thread is interrupted; nothing is left running then, either
   */
  public void start() throws StartRefusedException, InterruptedException {
    try {
      begin().get();
    } catch (InterruptedIOException e) {
      throw new InterruptedException(e.getMessage());
    } catch (IOException e) {
      throw StartRefusedException.because(e);
    } catch (InterruptedException e) {
      close();
      throw e;
    } catch (ExecutionException e) {
      close();
      throw StartRefusedException.because(e.getCause());
    }
  }

  /**
   * Makes {@link #close} harmless for clients: leadership is handed over, and what is under way is
   * answered. To be called once, of a machine that has started.
   *
   * @return completes when that is done, after about two seconds at the latest
   */
  public CompletableFuture<Void> retire() {
    return modes.retire();
  }

  /** Reads certificates and keys again. Any thread; blocks for files. */
  public void reloadCertificates() {
    context.reloadCertificates();
  }

  /** Ends the mode, gives back ports, directory and threads. Idempotent. */
  @Override
  public void close() {
    try {
      if (modes != null) {
        modes.close();
      }
    } catch (Exception e) {
      LOG.warn("{}: the mode could not be ended properly: {}", options.name(), FailureText.of(e));
    } finally {
      modes = null;
      context.close();
    }
  }
}
