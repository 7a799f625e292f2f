package dev.understudy.api;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.store.Watch;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The answer to a watch: its headers at once, then one event for a long poll, or one a line for a
 * stream.
 *
 * <p>The writer's thread only says that there is something; a thread of the server takes the events
 * and writes them, and while a client does not read, nobody waits for it: the watch keeps what fits
 * its bound and then ends.
 */
final class WatchAnswer extends IteratingCallback implements Watch.Listener {
  /** Streamed events are written together up to about this size. */
  private static final int BATCH_BYTES = 32 * 1024;

  private final ClientBackend backend;
  private final ClientLimits limits;
  private final boolean stream;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Executor executor;
  private final EndPoint endPoint;
  private final DisconnectMonitor monitor;
  private volatile Watch watch;
  private volatile Scheduler.Task deadline;
  private boolean headersSent;
  private boolean finished;
  private boolean unusable;

  WatchAnswer(
      ClientBackend backend,
      ClientLimits limits,
      boolean stream,
      Request request,
      Response response,
      Callback callback) {
    this.backend = backend;
    this.limits = limits;
    this.stream = stream;
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.executor = request.getComponents().getExecutor();
    this.endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    this.monitor = new DisconnectMonitor(endPoint, () -> giveUp("the watcher has gone"));
  }

  /** Begins to answer; the headers are set. */
  void start(Watch started) {
    watch = started;
    response.setStatus(200);
    // A watch is idle by nature; a client that has gone is noticed by other means.
    request.addIdleTimeoutListener(timeout -> false);
    iterate();
  }

  @Override
  public void onReady(Watch ready) {
    if (watch == null) {
      return; // start() has not been called yet and will look itself
    }
    Watch.End end = ready.ended();
    if (end == Watch.End.OVERFLOW || end == Watch.End.CLEARED) {
      giveUpLater();
    }
    try {
      executor.execute(this::iterate);
    } catch (RejectedExecutionException e) {
      abort(e); // the server is stopping
    }
  }

  /** What waits is still sent, but not for ever to a client who does not read. */
  private void giveUpLater() {
    deadline =
        request
            .getComponents()
            .getScheduler()
            .schedule(
                () -> giveUp("the watcher does not read"),
                limits.requestMillis(),
                TimeUnit.MILLISECONDS);
  }

  /** Ends all at once, unless it has ended already and the connection serves another request. */
  private void giveUp(String why) {
    EofException cause = new EofException(why);
    if (abort(cause)) {
      endPoint.close(cause); // which fails a write that is stuck
    }
  }

  @Override
  protected Action process() {
    if (finished) {
      return Action.SUCCEEDED;
    }
    Watch.Delivery delivery = watch.poll();
    if (delivery instanceof Watch.Delivery.Next next) {
      write(events(next));
      return Action.SCHEDULED;
    }
    if (delivery instanceof Watch.Delivery.Ended ended) {
      finished = true;
      write(lastWords(ended.reason()));
      return Action.SCHEDULED;
    }
    if (!headersSent) {
      monitor.start();
      write(BufferUtil.EMPTY_BUFFER);
      return Action.SCHEDULED;
    }
    return Action.IDLE;
  }

  private void write(ByteBuffer body) {
    headersSent = true;
    if (finished) {
      // With the last byte the client may send its next request, which is Jetty's to read.
      unusable = monitor.stop();
    }
    response.write(finished, body, this);
  }

  /** This event and, in a stream, those that wait behind it. */
  private ByteBuffer events(Watch.Delivery.Next first) {
    JsonBytes out = EventJson.line(first.event(), backend);
    finished = !stream;
    while (stream
        && out.length() < BATCH_BYTES
        && watch.poll() instanceof Watch.Delivery.Next next) {
      EventJson.append(out, next.event(), backend);
    }
    return out.toBuffer();
  }

  private ByteBuffer lastWords(Watch.End reason) {
    return stream && reason == Watch.End.CLEARED
        ? Answers.errorLine(ApiError.of(ErrorCode.WATCHER_CLEARED, "", backend.version().index()))
        : BufferUtil.EMPTY_BUFFER;
  }

  @Override
  protected void onCompleteSuccess() {
    release();
    if (unusable) {
      // Before Jetty is told of the end, or it would answer what is left of the next request.
      endPoint.close();
    }
    callback.succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    release();
    monitor.stop();
    callback.failed(cause);
  }

  private void release() {
    watch.close();
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
