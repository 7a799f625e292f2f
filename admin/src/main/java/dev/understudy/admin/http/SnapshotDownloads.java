package dev.understudy.admin.http;

import dev.understudy.api.http.Download;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.wal.SnapshotStore;
import java.io.IOException;
import java.io.OutputStream;
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

  /** Answers with a captured state. */
  void answer(HttpExchange exchange, StateCapture state) {
    if (free.tryAcquire()) {
      exchange.download(new Snapshot(state));
    } else {
      exchange.notNow(AT_ONCE + " snapshots are being taken at the moment");
    }
  }

  private final class Snapshot extends Download {
    private final StateCapture state;

    Snapshot(StateCapture state) {
      this.state = state;
    }

    /** Written twice, the first time to nowhere: the length makes progress visible. */
    @Override
    public long length() throws IOException {
      CountingOutputStream counting = new CountingOutputStream(NullOutputStream.INSTANCE);
      writeTo(counting);
      return counting.getByteCount();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      SnapshotStore.export(
          state.metadata(), body -> StateImageCodec.write(state.image(), body), out);
    }

    @Override
    public void ended() {
      free.release();
    }
  }
}
