package dev.understudy.peer.driver;

import dev.understudy.locks.LockOperation;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.transport.RejectedProposals.Reason;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Which commands a leader does not take because there is no memory for them. What frees memory, or
 * takes none, is always taken: a full tree can be emptied, keys expire, and seats change.
 *
 * <p>For the driver's thread only. Looks into commands only while memory is short.
 */
final class MemoryQuota {
  private final StateMachine machine;
  private final MemoryStorage log;
  private final long maxTreeBytes;
  private final long maxLogBytes;
  private final BooleanSupplier heapLow;

  /**
   * @param heapLow whether the heap as a whole is nearly full
   */
  MemoryQuota(
      StateMachine machine, MemoryStorage log, DriverOptions options, BooleanSupplier heapLow) {
    this.machine = machine;
    this.log = log;
    this.maxTreeBytes = options.maxTreeBytes();
    this.maxLogBytes = 2 * options.maxLogBytes();
    this.heapLow = heapLow;
  }

  /**
   * Why commands that take memory are not taken now; empty while there is enough. The log may grow
   * to twice its bound while a snapshot is written that will make it shorter.
   */
  Optional<Reason> shortage() {
    if (heapLow.getAsBoolean() || log.bytes() >= maxLogBytes) {
      return Optional.of(Reason.NO_MEMORY);
    }
    return machine.bytes() >= maxTreeBytes ? Optional.of(Reason.QUOTA) : Optional.empty();
  }

  /** Whether an encoded command takes memory that is not freed again when it is applied. */
  boolean takesMemory(byte[] command) {
    return CommandCodec.read(command)
        .map(envelope -> takesMemory(envelope.command()))
        .orElse(false);
  }

  private boolean takesMemory(Command<?> command) {
    if (command instanceof Command.ChangeEntries change) {
      return change.steps().stream().anyMatch(LockOperation::mayGrow);
    }
    if (command instanceof Command.ChangeUsers users) {
      return users.change().mayGrow(machine.users());
    }
    return command instanceof Command.CreateSession
        || command instanceof Command.WriteKey write && write.operation().mayGrow();
  }
}
