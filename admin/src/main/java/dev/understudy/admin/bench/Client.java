package dev.understudy.admin.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import tlschannel.NeedsReadException;
import tlschannel.NeedsWriteException;

/** One client with its connection, on which it has one request at a time. One thread. */
final class Client {
  private final Script script;
  private final InetSocketAddress address;
  private final ResponseReader answers = new ResponseReader();
  private final Layer layer;
  private SocketChannel socket;

  /** The socket, or what lies over it. */
  private ByteChannel channel;

  private SelectionKey key;
  private ByteBuffer request = ByteBuffer.allocate(0);
  private boolean busy;
  private long dueNanos;
  private long sentNanos;

  Client(Script script, InetSocketAddress address, Layer layer) {
    this.script = script;
    this.address = address;
    this.layer = layer;
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
    socket = SocketChannel.open();
    socket.configureBlocking(false);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    key = socket.register(selector, SelectionKey.OP_CONNECT, this);
    channel = layer.over(socket);
    socket.connect(address);
  }

  /** The connection stands. */
  void finishConnect() throws IOException {
    socket.finishConnect();
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
    boolean waitsToWrite;
    try {
      channel.write(request);
      waitsToWrite = request.hasRemaining();
    } catch (NeedsReadException e) { // a handshake is under way
      waitsToWrite = false;
    } catch (NeedsWriteException e) {
      waitsToWrite = true;
    }
    key.interestOps(
        waitsToWrite ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
  }

  /**
   * Reads what has come.
   *
   * @return whether the answer to the request is complete
   */
  boolean read(ByteBuffer buffer) throws IOException {
    if (request.hasRemaining()) {
      write(); // what a handshake held up
    }
    boolean complete = false;
    int got = 1;
    // Within TLS more may have come than the selector will ever tell of.
    for (boolean isFirst = true; got > 0 && !complete && (isFirst || channel != socket); ) {
      isFirst = false;
      buffer.clear();
      got = receive(buffer);
      if (got < 0) {
        throw new IOException("closed by the other side");
      }
      buffer.flip();
      complete = got > 0 && answers.read(buffer);
    }
    if (!complete) {
      return false;
    }
    if (!busy || buffer.hasRemaining()) {
      throw new IOException("an answer to no request");
    }
    busy = false;
    script.answered(answers.status());
    return true;
  }

  private int receive(ByteBuffer buffer) throws IOException {
    try {
      return channel.read(buffer);
    } catch (NeedsReadException | NeedsWriteException e) {
      return 0;
    }
  }

  /** Breaks the connection; what was under way has come to nothing. */
  void disconnect() throws IOException {
    busy = false;
    script.answered(0);
    if (socket != null) {
      socket.close();
    }
  }
}
