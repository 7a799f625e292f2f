package dev.understudy.admin.http;

import dev.understudy.admin.http.AskBack.Answer;
import dev.understudy.clusterconfig.AnsweringMachine;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.AdminOutcome;
import dev.understudy.peer.ClusterAdmin;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Gives a seat to a machine, or new addresses to one that has a seat, once the machine itself has
 * confirmed them: the leader asks back at the peer URL that was announced. A seat that is only
 * confirmed needs no question.
 *
 * <p>A machine with a seat that is reached at its recorded peer URL moves only if it says so there:
 * nobody else can give it another address while it lives.
 */
public final class MachineJoining {
  /** A machine answers from memory, also while it starts; a joining one waits for this. */
  static final long ASK_TIMEOUT_MILLIS = 1_500;

  private final ClusterAdmin admin;
  private final AskBack askBack;

  public MachineJoining(ClusterAdmin admin, AskBack askBack) {
    this.admin = admin;
    this.askBack = askBack;
  }

  /** Never blocks. */
  public CompletableFuture<AdminOutcome<JoinReply>> join(JoinRequest request) {
    Optional<MachineView> seated =
        admin.machines().stream()
            .filter(machine -> machine.name().equals(request.name()))
            .findFirst();
    boolean nothingToAsk = !admin.isLeader() || !request.supports(admin.storeVersion());
    if (nothingToAsk || seated.filter(seat -> isUnchanged(seat, request)).isPresent()) {
      return admin.join(request);
    }
    boolean moves =
        seated.isPresent() && !MachineUrl.same(seated.get().peerUrl(), request.peerUrl());
    return moves ? joinIfGone(seated.get(), request) : joinIfThere(request);
  }

  private static boolean isUnchanged(MachineView seat, JoinRequest request) {
    return MachineUrl.same(seat.peerUrl(), request.peerUrl())
        && MachineUrl.same(seat.clientUrl(), request.clientUrl());
  }

  /** The machine at the recorded place must have left it, or say that it is to be reached anew. */
  private CompletableFuture<AdminOutcome<JoinReply>> joinIfGone(
      MachineView seat, JoinRequest request) {
    MachineRecord recorded = new MachineRecord(seat.name(), seat.peerUrl(), "");
    return askBack
        .ask(recorded, ASK_TIMEOUT_MILLIS)
        .thenCompose(
            answer ->
                answer instanceof Answer.Confirmed there && there.machine().isPresent()
                    ? staysAt(seat, there.machine().get())
                    : joinIfThere(request));
  }

  /**
   * One of an older version does not say where it is to be reached, and may have moved its name.
   */
  private CompletableFuture<AdminOutcome<JoinReply>> staysAt(
      MachineView seat, AnsweringMachine there) {
    return refused(
        ErrorCode.KEY_EXISTS,
        seat.name() + " holds a seat and is alive at " + seat.peerUrl() + ": " + there);
  }

  private CompletableFuture<AdminOutcome<JoinReply>> joinIfThere(JoinRequest request) {
    return askBack
        .ask(request.machine(), ASK_TIMEOUT_MILLIS)
        .thenCompose(answer -> joinAfter(answer, request));
  }

  private CompletableFuture<AdminOutcome<JoinReply>> joinAfter(Answer answer, JoinRequest request) {
    if (answer instanceof Answer.Confirmed confirmed) {
      return admin.join(complete(request, confirmed.machine()));
    }
    if (answer instanceof Answer.Contradicted other) {
      return refused(
          ErrorCode.PEER_ADDRESS_TAKEN,
          "at " + request.peerUrl() + " answers " + other.machine() + ", not what was announced");
    }
    return CompletableFuture.completedFuture(
        new AdminOutcome.Refused<>(
            ApiError.of(
                    ErrorCode.INVALID_FIELD,
                    "the leader does not reach machine \""
                        + request.name()
                        + "\" at "
                        + request.peerUrl()
                        + ": "
                        + ((Answer.Silent) answer).reason())
                .withHttpStatus(JoinRequest.NOT_REACHED_STATUS)));
  }

  private static JoinRequest complete(JoinRequest request, Optional<AnsweringMachine> machine) {
    return request.clientUrl().isEmpty() && machine.isPresent()
        ? request.withClientUrl(MachineUrl.normal(machine.get().clientUrl()))
        : request;
  }

  private static CompletableFuture<AdminOutcome<JoinReply>> refused(ErrorCode code, String cause) {
    return CompletableFuture.completedFuture(new AdminOutcome.Refused<>(ApiError.of(code, cause)));
  }
}
