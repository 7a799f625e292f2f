package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.locks.LockOperation;
import dev.understudy.locks.LockOperation.Verb;
import dev.understudy.locks.Value;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryQuotaTest {
  private static boolean takesMemory(Verb verb, String value) {
    LockOperation step =
        new LockOperation(verb, "k", Value.of(value.getBytes(StandardCharsets.UTF_8)), 0, 0, "s");
    Command<?> command = new Command.ChangeEntries(List.of(step));
    return MemoryQuota.takesMemory(CommandCodec.encode(new CommandEnvelope(1, 2, 0, command)));
  }

  @Test
  void aLockCanBeGivenBackWhenMemoryIsShort() {
    assertThat(takesMemory(Verb.UNLOCK, "")).isFalse();
    assertThat(takesMemory(Verb.UNLOCK, "value")).isTrue();
    assertThat(takesMemory(Verb.LOCK, "")).isTrue();
    assertThat(takesMemory(Verb.SET, "")).isTrue();
    assertThat(takesMemory(Verb.DELETE, "")).isFalse();
  }

  @Test
  void sessionsCanEndWhenMemoryIsShort() {
    Command<?> command = new Command.EndSessions(List.of("s"));
    assertThat(MemoryQuota.takesMemory(CommandCodec.encode(new CommandEnvelope(1, 2, 0, command))))
        .isFalse();
  }
}
