package dev.understudy.statemachine;

import dev.understudy.locks.LockSpace;
import dev.understudy.locks.Session;
import dev.understudy.locks.TxnResult;
import java.util.Optional;

/** Sessions, and the entries that they hold. */
final class Locks implements Part {
  private final ClusterTime time;
  private final LockSpace space = new LockSpace();

  Locks(ClusterTime time) {
    this.time = time;
  }

  LockSpace space() {
    return space;
  }

  Optional<Session> apply(long index, Command.CreateSession command) {
    return space.create(command.session(), index);
  }

  Integer apply(long index, Command.EndSessions command) {
    return space.end(command.ids(), index, time.millis());
  }

  TxnResult apply(long index, Command.ChangeEntries command) {
    return space.apply(command.steps(), index, time.millis());
  }

  /** No change of the seats depends on them. */
  @Override
  public boolean countsBeforeStart() {
    return false;
  }

  /** Whoever waits is told. */
  @Override
  public void restore(StateImage image) {
    space.restore(image.locks());
  }
}
