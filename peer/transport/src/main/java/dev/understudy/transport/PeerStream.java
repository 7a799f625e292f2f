package dev.understudy.transport;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;

/**
 * One WebSocket between this peer and another, from the attempt to connect it to its end, with the
 * {@link SendQueue} before it. Which side opened it makes no difference once it stands. Public only
 * because Jetty calls it.
 */
public final class PeerStream implements Session.Listener {
  /** Who is told what becomes of a stream; called on Jetty's threads, must not block. */
  interface Owner {
    /** The stream stands. */
    void opened(PeerStream stream);

    /**
     * A frame arrived; the next one comes when this returns.
     *
     * @throws MalformedMessageException ends the stream
     */
    void frame(PeerStream stream, ByteBuffer frame) throws MalformedMessageException;

    /** How long a frame of this stream may be, as far as is known of its member now. */
    int maxFrameBytes(PeerStream stream);

    /** The stream is over, or never came to be; told once. */
    void ended(PeerStream stream, Throwable cause);
  }

  private final long member;
  private final TransportOptions options;
  private final LongSupplier nanoClock;
  private final Owner owner;
  private final Traffic traffic;
  private final SendQueue outbox;
  private final FrameAssembly inbound;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private volatile Lineage lineage = Lineage.UNSTATED;
  private volatile MachineTraits traits = MachineTraits.UNSTATED;
  private volatile Session session;
  private volatile long openedNanos;
  private volatile long lastReadNanos;
  private volatile long lastPingNanos;
  private volatile long writeBegunNanos;
  private volatile boolean writing;
  private volatile boolean closing;

  PeerStream(
      long member,
      TransportOptions options,
      MessageCodec codec,
      Executor writers,
      LongSupplier nanoClock,
      Traffic traffic,
      ReceiveBudget budget,
      Owner owner) {
    this.member = member;
    this.options = options;
    this.nanoClock = nanoClock;
    this.owner = owner;
    this.traffic = traffic;
    this.inbound = new FrameAssembly(budget);
    this.outbox = new SendQueue(options, codec, writers, traffic);
  }

  /** The member at the other end. */
  long member() {
    return member;
  }

  /** The starts of the process at the other end, as it has stated them. */
  Lineage lineage() {
    return lineage;
  }

  /** What is said of the machine at the other end. */
  MachineTraits traits() {
    return traits;
  }

  /** Called before the stream is opened. */
  void setStated(Lineage starts, MachineTraits machine) {
    lineage = starts;
    traits = machine;
  }

  /** How long nothing was heard, in milliseconds. */
  long silentMillis(long nowNanos) {
    return millisBetween(lastReadNanos, nowNanos);
  }

  boolean offer(PeerMessage message) {
    return outbox.offer(
        isOfEarlierRelease() && message instanceof RejectedProposals rejection
            ? rejection.forEarlierRelease()
            : message);
  }

  /** Such a process states no starts; while a stream is being connected nobody can know. */
  private boolean isOfEarlierRelease() {
    return session != null && lineage.equals(Lineage.UNSTATED);
  }

  void flush() {
    outbox.flush();
  }

  boolean isOpen() {
    return session != null && !ended.isDone() && !closing;
  }

  /** Whether the stream stands or has stood. */
  boolean wasOpened() {
    return session != null;
  }

  /** How long the stream has stood, in milliseconds; 0 when it never did. */
  long livedMillis() {
    return session == null ? 0 : Duration.ofNanos(nanoClock.getAsLong() - openedNanos).toMillis();
  }

  /** Completes when the stream is over and its owner knows. */
  CompletionStage<Void> ended() {
    return ended;
  }

  /** Closes the stream once what waits in its outbox is written. */
  void closeWhenDrained(String reason) {
    outbox.whenDrained(() -> close(reason));
  }

  /** Says goodbye and closes the connection, without waiting for the other side. */
  void close(String reason) {
    closing = true;
    Session current = session;
    if (current != null) {
      // The close frame is written behind what is being written; the connection goes right after
      // it, since waiting for the other side's answer would tie our end to its health.
      current.close(
          StatusCode.SHUTDOWN,
          reason,
          Callback.from(current::disconnect, failure -> current.disconnect()));
    }
  }

  /** Gives the stream up: it ends now, whatever is being written. */
  void abort(Throwable cause) {
    closing = true;
    end(cause);
    Session current = session;
    if (current != null) {
      current.disconnect();
    }
  }

  /** Called now and then: pings a silent stream, gives up one that is stuck. */
  void inspect(long nowNanos) {
    Session current = session;
    if (current == null || ended.isDone()) {
      return;
    }
    if (writing && millisBetween(writeBegunNanos, nowNanos) > options.writeTimeoutMillis()) {
      abort(new IOException("a write did not end in " + options.writeTimeoutMillis() + " ms"));
      return;
    }
    long silentMillis = millisBetween(lastReadNanos, nowNanos);
    if (silentMillis > options.readTimeoutMillis()) {
      abort(new IOException("nothing was heard for " + silentMillis + " ms"));
      return;
    }
    if (silentMillis >= options.pingIntervalMillis()
        && millisBetween(lastPingNanos, nowNanos) >= options.pingIntervalMillis()) {
      lastPingNanos = nowNanos;
      ByteBuffer sentAt = ByteBuffer.allocate(Long.BYTES).putLong(0, nowNanos);
      current.sendPing(sentAt, Callback.NOOP);
    }
  }

  private static long millisBetween(long fromNanos, long toNanos) {
    return Duration.ofNanos(toNanos - fromNanos).toMillis();
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    long now = nanoClock.getAsLong();
    openedNanos = now;
    lastReadNanos = now;
    lastPingNanos = now;
    // inspect() looks after silence and finds it earlier; this is for the case that nobody
    // inspects.
    opened.setIdleTimeout(Duration.ofMillis(2 * options.readTimeoutMillis()));
    session = opened;
    if (closing) {
      close("not wanted any more");
      return;
    }
    owner.opened(this);
    if (closing) {
      return;
    }
    outbox.open(this::write);
    opened.demand();
  }

  private void write(ByteBuffer frame, Runnable written) {
    writeBegunNanos = nanoClock.getAsLong();
    writing = true;
    session.sendBinary(
        frame,
        Callback.from(
            () -> {
              writing = false;
              written.run();
            },
            this::abort));
  }

  /**
   * Frames come in parts and are put together here, so that unfinished ones count as well. Jetty
   * hands over what had arrived before a stream was closed although nobody asks for it: that may be
   * of a process that must not be heard.
   */
  @Override
  public void onWebSocketPartialBinary(ByteBuffer part, boolean last, Callback callback) {
    if (closing || ended.isDone()) {
      callback.succeed();
      return;
    }
    lastReadNanos = nanoClock.getAsLong();
    try {
      Optional<ByteBuffer> frame = inbound.add(part, last, owner.maxFrameBytes(this));
      if (frame.isPresent()) {
        owner.frame(this, frame.get());
        inbound.taken();
      }
    } catch (MalformedMessageException e) {
      callback.succeed();
      abort(e);
      return;
    }
    callback.succeed();
    session.demand();
  }

  /** No peer sends text. */
  @Override
  public void onWebSocketText(String message) {
    abort(new MalformedMessageException("a frame of text"));
  }

  @Override
  public void onWebSocketPong(ByteBuffer payload) {
    long now = nanoClock.getAsLong();
    lastReadNanos = now;
    // Of several pings under way the last counts, and no answer that nobody asked for.
    if (payload.remaining() == Long.BYTES && payload.getLong(payload.position()) == lastPingNanos) {
      traffic.roundTrip(member, now - lastPingNanos);
    }
    session.demand();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    end(cause);
  }

  @Override
  public void onWebSocketClose(int statusCode, String reason, Callback callback) {
    callback.succeed();
    String why = reason == null || reason.isEmpty() ? "" : ": " + reason;
    end(
        statusCode == StatusCode.SHUTDOWN
            ? new PeerStoppedException("it has closed the stream" + why)
            : new IOException("closed with code " + statusCode + why));
  }

  /** The attempt to connect failed. */
  void connectFailed(Throwable cause) {
    end(cause);
  }

  private void end(Throwable cause) {
    synchronized (ended) {
      if (ended.isDone()) {
        return;
      }
      ended.complete(null);
    }
    inbound.close();
    owner.ended(this, cause);
  }

  /** Empties the outbox for good; returns how many messages were in it. */
  int drop() {
    return outbox.close();
  }
}
