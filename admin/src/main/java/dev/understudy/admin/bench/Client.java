package dev.understudy.admin.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One client with its connection, on which it has one request at a time. One thread. */
final class Client {
  private final Script script;
  private final InetSocketAddress address;
  private final ResponseReader answers = new ResponseReader();
  private SocketChannel channel;
  private SelectionKey key;
  private ByteBuffer request = ByteBuffer.allocate(0);
  private boolean busy;
  private long dueNanos;
  private long sentNanos;

  Client(Script script, InetSocketAddress address) {
    this.script = script;
    this.address = address;
  }

  Script script() {
    return script;
  }

  ResponseReader answer() {
    return answers;
  }

  /** Whether a request is under way. */
  boolean isBusy() {
    return busy;
  }

  /** When the request under way was due, by the clock of who began it. */
  long dueNanos() {
    return dueNanos;
  }

  /** When it was sent. */
  long sentNanos() {
    return sentNanos;
  }

  /** Begins to connect. */
  void connect(Selector selector) throws IOException {
    channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    channel.connect(address);
  }

  /** The connection stands. */
  void finishConnect() throws IOException {
    channel.finishConnect();
    key.interestOps(SelectionKey.OP_READ);
  }

  /** Sends the next request of the script. */
  void begin(long due, long now) throws IOException {
    busy = true;
    dueNanos = due;
    sentNanos = now;
    request = ByteBuffer.wrap(script.next());
    write();
  }

  /** Writes on, as far as the connection takes it. */
  void write() throws IOException {
    channel.write(request);
    key.interestOps(
        request.hasRemaining()
            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
            : SelectionKey.OP_READ);
  }

  /**
   * Reads what has come.
   *
   * @return whether the answer to the request is complete
   */
  boolean read(ByteBuffer buffer) throws IOException {
    buffer.clear();
    int got = channel.read(buffer);
    if (got < 0) {
      throw new IOException("closed by the other side");
    }
    buffer.flip();
    if (!answers.read(buffer)) {
      return false;
    }
    if (!busy || buffer.hasRemaining()) {
      throw new IOException("an answer to no request");
    }
    busy = false;
    script.answered(answers.status());
    return true;
  }

  /** Breaks the connection; what was under way has come to nothing. */
  void disconnect() throws IOException {
    busy = false;
    script.answered(0);
    if (channel != null) {
      channel.close();
    }
  }
}
