package dev.understudy.statemachine;

import dev.understudy.locks.LockSpace;
import dev.understudy.statemachine.proto.SnapshotProto.Preamble;
import dev.understudy.statemachine.proto.SnapshotProto.Record;
import dev.understudy.statemachine.proto.SnapshotProto.Section;
import dev.understudy.store.Version;
import dev.understudy.tables.DuplicateKeyException;
import dev.understudy.tables.Snapshot;
import dev.understudy.users.Users;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;

/**
 * A {@link StateImage} as a stream of records, each with its length before it; see {@code
 * snapshot.proto}. Each part has a section of its own in it.
 *
 * <p>A snapshot is written in the lowest format that can say what it holds. While a cluster is
 * upgraded one machine after another, a peer of the new release thus sends snapshots that those of
 * the old one can read, and a machine can go back to the old release, for as long as nothing is in
 * the state that the old release knows nothing of.
 */
public final class StateImageCodec {
  /** Time, seats and the key space. */
  private static final int FOUNDING_PARTS = 1;

  /** Behind these, sections of other parts by their names. */
  private static final int NAMED_SECTIONS = 2;

  private StateImageCodec() {}

  /** Writes an image; does not close the stream. */
  public static void write(StateImage image, OutputStream out) throws IOException {
    Preamble.Builder preamble =
        Preamble.newBuilder()
            .setFormat(format(image))
            .setClusterTimeMillis(image.clusterTimeMillis());
    SeatsSection.write(image.registry(), preamble);
    Record.newBuilder().setPreamble(preamble).build().writeDelimitedTo(out);
    KeySpaceSection.write(image.version(), out);
    if (LocksSection.isNeeded(image.locks())) {
      LocksSection.write(image.locks(), out);
    }
    if (UsersSection.isNeeded(image.users())) {
      UsersSection.write(image.users(), out);
    }
  }

  private static int format(StateImage image) {
    boolean named = LocksSection.isNeeded(image.locks()) || UsersSection.isNeeded(image.users());
    return named ? NAMED_SECTIONS : FOUNDING_PARTS;
  }

  /**
   * Reads an image to the end of the stream.
   *
   * @throws IOException if the stream fails, ends early, holds something else, or a part that this
   *     release does not know
   */
  public static StateImage read(InputStream in) throws IOException {
    try {
      SnapshotRecords records = new SnapshotRecords(in);
      Preamble preamble = preamble(records);
      Version version = KeySpaceSection.read(records);
      Snapshot locks = LockSpace.none();
      Users users = Users.NONE;
      while (records.hasNext()) {
        Section section = section(records.next(), preamble);
        if (section.getPart().equals(LocksSection.PART)) {
          locks = LocksSection.read(section, records);
        } else if (section.getPart().equals(UsersSection.PART)) {
          users = UsersSection.read(section, records);
        } else {
          skip(section, records);
        }
      }
      return new StateImage(
          version, SeatsSection.read(preamble), preamble.getClusterTimeMillis(), locks, users);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IllegalArgumentException | NoSuchElementException | DuplicateKeyException e) {
      throw new IOException("the snapshot's records do not make a state: " + e.getMessage(), e);
    }
  }

  private static Preamble preamble(SnapshotRecords records) throws IOException {
    if (!records.hasNext() || !records.peek().hasPreamble()) {
      throw new IOException("the snapshot does not begin with a preamble");
    }
    Preamble preamble = records.next().getPreamble();
    if (preamble.getFormat() < FOUNDING_PARTS) {
      throw new IOException("the snapshot has no format");
    }
    if (!ClusterTime.isTime(preamble.getClusterTimeMillis())) {
      throw new IOException("the snapshot's cluster time is none");
    }
    if (preamble.getFormat() > NAMED_SECTIONS) {
      throw new IOException(
          "the snapshot has format "
              + preamble.getFormat()
              + ", this release knows up to "
              + NAMED_SECTIONS);
    }
    return preamble;
  }

  private static Section section(Record record, Preamble preamble) throws IOException {
    if (!record.hasSection() || preamble.getFormat() < NAMED_SECTIONS) {
      throw new IOException("the snapshot holds more than its records announce");
    }
    return record.getSection();
  }

  /** What no part of this release has is either left out or refused. */
  private static void skip(Section section, SnapshotRecords records) throws IOException {
    if (!section.getOptional()) {
      throw new IOException(
          "the snapshot holds the part \""
              + section.getPart()
              + "\", which this release does not know");
    }
    for (long i = 0; i < section.getRecords(); i++) {
      records.next();
    }
  }
}
