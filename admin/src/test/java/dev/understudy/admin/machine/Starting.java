package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.FoundingRequest;
import dev.understudy.clusterconfig.MachineIdentity;
import dev.understudy.clusterconfig.MachineRecord;
import java.util.List;
import java.util.Optional;

/** Machines that start, for tests in which nobody promises anything. */
final class Starting {
  private Starting() {}

  static StartingMachine with(MachineRecord self) {
    return new StartingMachine(
        new MachineIdentity(
            self.name(), self.peerUrl(), 99, MachineIdentity.Mode.STARTING, 0, 0, List.of()),
        new NoNotes());
  }

  private static final class NoNotes implements StartingMachine.Notes {
    @Override
    public Optional<FoundingRequest> load() {
      return Optional.empty();
    }

    @Override
    public void save(Optional<FoundingRequest> promise) {}
  }
}
