package dev.understudy.admin.machine;

import dev.understudy.peer.PeerServer;
import dev.understudy.standby.WorkLoop;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what was held back of a new peer once that has its vote. Only a first mode is told of
 * without one, after a time, while the cluster is heard: somebody waits for it. For the mode loop.
 */
final class VoteWait {
  private static final Logger LOG = LoggerFactory.getLogger(VoteWait.class);

  /** A first mode that catches up for longer is announced without having its vote. */
  private static final long VOTE_TIMEOUT_MILLIS = 5_000;

  private static final long PAUSE_MILLIS = 500;

  private final String name;
  private final ModeNews news;
  private final Predicate<PeerServer> isInTouch;
  private final WorkLoop loop;

  VoteWait(String name, ModeNews news, Predicate<PeerServer> isInTouch, WorkLoop loop) {
    this.name = name;
    this.news = news;
    this.isInTouch = isInTouch;
    this.loop = loop;
  }

  /**
   * Waits for the vote.
   *
   * @param inMode runs what is given to it on the mode loop, unless the mode has ended
   */
  void await(PeerServer peer, Consumer<Runnable> inMode) {
    peer.awaitVote(VOTE_TIMEOUT_MILLIS)
        .thenAccept(hasVote -> inMode.accept(() -> announce(peer, hasVote, inMode)));
  }

  private void announce(PeerServer peer, boolean hasVote, Consumer<Runnable> inMode) {
    if (hasVote) {
      String config = peer.admin().config().toJson(); // it has caught up, so it knows
      LOG.info("{} has its vote; cluster config: {}", name, config);
      news.tellHeld();
      return;
    }
    LOG.info("{} is a peer, but has no vote yet", name);
    if (!news.first().isDone() && isInTouch.test(peer)) {
      news.tellHeld();
    } else {
      loop.schedule(() -> inMode.accept(() -> await(peer, inMode)), PAUSE_MILLIS);
    }
  }
}
