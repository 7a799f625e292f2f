package dev.understudy.it.processes;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Many long polls of one key, each on a connection of its own, in one thread: its owner's. A watch
 * counts as waiting once its headers have come, which the server sends when it is registered.
 */
final class LongPolls implements AutoCloseable {
  private static final int OPENED_TOGETHER = 200;

  private final Selector selector;
  private final InetSocketAddress server;
  private final ByteBuffer request;
  private final ByteBuffer input = ByteBuffer.allocate(16 * 1024);

  LongPolls(InetSocketAddress server, String key) throws IOException {
    this.server = server;
    this.selector = Selector.open();
    String text = "GET /v2/keys" + key + "?wait=true HTTP/1.1\r\nHost: localhost\r\n\r\n";
    this.request = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** What has come on one connection. */
  private static final class Poll {
    private final StringBuilder received = new StringBuilder(512);
    private boolean settled;

    boolean hasHeaders() {
      return received.indexOf("\r\n\r\n") >= 0;
    }

    boolean isAnswered() {
      return received.indexOf("\r\n0\r\n\r\n") >= 0;
    }
  }

  /** Opens so many more and waits until all of them wait. */
  void open(int count) throws IOException {
    for (int opened = 0; opened < count; opened += OPENED_TOGETHER) {
      int together = Math.min(OPENED_TOGETHER, count - opened);
      for (int i = 0; i < together; i++) {
        openOne();
      }
      await(together, Poll::hasHeaders);
    }
  }

  private void openOne() throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    ByteBuffer bytes = request.duplicate();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, new Poll());
  }

  /**
   * Waits until every one is answered.
   *
   * @return {@link System#nanoTime} at the last answer
   */
  long awaitAnswers() throws IOException {
    selector.keys().forEach(key -> poll(key).settled = false);
    await(selector.keys().size(), Poll::isAnswered);
    return System.nanoTime();
  }

  private void await(int count, Predicate<Poll> reached) throws IOException {
    long deadlineNanos = System.nanoTime() + Deadlines.PATIENCE.toNanos();
    int left = count;
    while (left > 0) {
      long leftMillis = Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis();
      if (leftMillis <= 0) {
        throw new IOException(left + " of " + count + " watches have heard nothing");
      }
      selector.select(leftMillis);
      for (SelectionKey key : selector.selectedKeys()) {
        read(key);
        if (!poll(key).settled && reached.test(poll(key))) {
          poll(key).settled = true;
          left--;
        }
      }
      selector.selectedKeys().clear();
    }
  }

  private void read(SelectionKey key) throws IOException {
    input.clear();
    if (((SocketChannel) key.channel()).read(input) < 0) {
      throw new EOFException("a watch was closed after: " + poll(key).received);
    }
    poll(key)
        .received
        .append(new String(input.array(), 0, input.position(), StandardCharsets.US_ASCII));
  }

  private static Poll poll(SelectionKey key) {
    return (Poll) key.attachment();
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
