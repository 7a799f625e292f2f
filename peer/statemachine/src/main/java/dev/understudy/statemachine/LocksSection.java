package dev.understudy.statemachine;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.understudy.locks.Deletions;
import dev.understudy.locks.Entry;
import dev.understudy.locks.LockDelay;
import dev.understudy.locks.LockSpace;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.Session;
import dev.understudy.locks.Value;
import dev.understudy.statemachine.proto.CommandProto;
import dev.understudy.statemachine.proto.SnapshotProto;
import dev.understudy.statemachine.proto.SnapshotProto.Record;
import dev.understudy.statemachine.proto.SnapshotProto.Section;
import dev.understudy.tables.Snapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Sessions and what they hold in a snapshot: a named section, one record for each row. */
final class LocksSection {
  static final String PART = "locks";

  private static final int BUFFER_BYTES = 1 << 16;

  private LocksSection() {}

  /** Whether it says anything; if not, releases that do not know it can read the snapshot. */
  static boolean isNeeded(Snapshot locks) {
    return LockTables.isUsed(locks);
  }

  static void write(Snapshot locks, OutputStream out) throws IOException {
    Collection<Session> sessions = LockTables.sessions().of(locks);
    Collection<Entry> entries = LockTables.entries("").of(locks);
    Collection<LockDelay> delays = LockTables.delays(locks);
    Collection<Deletions> deletions = LockTables.deletions(locks);
    long count = (long) sessions.size() + entries.size() + delays.size() + deletions.size();
    CodedOutputStream coded = CodedOutputStream.newInstance(out, BUFFER_BYTES);
    write(
        coded,
        Record.newBuilder().setSection(Section.newBuilder().setPart(PART).setRecords(count)));
    for (Session session : sessions) {
      write(coded, Record.newBuilder().setSession(LockMessages.encode(session)));
    }
    for (Entry entry : entries) {
      write(coded, Record.newBuilder().setEntry(encode(entry)));
    }
    for (LockDelay delay : delays) {
      SnapshotProto.LockDelay.Builder encoded =
          SnapshotProto.LockDelay.newBuilder()
              .setKey(delay.key())
              .setUntilMillis(delay.untilMillis());
      write(coded, Record.newBuilder().setLockDelay(encoded));
    }
    for (Deletions last : deletions) {
      SnapshotProto.Deletions.Builder encoded =
          SnapshotProto.Deletions.newBuilder()
              .setTable(last.table())
              .setLastIndex(last.lastIndex());
      write(coded, Record.newBuilder().setDeletions(encoded));
    }
    coded.flush();
  }

  private static void write(CodedOutputStream coded, Record.Builder record) throws IOException {
    Record built = record.build();
    coded.writeUInt32NoTag(built.getSerializedSize());
    built.writeTo(coded);
  }

  private static SnapshotProto.LockEntry.Builder encode(Entry entry) {
    return SnapshotProto.LockEntry.newBuilder()
        .setKey(entry.key())
        .setValue(ByteString.copyFrom(entry.value().toBytes()))
        .setFlags(entry.flags())
        .setSession(entry.session())
        .setCreateIndex(entry.createIndex())
        .setModifyIndex(entry.modifyIndex())
        .setLockIndex(entry.lockIndex());
  }

  /**
   * Reads what the section announces.
   *
   * @throws IllegalArgumentException if it does not go together
   */
  static Snapshot read(Section section, SnapshotRecords records) {
    List<Session> sessions = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    List<LockDelay> delays = new ArrayList<>();
    List<Deletions> deletions = new ArrayList<>();
    for (long i = 0; i < section.getRecords(); i++) {
      Record record = records.next();
      switch (record.getKindCase()) {
        case SESSION -> sessions.add(session(record.getSession()));
        case ENTRY -> entries.add(entry(record.getEntry()));
        case LOCK_DELAY ->
            delays.add(
                new LockDelay(
                    record.getLockDelay().getKey(), record.getLockDelay().getUntilMillis()));
        case DELETIONS ->
            deletions.add(
                new Deletions(
                    record.getDeletions().getTable(), record.getDeletions().getLastIndex()));
        default -> throw new IllegalArgumentException("a record of an unexpected kind");
      }
    }
    return LockSpace.of(sessions, entries, delays, deletions);
  }

  private static Session session(CommandProto.Session message) {
    return LockMessages.decode(message)
        .orElseThrow(() -> new IllegalArgumentException("a session with an unknown behavior"));
  }

  private static Entry entry(SnapshotProto.LockEntry entry) {
    return new Entry(
        entry.getKey(),
        Value.of(entry.getValue().toByteArray()),
        entry.getFlags(),
        entry.getSession(),
        entry.getCreateIndex(),
        entry.getModifyIndex(),
        entry.getLockIndex());
  }
}
