package dev.understudy.admin.http;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.peer.AdminOutcome;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.wal.SnapshotStore;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.commons.io.output.CountingOutputStream;
import org.apache.commons.io.output.NullOutputStream;

/**
 * Streams the state of a peer to whoever takes a backup, in the format of a snapshot's file. It is
 * written from an immutable version, so service goes on meanwhile; the version is kept alive until
 * the last byte is sent, which is why only a few are sent at once.
 */
final class SnapshotDownloads {
  /** One for the operator, one for the operator's timer. */
  private static final int AT_ONCE = 2;

  private final Semaphore free = new Semaphore(AT_ONCE);

  /** Answers with the state, once it is captured. */
  void answer(Exchange exchange, CompletableFuture<AdminOutcome<StateCapture>> capture) {
    capture.thenAccept(
        outcome -> {
          if (outcome instanceof AdminOutcome.Done<StateCapture> done) {
            begin(exchange, done.value());
          } else if (outcome instanceof AdminOutcome.Refused<StateCapture> refused) {
            exchange.error(refused.error());
          }
        });
  }

  private void begin(Exchange exchange, StateCapture state) {
    if (!free.tryAcquire()) {
      exchange.error(
          ApiError.of(
              ErrorCode.LEADER_ELECTION, AT_ONCE + " snapshots are being taken at the moment"));
      return;
    }
    exchange.stream(() -> bytes(state), out -> write(state, out), free::release);
  }

  /** Written twice, the first time to nowhere: the length makes progress visible. */
  private static long bytes(StateCapture state) throws IOException {
    CountingOutputStream counting = new CountingOutputStream(NullOutputStream.INSTANCE);
    write(state, counting);
    return counting.getByteCount();
  }

  private static void write(StateCapture state, OutputStream out) throws IOException {
    SnapshotStore.export(state.metadata(), body -> StateImageCodec.write(state.image(), body), out);
  }
}
