package dev.understudy.transport;

import dev.understudy.clusterconfig.FailureText;
import java.net.ConnectException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.websocket.api.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps a stream to a member whose address is known: connects, and connects again after a pause
 * when that fails or the stream breaks, until it is retired. Safe for several threads; calls out
 * without its lock.
 */
final class PeerLink implements PeerStream.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);

  /**
   * A silence that is shorter is a detail: a machine that joins, restarts or changes its mode is
   * back sooner.
   */
  private static final long WARN_AFTER_MILLIS = 5_000;

  /** A stream that stood so long was well; one that ends sooner after another may do so often. */
  private static final long WELL_AFTER_MILLIS = 30_000;

  private final long member;
  private final URI peerUrl;
  private final LinkContext context;
  private final BackOff backOff;
  private final LogThrottle silence;

  /**
   * Streams that end after they stood. Each new one ends the silence, so that two that push each
   * other away, or somebody who comes in this member's name, would otherwise fill the log.
   */
  private final LogThrottle ends;

  /** All below is guarded by this object's monitor. */
  private PeerStream stream;

  private CompletableFuture<Session> dialing = new CompletableFuture<>();
  private Timer.Cancellable retry;
  private boolean retired;

  /** Whether a stream with the member has stood since it was last reported as ended. */
  private boolean stood;

  /** Whether the member has said goodbye and not come back: nobody needs to be warned of that. */
  private volatile boolean stopped;

  /** Whether it was told that somebody else is at the address. */
  private volatile boolean foreignTold;

  PeerLink(long member, URI peerUrl, LinkContext context, BackOff backOff, LogThrottle silence) {
    this.member = member;
    this.peerUrl = peerUrl;
    this.context = context;
    this.backOff = backOff;
    this.silence = silence;
    this.ends = new LogThrottle(context.nanoClock());
  }

  URI peerUrl() {
    return peerUrl;
  }

  /** The stream that stands or is being connected; null during a pause. */
  synchronized PeerStream stream() {
    return stream;
  }

  /** Connects, unless there is a stream already. */
  void connect() {
    PeerStream attempt = context.newStream(member, this);
    synchronized (this) {
      if (retired || stream != null) {
        return;
      }
      cancelRetry();
      stream = attempt;
    }
    context.streams().add(attempt);
    CompletableFuture<Session> session = context.dialer().dial(attempt, peerUrl);
    boolean unwanted;
    synchronized (this) {
      dialing = session;
      unwanted = retired;
    }
    if (unwanted) {
      session.cancel(true);
    }
  }

  /**
   * A stream that the member has opened to us has ended. It may have been the last one: whether the
   * member is still there is found out at once.
   */
  void otherEnded(PeerStream other) {
    synchronized (this) {
      // Together: whoever finds no stream any more must not be told again of the same end.
      context.streams().remove(other);
      stood = true;
    }
    connect();
  }

  /** Ends the link. What is queued on a stream that stands still leaves, if it can. */
  void retire(String reason) {
    PeerStream last;
    CompletableFuture<Session> attempt;
    synchronized (this) {
      retired = true;
      cancelRetry();
      last = stream;
      attempt = dialing;
    }
    if (last == null) {
      return;
    }
    if (last.isOpen()) {
      last.closeWhenDrained(reason);
    } else {
      last.abort(new CancellationException(reason));
      attempt.cancel(true);
    }
  }

  @Override
  public void opened(PeerStream opened) {
    Optional<HandshakeRejection> refusal =
        context.starts().refusal(opened.member(), opened.lineage());
    if (refusal.isPresent()) {
      opened.abort(new HandshakeException(refusal.get().reason(), null));
      return;
    }
    context.starts().admitted(opened);
    stopped = false;
    foreignTold = false;
    silence
        .heard()
        .ifPresentOrElse(
            notice ->
                LOG.atLevel(
                        levelOf(false, notice.silentMillis()) == Level.WARN
                            ? Level.INFO
                            : Level.DEBUG)
                    .log(
                        "member {}: peer {} at {} is back after {} ms",
                        context.selfName(),
                        name(),
                        peerUrl,
                        notice.silentMillis()),
            () -> LOG.debug("member {}: stream to {} at {}", context.selfName(), name(), peerUrl));
  }

  @Override
  public void frame(PeerStream from, ByteBuffer frame) throws MalformedMessageException {
    context.inbound().frame(from, frame);
  }

  /** This peer has dialled a member at its address. */
  @Override
  public int maxFrameBytes(PeerStream to) {
    return context.options().maxFrameBytes();
  }

  @Override
  public void ended(PeerStream gone, Throwable cause) {
    int dropped = gone.drop();
    context.traffic().dropped(dropped);
    context.streams().remove(gone);
    boolean processEnded;
    synchronized (this) {
      if (stream == gone) {
        stream = null;
      }
      if (retired) {
        return;
      }
      // A stream that breaks soon after it was opened counts as a failure: two that push each other
      // away must not do so as fast as they can.
      if (gone.livedMillis() >= context.options().backOffMaxMillis()) {
        backOff.reset();
      }
      long pauseMillis = backOff.nextMillis();
      retry = context.timer().schedule(pauseMillis, this::connect);
      stood |= gone.wasOpened();
      processEnded = stood && cause instanceof ConnectException && !context.isInTouchWith(member);
      stood &= !processEnded;
    }
    if (dropped > 0 || gone.wasOpened()) {
      context.receiver().unreachable(member);
    }
    if (processEnded) {
      LOG.debug("member {}: nobody listens at {} any more", context.selfName(), peerUrl);
      context.receiver().processEnded(member);
    }
    if (cause instanceof OutlivedException) {
      context.receiver().outlived(cause.getMessage());
    }
    stopped |= cause instanceof PeerStoppedException;
    if (cause instanceof ForeignClusterException && !foreignTold) {
      foreignTold = true;
      LOG.error(
          "member {}: two clusters at one address: where peer {} should be, at {}, a machine of"
              + " another cluster answers ({}). If that is the same machine, it has lost its data"
              + " and has founded a cluster: stop it, and start it with an empty data directory and"
              + " --peers",
          context.selfName(),
          name(),
          peerUrl,
          FailureText.of(cause));
    }
    Optional<LogThrottle.Notice> ofSilence = silence.missed();
    Optional<LogThrottle.Notice> due = gone.wasOpened() ? noticeOfEnd(gone) : ofSilence;
    due.ifPresent(notice -> report(notice, cause));
  }

  private Optional<LogThrottle.Notice> noticeOfEnd(PeerStream gone) {
    if (gone.livedMillis() >= WELL_AFTER_MILLIS) {
      Optional<LogThrottle.Notice> ignored = ends.heard();
    }
    return ends.missed();
  }

  private void report(LogThrottle.Notice notice, Throwable cause) {
    LOG.atLevel(levelOf(stopped, notice.silentMillis()))
        .log(
            "member {}: no stream to peer {} at {}: {} ({} attempts since the last line, silent for"
                + " {} ms)",
            context.selfName(),
            name(),
            peerUrl,
            FailureText.of(cause),
            notice.missed(),
            notice.silentMillis());
  }

  /** WARN only for what lasts and nobody has announced: then an operator can do something. */
  static Level levelOf(boolean stopped, long silentMillis) {
    if (stopped) {
      return Level.INFO;
    }
    return silentMillis < WARN_AFTER_MILLIS ? Level.DEBUG : Level.WARN;
  }

  private String name() {
    return context.nameOf(member);
  }

  private void cancelRetry() {
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
  }
}
