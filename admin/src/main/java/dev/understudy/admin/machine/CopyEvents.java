package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.peer.driver.PeerEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the peer of a replica reports. While it has no seat, this concerns its copy of the data;
 * with a seat, the machine. A peer reports its end once, and the seat may come just then: so the
 * machine hears of what was reported before, too.
 *
 * <p>Any thread. One of these stands for one copy.
 */
final class CopyEvents implements PeerEvents {
  /** Hears of the end of copies; must not wait for that of the peer. */
  @FunctionalInterface
  interface Owner {
    void ended(CopyEvents copy, End end);
  }

  /** Why a peer without a seat does not go on. */
  sealed interface End {
    /** One line for an operator. */
    String reason();

    void tell(PeerEvents machine);

    /** The data are of no use any more. */
    record Removed(String reason) implements End {
      @Override
      public void tell(PeerEvents machine) {
        machine.removed(reason);
      }
    }

    /** So are these. */
    record Outlived(String reason) implements End {
      @Override
      public void tell(PeerEvents machine) {
        machine.outlived(reason);
      }
    }

    /** A failed disk or a bug. */
    record Failed(Throwable cause) implements End {
      @Override
      public String reason() {
        return FailureText.of(cause);
      }

      @Override
      public void tell(PeerEvents machine) {
        machine.failed(cause);
      }
    }
  }

  private final Owner owner;

  /** What the owner was told. Guarded by this. */
  private final List<End> told = new ArrayList<>();

  /** Guarded by this. */
  private Optional<PeerEvents> machine = Optional.empty();

  CopyEvents(Owner owner) {
    this.owner = owner;
  }

  /** The peer has a seat: from now on the machine is told, and at once of what came before. */
  void relayTo(PeerEvents next) {
    List<End> before;
    synchronized (this) {
      machine = Optional.of(next);
      before = List.copyOf(told);
    }
    before.forEach(end -> end.tell(next));
  }

  @Override
  public void removed(String reason) {
    ended(new End.Removed(reason));
  }

  /** Before the seat: it was to take one, and is not needed; as a replica it goes on. */
  @Override
  public void letGo(String reason) {
    machine().ifPresent(of -> of.letGo(reason));
  }

  /** One that has no seat has no vote to ask for. */
  @Override
  public void denied(String reason) {
    machine().ifPresent(of -> of.denied(reason));
  }

  @Override
  public void outlived(String reason) {
    ended(new End.Outlived(reason));
  }

  @Override
  public void failed(Throwable cause) {
    ended(new End.Failed(cause));
  }

  private void ended(End end) {
    Optional<PeerEvents> to;
    synchronized (this) {
      to = machine;
      if (to.isEmpty()) {
        told.add(end);
      }
    }
    if (to.isPresent()) {
      end.tell(to.get());
    } else {
      owner.ended(this, end);
    }
  }

  private synchronized Optional<PeerEvents> machine() {
    return machine;
  }
}
