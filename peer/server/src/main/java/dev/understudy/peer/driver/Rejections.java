package dev.understudy.peer.driver;

import dev.understudy.raft.ProposeResult;
import dev.understudy.transport.RejectedProposals;
import java.util.Optional;

/** What is answered to a proposal that consensus did not take. */
final class Rejections {
  static final Outcome<Object> TOO_MANY =
      new Outcome.NotDone<>(Outcome.Reason.OVERLOADED, "too many proposals are waiting");

  static final Outcome<Object> NO_LEADER =
      new Outcome.NotDone<>(Outcome.Reason.NO_LEADER, "no leader is known");

  static final Outcome<Object> NO_SPACE =
      new Outcome.NotDone<>(Outcome.Reason.NO_SPACE, "the disk is nearly full");

  /** For what has waited for another leader in vain. */
  static final Outcome<Object> NOT_TAKEN =
      new Outcome.NotDone<>(Outcome.Reason.NO_LEADER, "no leader has taken it in time");

  private Rejections() {}

  /** What another peer's refusal means to the client; empty when it is worth another try. */
  static Optional<Outcome<Object>> of(RejectedProposals.Reason reason) {
    return switch (reason) {
      case NO_SPACE ->
          Optional.of(
              new Outcome.NotDone<>(
                  Outcome.Reason.NO_SPACE, "the disk of the leader is nearly full"));
      case OVERLOADED ->
          Optional.of(
              new Outcome.NotDone<>(
                  Outcome.Reason.OVERLOADED, "too many proposals are waiting at the leader"));
      case INVALID ->
          Optional.of(
              new Outcome.NotDone<>(
                  Outcome.Reason.REFUSED, "the leader has refused it: its limits may be others"));
      case QUOTA ->
          Optional.of(
              new Outcome.NotDone<>(
                  Outcome.Reason.QUOTA, "the keys take as much memory as the leader allows them"));
      case NO_MEMORY ->
          Optional.of(
              new Outcome.NotDone<>(
                  Outcome.Reason.OVERLOADED, "the memory of the leader is nearly full"));
      case NOT_LEADING -> Optional.empty();
    };
  }

  static <T> Outcome<T> stopping() {
    return new Outcome.NotDone<>(Outcome.Reason.STOPPING, "this peer is stopping");
  }

  static Outcome<Object> of(ProposeResult result) {
    if (result instanceof ProposeResult.Overloaded overloaded) {
      return new Outcome.NotDone<>(
          Outcome.Reason.OVERLOADED,
          overloaded.uncommittedBytes() + " bytes wait to be committed already");
    }
    if (result instanceof ProposeResult.Transferring) {
      return new Outcome.NotDone<>(Outcome.Reason.NO_LEADER, "the leader is handing over");
    }
    if (result instanceof ProposeResult.NotMember) {
      return new Outcome.NotDone<>(Outcome.Reason.NO_LEADER, "this peer has lost its seat");
    }
    return NO_LEADER;
  }
}
