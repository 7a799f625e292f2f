package dev.understudy.admin.imports;

import dev.understudy.clusterconfig.FailureText;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Copies the v2 keys of a running cluster into another and keeps the copy up to date.
 *
 * <p>It lists the source, and from that index on takes down what changes; writes what the target
 * lacks; then writes the changes. Now and then both are listed again and compared, which finds what
 * no watch tells: times to live that were renewed with {@code refresh}. When the source has
 * forgotten a change before it was asked for, that is done at once. So it may begin anew at any
 * time: what is there already is not written again.
 *
 * <p>For one thread, which it blocks, and for one run.
 */
final class EtcdImport {
  private static final long TURN_MILLIS = 200;

  /** At the end. While the source is written to, there may always be something to mend. */
  private static final int LAST_ROUNDS = 5;

  private final KeySpace source;
  private final KeySpace target;
  private final String prefix;
  private final Pause pause;
  private final LongSupplier wallMillis;
  private final ChangeWriter writer;
  private final Consumer<String> out;
  private final Runnable progress;
  private SourceEvents events;

  /**
   * @param prefix what is copied; {@code /} for all
   * @param out takes lines for whoever runs it
   * @param progress called often while much is written
   */
  EtcdImport(
      KeySpace source,
      KeySpace target,
      String prefix,
      Pause pause,
      LongSupplier wallMillis,
      ChangeWriter writer,
      Consumer<String> out,
      Runnable progress) {
    this.source = source;
    this.target = target;
    this.prefix = prefix;
    this.pause = pause;
    this.wallMillis = wallMillis;
    this.writer = writer;
    this.out = out;
    this.progress = progress;
  }

  /**
   * How it is done.
   *
   * @param resume whether the target may hold keys, which are made like the source's or deleted
   * @param follow whether to go on until it is told to stop
   * @param compareMillis how often both are compared meanwhile
   */
  record Plan(boolean resume, boolean follow, long compareMillis) {}

  /**
   * Does it.
   *
   * @param stop whether it has been told to end, after one more comparison
   * @throws ImportException if it cannot go on
   */
  void run(Plan plan, BooleanSupplier stop) throws ImportException, InterruptedException {
    if (!plan.resume()) {
      requireEmptyTarget();
    }
    long begun = wallMillis.getAsLong();
    KeySpace.Listing listing = listed(source);
    events = eventsFrom(listing);
    try {
      remark(listing, write(listing));
      say(
          "copied %,d nodes of %s in %.1f s"
              .formatted(
                  listing.nodes().size(), source.url(), (wallMillis.getAsLong() - begun) / 1000.0));
      if (plan.follow()) {
        follow(plan.compareMillis(), stop);
      }
      long mended = compareAgain();
      for (int round = 1; mended > 0 && round < LAST_ROUNDS; round++) {
        mended = compareAgain();
      }
    } finally {
      events.close();
    }
  }

  /** One that does not answer, as while it is started again, is no reason to end. */
  private void follow(long compareMillis, BooleanSupplier stop)
      throws ImportException, InterruptedException {
    say("following %s: a line on standard input (Enter) ends it".formatted(source.url()));
    long compared = wallMillis.getAsLong();
    boolean unsure = false;
    while (!stop.getAsBoolean()) {
      try {
        unsure |= !apply(events.next(TURN_MILLIS)) || events.isOutrun();
        if (unsure || wallMillis.getAsLong() - compared >= compareMillis) {
          compareAgain();
          compared = wallMillis.getAsLong();
          unsure = false;
        }
      } catch (UnansweredException e) {
        say(e.getMessage() + "; trying on");
        unsure = true; // what was to be written is not, and only a comparison finds it
      }
    }
  }

  private void requireEmptyTarget() throws ImportException, InterruptedException {
    int there = listed(target).nodes().size();
    if (there > 0) {
      throw new ImportException(
          "%s has %,d nodes beneath %s: --resume makes them like the source's, or deletes them"
              .formatted(target.url(), there, KeySpace.shown(prefix)));
    }
  }

  /**
   * Lists both, and writes what differs: all that has come and was not written yet is in it. What
   * comes from then on goes on from there. Returns how much differed.
   */
  private long compareAgain() throws ImportException, InterruptedException {
    if (events.isOutrun()) {
      say("not all changes of the source are known: comparing");
    } else if (!events.trouble().isEmpty()) {
      say(events.trouble());
    }
    events.close();
    KeySpace.Listing listing = listed(source);
    events = eventsFrom(listing);
    long before = writer.written();
    write(listing);
    long mended = writer.written() - before;
    say(
        "%s at index %,d of %s: %,d nodes%s"
            .formatted(
                mended == 0 ? "equal" : "compared",
                listing.index(),
                source.url(),
                listing.nodes().size(),
                mended == 0 ? "" : ", %,d of them mended".formatted(mended)));
    return mended;
  }

  private SourceEvents eventsFrom(KeySpace.Listing listing) {
    return new SourceEvents(source, prefix, listing.index() + 1, pause, wallMillis);
  }

  /** Makes the target like a listing; returns the target as it was before. */
  private KeySpace.Listing write(KeySpace.Listing wanted)
      throws ImportException, InterruptedException {
    KeySpace.Listing present = listed(target);
    writer.write(
        TreeDifference.between(wanted.nodes(), present.nodes(), wallMillis.getAsLong()), progress);
    return present;
  }

  /**
   * Writes changes one after the other; false when a comparison has to find out how it goes on: a
   * directory that takes the place of a key is told of as if there had been nothing.
   */
  private boolean apply(List<SourceEvent> events) throws ImportException, InterruptedException {
    try {
      writer.write(Batches.of(events), progress);
      return true;
    } catch (ConflictException e) {
      return false;
    }
  }

  /** Somebody may be electing a leader just now. */
  private KeySpace.Listing listed(KeySpace keys) throws ImportException, InterruptedException {
    long until = wallMillis.getAsLong() + ChangeWriter.PATIENCE_MILLIS;
    while (true) {
      try {
        return keys.list(prefix);
      } catch (IOException e) {
        if (wallMillis.getAsLong() >= until) {
          throw new UnansweredException(FailureText.of(e));
        }
      }
      pause.of(TURN_MILLIS).join();
    }
  }

  private void remark(KeySpace.Listing copied, KeySpace.Listing before) {
    long index = before.index() + copied.nodes().size();
    InOrderNames.remarks(copied.nodes().keySet(), copied.plainNames(), index).forEach(this::say);
  }

  private void say(String line) {
    out.accept(line);
  }
}
