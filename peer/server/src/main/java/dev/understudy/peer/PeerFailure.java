package dev.understudy.peer;

import dev.understudy.clusterconfig.FatalErrors;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.statemachine.UnknownCommandException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the owner, once and on a thread that may block, that the peer cannot go on. */
final class PeerFailure {
  private static final Logger LOG = LoggerFactory.getLogger(PeerFailure.class);

  private final PeerEvents events;
  private final AtomicBoolean told = new AtomicBoolean();
  private final AtomicReference<Executor> executor = new AtomicReference<>(Runnable::run);

  PeerFailure(PeerEvents events) {
    this.events = events;
  }

  void reportOn(Executor executor) {
    this.executor.set(executor);
  }

  /** Why this peer must not answer anybody any more; empty while it has not failed. */
  Optional<String> reason() {
    return told.get() ? Optional.of("this peer has failed and is stopping") : Optional.empty();
  }

  /** The log has failed, or a bug showed; on the thread that noticed, which is not held up. */
  void of(Throwable cause) {
    FatalErrors.check(cause);
    if (!told.compareAndSet(false, true)) {
      return;
    }
    if (cause instanceof IOException) {
      // The log has named it already, and the owner, who is told, will once more.
      LOG.debug("this peer cannot go on", cause);
    } else if (cause instanceof UnknownCommandException) {
      // No bug: a newer release is in the cluster, and the message says what is missing here.
      LOG.error("this peer cannot go on: {}", cause.getMessage());
    } else {
      LOG.error("this peer cannot go on", cause);
    }
    try {
      executor.get().execute(() -> events.failed(cause));
    } catch (RejectedExecutionException e) {
      LOG.info("the peer was stopping already");
    }
  }
}
