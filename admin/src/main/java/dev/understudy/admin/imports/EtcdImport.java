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
 * <p>For one thread, which it blocks.
 */
final class EtcdImport {
  private static final long TURN_MILLIS = 200;

  private final KeySpace source;
  private final KeySpace target;
  private final String prefix;
  private final Pause pause;
  private final LongSupplier wallMillis;
  private final ChangeWriter writer;
  private final Consumer<String> out;
  private final Runnable progress;

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
    SourceEvents events = eventsFrom(listing);
    try {
      warnOfNames(listing, write(listing));
      say(
          "copied %,d nodes of %s in %.1f s"
              .formatted(
                  listing.nodes().size(), source.url(), (wallMillis.getAsLong() - begun) / 1000.0));
      long compared = wallMillis.getAsLong();
      while (plan.follow() && !stop.getAsBoolean()) {
        boolean applied = apply(events.next(TURN_MILLIS));
        if (!applied
            || events.isOutrun()
            || wallMillis.getAsLong() - compared >= plan.compareMillis()) {
          events = compareAgain(events);
          compared = wallMillis.getAsLong();
        }
      }
      compareAgain(events).close();
    } finally {
      events.close();
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
   * Lists both, and writes what differs: all that has come and was not written yet is in it.
   * Returns what goes on from there.
   */
  private SourceEvents compareAgain(SourceEvents before)
      throws ImportException, InterruptedException {
    if (before.isOutrun()) {
      say("the source no longer knows all changes: comparing");
    } else if (!before.trouble().isEmpty()) {
      say(before.trouble());
    }
    before.close();
    KeySpace.Listing listing = listed(source);
    SourceEvents events = eventsFrom(listing);
    long changes = writer.written();
    write(listing);
    say(
        "equal at index %,d of %s: %,d nodes, %,d of them mended"
            .formatted(
                listing.index(), source.url(), listing.nodes().size(), writer.written() - changes));
    return events;
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
          throw new ImportException(FailureText.of(e));
        }
      }
      pause.of(TURN_MILLIS).join();
    }
  }

  /** New keys in order are named by the index, which is the target's own. */
  private void warnOfNames(KeySpace.Listing copied, KeySpace.Listing before) {
    long ahead =
        InOrderNames.above(before.index() + copied.nodes().size(), copied.nodes().keySet());
    if (ahead > 0) {
      say(
          ("%,d keys are named like keys in order (POST) with a higher index than the target's:"
                  + " new ones would be sorted before them until it has got there")
              .formatted(ahead));
    }
  }

  private void say(String line) {
    out.accept(line);
  }
}
