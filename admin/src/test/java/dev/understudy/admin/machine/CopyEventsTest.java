package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.machine.CopyEvents.End;
import dev.understudy.peer.driver.PeerEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who hears what the peer of a replica reports, before and after it has a seat. */
class CopyEventsTest {
  private static final IOException DISK = new IOException("broken");

  private final List<Object> ownerHeard = new ArrayList<>();
  private final List<Object> machineHeard = new ArrayList<>();
  private final CopyEvents copy = new CopyEvents((of, end) -> ownerHeard.add(end));
  private final PeerEvents machine =
      new PeerEvents() {
        @Override
        public void removed(String reason) {
          machineHeard.add(new End.Removed(reason));
        }

        @Override
        public void letGo(String reason) {
          machineHeard.add("let go: " + reason);
        }

        @Override
        public void outlived(String reason) {
          machineHeard.add(new End.Outlived(reason));
        }

        @Override
        public void failed(Throwable cause) {
          machineHeard.add(new End.Failed(cause));
        }
      };

  /** A peer reports each of these once; the owner may have gone with its seat. */
  @Test
  void theMachineHearsOfAnEndThatCameJustBeforeTheSeat() {
    copy.failed(DISK);
    copy.outlived("a later start");
    assertThat(ownerHeard).containsExactly(new End.Failed(DISK), new End.Outlived("a later start"));

    copy.relayTo(machine);
    assertThat(machineHeard).isEqualTo(ownerHeard);
  }

  @Test
  void withASeatOnlyTheMachineHearsAndHearsOnce() {
    copy.relayTo(machine);
    copy.removed("by an operator");
    assertThat(machineHeard).containsExactly(new End.Removed("by an operator"));
    assertThat(ownerHeard).isEmpty();
  }

  @Test
  void thatItWasLetGoBeforeIsNoEnd() {
    copy.letGo("not needed");
    copy.relayTo(machine);
    assertThat(ownerHeard).isEmpty();
    assertThat(machineHeard).isEmpty();

    copy.letGo("again");
    assertThat(machineHeard).containsExactly("let go: again");
  }
}
