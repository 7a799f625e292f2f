package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.FatalErrors;
import dev.understudy.standby.WorkLoop;
import dev.understudy.wal.FileFailure;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the changes of a machine's mode, one after the other on its mode loop: none that was meant
 * for a mode that has ended since, none once the machine closes. One that fails ends the machine,
 * or its start.
 */
final class ModeChanges {
  private static final Logger LOG = LoggerFactory.getLogger(ModeChanges.class);

  private final WorkLoop loop;
  private final ModeNews news;
  private final MachineEvents events;

  /** Counts the modes, so that what a mode reports last is not taken for its successor's. */
  private int life;

  private volatile boolean closing;

  /** A step from one mode towards another; on the loop. */
  @FunctionalInterface
  interface Change {
    void make() throws Exception;
  }

  /**
   * @param news hears of a start that fails
   * @param events hears of a machine that cannot go on
   */
  ModeChanges(WorkLoop loop, ModeNews news, MachineEvents events) {
    this.loop = loop;
    this.news = news;
    this.events = events;
  }

  /** The number of the present mode. For the loop. */
  int life() {
    return life;
  }

  /** The present mode is over. For the loop. */
  void nextLife() {
    life++;
  }

  /**
   * Makes a change, on the loop, if the mode of this number is the present one then. Any thread.
   */
  void inLoop(int ofLife, Change change) {
    loop.execute(() -> makeIn(ofLife, change));
  }

  /** Makes a change if the mode of this number is the present one. For the loop. */
  void makeIn(int ofLife, Change change) {
    if (ofLife == life) {
      make(change);
    }
  }

  /** Makes a change whatever the mode is. For the loop. */
  void make(Change change) {
    try {
      if (!closing) {
        change.make();
      }
    } catch (Exception e) {
      fail(e);
    } catch (Error e) {
      FatalErrors.check(e); // the future that led here may keep it to itself
      throw e;
    }
  }

  private void fail(Exception cause) {
    if (news.first().isDone()) {
      if (!(cause instanceof IOException)) {
        LOG.error("the mode could not be changed", cause);
      }
      events.failed("the mode could not be changed: " + reasonOf(cause));
    } else {
      news.first().completeExceptionally(cause);
    }
  }

  /** Why something could not be done, in one line. */
  static String reasonOf(Throwable cause) {
    return cause instanceof IOException failure
        ? FileFailure.reason(failure)
        : FailureText.of(cause);
  }

  /** No change is made any more. Any thread. */
  void end() {
    closing = true;
  }
}
