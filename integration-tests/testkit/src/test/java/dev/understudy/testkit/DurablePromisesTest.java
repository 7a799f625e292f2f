package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.testkit.DurablePromises.Witness;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalBatch;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is promised is on disk, synced, when it is promised. */
class DurablePromisesTest {
  private static final long TERM = 3;
  private static final Entry ENTRY = new Entry(TERM, 1, new Payload.Normal(new byte[600]));

  /** More than are looked at one of. */
  private static final int MANY = 100;

  private final DurablePromises promises = new DurablePromises();

  /** A member's log, of which a batch is durable once it was turned. */
  private static final class Log {
    static final WalOptions OPTIONS = new WalOptions(64 << 10, 4 << 10, 16 << 10, 16, 0);

    private final MemoryDisk disk = new MemoryDisk("disk");
    private final Wal wal;
    private final long member;

    Log(long member) throws IOException {
      this.member = member;
      wal = Wal.create(disk.mount(), new WalIdentity(7, member), OPTIONS, WalListener.NONE);
    }

    void write(HardState state, Entry... entries) {
      wal.append(new WalBatch(Optional.empty(), List.of(entries), Optional.of(state)), () -> {});
    }

    Witness witness() {
      return new Witness("m" + member, disk, true);
    }
  }

  private void sends(Log log, Message message) {
    promises.sent(log.witness(), Collections.nCopies(MANY, message));
  }

  @Test
  void aVoteThatIsNotSyncedIsFound() throws IOException {
    Log log = new Log(1);
    Message vote = new Message.VoteResponse(1, 2, TERM, true);
    log.write(new HardState(TERM, 2, 0));
    assertThatThrownBy(() -> sends(log, vote)).hasMessageContaining("a vote is durable");
    log.wal.turn();
    assertThatCode(() -> sends(log, vote)).doesNotThrowAnyException();
    assertThatThrownBy(() -> sends(log, new Message.VoteResponse(1, 5, TERM, true)))
        .hasMessageContaining("a vote is durable");
  }

  @Test
  void anAcknowledgementOfWhatIsNotSyncedIsFound() throws IOException {
    Log log = new Log(1);
    Message acknowledgement = new Message.AppendResponse(1, 2, TERM, 1, false, 0, 0);
    log.write(new HardState(TERM, 2, 0), ENTRY);
    assertThatThrownBy(() -> sends(log, acknowledgement))
        .hasMessageContaining("what is acknowledged is durable");
    log.wal.turn();
    assertThatCode(() -> sends(log, acknowledgement)).doesNotThrowAnyException();
  }

  @Test
  void aCommitThatOnlyAMinorityHasSyncedIsFound() throws IOException {
    List<Log> logs = List.of(new Log(1), new Log(2), new Log(3));
    List<Witness> disks = logs.stream().map(Log::witness).toList();
    ConfState members = ConfState.ofVoters(1L, 2L, 3L);
    logs.forEach(log -> log.write(new HardState(TERM, 2, 0), ENTRY));
    logs.get(0).wal.turn();
    assertThatThrownBy(() -> promises.checkCommitted(ENTRY, members, disks))
        .hasMessageContaining("1 of");
    logs.get(1).wal.turn();
    assertThatCode(() -> promises.checkCommitted(ENTRY, members, disks)).doesNotThrowAnyException();
  }

  /** Its first sync has failed, so it has promised nothing, and whose log it was to be is lost. */
  @Test
  void aLogWhoseBeginningWasInterruptedNeedNotBeReadable() throws IOException {
    List<Log> logs = List.of(new Log(1), new Log(2));
    for (Log log : logs) {
      log.write(new HardState(TERM, 2, 0), ENTRY);
      log.wal.turn();
    }
    MemoryDisk begun = new MemoryDisk("begun");
    begun.setFaults(
        operation -> {
          if (operation.kind() == MemoryDisk.Kind.FORCE_DIRECTORY) {
            throw new IOException("EIO");
          }
          return operation.bytes();
        });
    assertThatThrownBy(
            () -> Wal.create(begun.mount(), new WalIdentity(7, 3), Log.OPTIONS, WalListener.NONE))
        .isInstanceOf(IOException.class);
    assertThat(begun.files()).anyMatch(file -> file.endsWith(".wal"));

    List<Witness> disks =
        List.of(logs.get(0).witness(), logs.get(1).witness(), new Witness("m3", begun, true));
    ConfState members = ConfState.ofVoters(1L, 2L, 3L);
    assertThatCode(() -> promises.checkCommitted(ENTRY, members, disks)).doesNotThrowAnyException();
    Message vote = new Message.VoteResponse(3, 2, TERM, true);
    assertThatThrownBy(() -> promises.sent(disks.get(2), List.of(vote)))
        .as("but whoever votes must have one")
        .hasMessageContaining("a power cut leaves the log");
  }
}
