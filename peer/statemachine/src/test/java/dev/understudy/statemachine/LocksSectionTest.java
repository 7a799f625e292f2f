package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.locks.Behavior;
import dev.understudy.locks.LockOperation;
import dev.understudy.locks.LockOperation.Verb;
import dev.understudy.locks.LockSpace;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.Session;
import dev.understudy.locks.TxnResult;
import dev.understudy.locks.Value;
import dev.understudy.store.Operation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Sessions and locks in the replicated state, in snapshots, and before every peer knows them. */
class LocksSectionTest {
  private static final long START_MILLIS = 1_000_000;

  private final StateMachine machine = new StateMachine(1);
  private long index;

  private <R> R apply(long millis, Command<R> command) {
    return machine.apply(++index, START_MILLIS + millis, command);
  }

  private static Command.CreateSession session(String id) {
    return new Command.CreateSession(
        new Session(id, "n", "m", List.of("serfHealth"), 15_000, Behavior.RELEASE, 10_000, 0));
  }

  private static Command.ChangeEntries lock(String session) {
    return new Command.ChangeEntries(
        List.of(new LockOperation(Verb.LOCK, "k", Value.of(new byte[] {0, -1}), 3, 0, session)));
  }

  private static byte[] written(StateImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StateImageCodec.write(image, out);
    return out.toByteArray();
  }

  private static StateImage read(byte[] bytes) throws IOException {
    return StateImageCodec.read(new ByteArrayInputStream(bytes));
  }

  @Test
  void aLockDelayOutlivesASnapshot() throws IOException {
    assertThat(apply(0, session("a"))).isPresent();
    apply(0, session("b"));
    assertThat(apply(0, lock("a")).done()).isTrue();
    assertThat(apply(0, new Command.EndSessions(List.of("a")))).isEqualTo(1);

    byte[] bytes = written(machine.image());
    machine.restore(read(bytes));
    assertThat(written(machine.image())).isEqualTo(bytes);

    assertThat(apply(14_999, lock("b")).failures().get(0).reason())
        .isEqualTo(TxnResult.Reason.LOCK_DELAY);
    assertThat(apply(15_000, lock("b")).done()).isTrue();
    assertThat(LockTables.entry("k").of(machine.locks().current()).orElseThrow().lockIndex())
        .isEqualTo(2);
  }

  @Test
  void whatHasNoSessionsIsWrittenAsEarlierReleasesReadIt() throws IOException {
    apply(0, write());
    byte[] without = written(machine.image());
    assertThat(without[0]).as("length of the preamble").isPositive();
    assertThat(without[4]).as("its format").isEqualTo((byte) 1);
    apply(0, session("a"));
    apply(0, new Command.EndSessions(List.of("a")));
    assertThat(written(machine.image())[4]).as("there was one").isEqualTo((byte) 2);
  }

  private static Command.WriteKey write() {
    return new Command.WriteKey(new Operation.Set("/a", false, "v", OptionalLong.empty(), false));
  }

  @Test
  void anEntryThatNobodyHoldsWhoIsThereIsNoState() throws IOException {
    apply(0, session("a"));
    apply(0, lock("a"));
    StateImage image = machine.image();
    assertThatThrownBy(
            () ->
                LockSpace.of(
                    List.of(), LockTables.entries("").of(image.locks()), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLeaderTakesThemOnlyWhenEveryPeerKnowsThem() {
    ClientCommands closed = new ClientCommands(100, 1_000, () -> false, () -> false);
    ClientCommands open = new ClientCommands(100, 1_000, () -> true, () -> false);
    for (Command<?> command :
        List.of(session("a"), lock("a"), new Command.EndSessions(List.of("a")))) {
      byte[] bytes = CommandCodec.encode(new CommandEnvelope(1, 2, 0, command));
      assertThat(closed.problem(bytes)).contains(ClientCommands.NOT_KNOWN_EVERYWHERE);
      assertThat(open.problem(bytes)).isEmpty();
    }
    byte[] key = CommandCodec.encode(new CommandEnvelope(1, 2, 0, write()));
    assertThat(closed.problem(key)).isEmpty();
  }

  @Test
  void theyCountForTheMemoryOfTheKeys() {
    apply(0, session("a"));
    final long before = machine.bytes();
    apply(0, lock("a"));
    assertThat(machine.bytes()).isGreaterThan(before);
    apply(
        0,
        new Command.ChangeEntries(
            List.of(new LockOperation(Verb.DELETE, "k", Value.EMPTY, 0, 0, ""))));
    assertThat(machine.bytes()).isEqualTo(before);
  }
}
