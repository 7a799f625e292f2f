package dev.understudy.api.http;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * An answer that is sent piece by piece, as its source has something: its headers at once, then
 * what comes.
 *
 * <p>Whoever has something new only says so; a thread of the server takes and writes it, and while
 * a client does not read, nobody waits for it. A client that leaves is noticed.
 */
public final class LiveStream {
  /** Where the pieces come from; one thread at a time, never blocks. */
  public interface Source {
    /**
     * The next piece, or null when there is none for now; the one before is needed no more.
     *
     * @throws EofException when what was begun cannot go on: the connection is closed
     */
    Piece next() throws EofException;

    /** Called once, when nothing more is sent. */
    void close();
  }

  /**
   * A part of the body.
   *
   * @param last whether the answer ends with it
   */
  public record Piece(ByteBuffer bytes, boolean last) {}

  private final HttpExchange exchange;
  private final Source source;
  private final Executor executor;
  private final EndPoint endPoint;
  private final DisconnectMonitor monitor;
  private final Loop loop = new Loop();
  private volatile Scheduler.Task deadline;

  LiveStream(HttpExchange exchange, Source source) {
    this.exchange = exchange;
    this.source = source;
    this.executor = exchange.request().getComponents().getExecutor();
    this.endPoint = exchange.request().getConnectionMetaData().getConnection().getEndPoint();
    this.monitor = new DisconnectMonitor(endPoint, () -> giveUp("the client has gone"));
  }

  /** Begins to answer, with status 200; the headers are there. */
  public void start() {
    exchange.willWait();
    exchange.beginStream(200);
    // A stream is idle by nature; a client that has gone is noticed by other means.
    // One that does not take what is there is cut off: it counts for all.
    exchange.request().addIdleTimeoutListener(timeout -> loop.isWriting());
    loop.iterate();
  }

  /** Says that the source may have something. Any thread; after {@link #start}. */
  public void wake() {
    try {
      executor.execute(loop::iterate);
    } catch (RejectedExecutionException e) {
      loop.abort(e); // the server is stopping
    }
  }

  /** As {@link #wake}, later. */
  public void wakeIn(long millis) {
    exchange
        .request()
        .getComponents()
        .getScheduler()
        .schedule(this::wake, millis, TimeUnit.MILLISECONDS);
  }

  /** What waits is still sent, but no longer than this: the client may have ceased to read. */
  public void endWithin(long millis) {
    deadline =
        exchange
            .request()
            .getComponents()
            .getScheduler()
            .schedule(() -> giveUp("the client does not read"), millis, TimeUnit.MILLISECONDS);
  }

  /** Ends all at once, unless it has ended already and the connection serves another request. */
  private void giveUp(String why) {
    EofException cause = new EofException(why);
    if (loop.abort(cause)) {
      endPoint.close(cause); // which fails a write that is stuck
    }
  }

  private final class Loop extends IteratingCallback {
    private volatile boolean writing;
    private ByteBuffer rest = BufferUtil.EMPTY_BUFFER;
    private boolean restIsLast;
    private boolean headersSent;
    private boolean monitored;
    private boolean finished;
    private boolean unusable;

    @Override
    protected Action process() throws EofException {
      writing = false;
      if (finished) {
        return Action.SUCCEEDED;
      }
      if (rest.hasRemaining()) {
        writeSlice();
        return Action.SCHEDULED;
      }
      letGo();
      Piece piece = source.next();
      if (piece != null) {
        rest = piece.bytes();
        restIsLast = piece.last();
        writeSlice();
        return Action.SCHEDULED;
      }
      if (!monitored) {
        monitored = true; // also when something was sent at once
        monitor.start();
      }
      if (!headersSent) {
        write(BufferUtil.EMPTY_BUFFER);
        return Action.SCHEDULED;
      }
      return Action.IDLE;
    }

    boolean isWriting() {
      return writing;
    }

    private void writeSlice() {
      int size = Math.min(SlicedAnswer.SLICE_BYTES, rest.remaining());
      ByteBuffer slice = rest.slice(rest.position(), size);
      rest.position(rest.position() + size);
      finished = restIsLast && !rest.hasRemaining();
      write(slice);
    }

    private void write(ByteBuffer body) {
      headersSent = true;
      writing = true;
      if (finished) {
        // With the last byte the client may send its next request, which is Jetty's to read.
        unusable = monitor.stop();
      }
      exchange.response().write(finished, body, this);
    }

    @Override
    protected void onCompleteSuccess() {
      release();
      if (unusable) {
        // Before Jetty learns of the end, or it would answer what is left of the next request.
        endPoint.close();
      }
      exchange.callback().succeeded();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
      release();
      monitor.stop();
      exchange.callback().failed(cause);
    }

    /** What was sent is no longer counted by its source, so it must not be kept here. */
    private void letGo() {
      rest = BufferUtil.EMPTY_BUFFER;
    }

    private void release() {
      letGo();
      source.close();
      Scheduler.Task pending = deadline;
      if (pending != null) {
        pending.cancel();
      }
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }
}
