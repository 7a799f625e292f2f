package dev.understudy.admin.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Runs any number of clients on the calling thread. One thread with a selector takes less of the
 * machine than a pool, and the load shares the machine with what it measures.
 */
final class ClientLoop implements Closeable {
  private static final long MILLI = 1_000_000;

  /** A selector waits in milliseconds; what is due sooner is waited for in such steps. */
  private static final long STEP_NANOS = 50_000;

  /** Between a broken connection and the next attempt. */
  private static final long PAUSE_NANOS = 20 * MILLI;

  private record Waiting(Client client, long untilNanos) {}

  private final LongSupplier nanoClock;
  private final Selector selector;
  private final List<Client> clients;
  private final Queue<Waiting> broken = new ArrayDeque<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
  private Conductor conductor;

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  ClientLoop(List<Client> clients, LongSupplier nanoClock) throws IOException {
    this.clients = new ArrayList<>(clients);
    this.nanoClock = nanoClock;
    this.selector = Selector.open();
  }

  /** Connects all, and runs them until the conductor is done. */
  void run(Conductor next) throws IOException {
    conductor = next;
    for (Client client : clients) {
      connect(client);
    }
    long now = nanoClock.getAsLong();
    while (!conductor.isDone(now)) {
      long due = conductor.turn(this, now);
      reconnect(now);
      select(due - nanoClock.getAsLong());
      for (SelectionKey key : selector.selectedKeys()) {
        Client client = (Client) key.attachment();
        try {
          serve(client, key);
        } catch (IOException e) {
          lost(client, e);
        }
      }
      selector.selectedKeys().clear();
      now = nanoClock.getAsLong();
    }
  }

  /** Sends the next request of a client that has nothing to do. */
  void begin(Client client, long dueNanos) throws IOException {
    try {
      client.begin(dueNanos, nanoClock.getAsLong());
    } catch (IOException e) {
      lost(client, e);
    }
  }

  private void serve(Client client, SelectionKey key) throws IOException {
    if (!key.isValid()) {
      return;
    }
    if (key.isConnectable()) {
      client.finishConnect();
      conductor.idle(this, client, nanoClock.getAsLong());
      return;
    }
    if (key.isWritable()) {
      client.write();
    }
    if (key.isReadable() && client.read(buffer)) {
      long now = nanoClock.getAsLong();
      conductor.answered(client, now);
      if (client.answer().isLastOfConnection()) {
        client.disconnect();
        connect(client);
      } else {
        conductor.idle(this, client, now);
      }
    }
  }

  private void select(long waitNanos) throws IOException {
    if (!broken.isEmpty() || waitNanos > 10 * MILLI) {
      selector.select(10);
    } else if (waitNanos >= 2 * MILLI) {
      selector.select(waitNanos / MILLI - 1);
    } else {
      if (selector.selectNow() == 0 && waitNanos > 0) {
        LockSupport.parkNanos(Math.min(waitNanos, STEP_NANOS));
        selector.selectNow();
      }
    }
  }

  private void connect(Client client) throws IOException {
    try {
      client.connect(selector);
    } catch (IOException e) {
      lost(client, e);
    }
  }

  private void lost(Client client, IOException cause) throws IOException {
    conductor.failed(client, cause, nanoClock.getAsLong());
    client.disconnect();
    broken.add(new Waiting(client, nanoClock.getAsLong() + PAUSE_NANOS));
  }

  private void reconnect(long now) throws IOException {
    while (!broken.isEmpty() && broken.peek().untilNanos() <= now) {
      connect(broken.remove().client());
    }
  }

  @Override
  public void close() throws IOException {
    for (Client client : clients) {
      client.disconnect();
    }
    selector.close();
  }
}
