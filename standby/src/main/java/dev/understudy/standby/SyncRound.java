package dev.understudy.standby;

import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.ReplicaRequest;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.clusterconfig.SyncReply;
import dev.understudy.standby.RoundResult.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * One round of a standby, from the first question to where it stands afterwards.
 *
 * <p>Asks the known peers in order until one answers with the machines and the config; asks the
 * leader too when that was another, because the leader knows best and should know its standbys;
 * then asks for a seat if there is one to be had. Touches nothing but the network: no file, no
 * state of the server, no clock. Used once, on one thread at a time: the executor's.
 */
final class SyncRound {
  /** As many machines may be said to lead, each by the one before, until one says it of itself. */
  private static final int MAX_HOPS = 3;

  private final StandbyOptions options;
  private final ClusterClient client;
  private final Executor loop;
  private final SyncOrder order;
  private final List<String> candidates;
  private final ObjLongConsumer<String> onForeign;

  /** The cluster that all answers of this round must be of; 0 until one was taken. */
  private long clusterId;

  private boolean mayTakeSeat;
  private Optional<MachineView> leader = Optional.empty();

  /** How many of the candidates have been asked. */
  private int asked;

  /** The first answer of a peer that has known no leader for long. */
  private Optional<SyncReply> leaderless = Optional.empty();

  /** Whether every machine that was asked has answered as a standby does. */
  private boolean onlyStandbys = true;

  private final LocalData data;
  private final Optional<StandbyNotice> notice;
  private final CompletableFuture<RoundResult> result = new CompletableFuture<>();

  /**
   * @param known what this standby knows of its cluster
   * @param order in which peers are asked, and told of those that do not answer
   * @param onForeign notified of the URL and the cluster of a peer of another one
   * @param data what this standby holds
   * @param wantsData whether it is to be a replica
   */
  SyncRound(
      StandbyOptions options,
      ClusterClient client,
      Executor loop,
      StandbyInfo known,
      SyncOrder order,
      ObjLongConsumer<String> onForeign,
      LocalData data,
      boolean wantsData) {
    this.clusterId = known.clusterId();
    this.onForeign = onForeign;
    this.options = options;
    this.client = client;
    this.loop = loop;
    this.order = order;
    this.candidates = order.of(known.cluster());
    this.data = data;
    this.notice =
        Optional.of(
            new StandbyNotice(
                options.self(),
                options.traits(),
                wantsData ? Optional.of(replicaRequest(data)) : Optional.empty()));
  }

  private static ReplicaRequest replicaRequest(LocalData data) {
    return data instanceof LocalData.Held held
        ? new ReplicaRequest(held.memberId(), held.lastIndex())
        : ReplicaRequest.FIRST;
  }

  /**
   * Starts the round. The future completes on the executor, exceptionally only for a bug.
   *
   * @param takesSeat whether a seat is asked for where one is open
   */
  CompletableFuture<RoundResult> run(boolean takesSeat) {
    mayTakeSeat = takesSeat;
    loop.execute(guarded(this::askNextCandidate));
    return result;
  }

  private void askNextCandidate() {
    if (asked == candidates.size()) {
      leaderless.ifPresentOrElse(this::endWithoutLeader, this::endUnanswered);
      return;
    }
    String url = candidates.get(asked++);
    then(
        sync(url),
        answer -> {
          onlyStandbys &=
              answer instanceof ClusterResponse.Refused<SyncReply> refused && refused.isByStandby();
          useful(url, answer).ifPresentOrElse(reply -> learned(url, reply), this::askNextCandidate);
        });
  }

  private CompletableFuture<ClusterResponse<SyncReply>> sync(String url) {
    return client.sync(url, notice, options.syncTimeoutMillis());
  }

  private void endUnanswered() {
    if (onlyStandbys) {
      end(
          Status.ONLY_STANDBYS,
          candidates.isEmpty()
              ? "no other machine is known"
              : "all machines known are standbys: " + candidates,
          Optional.empty());
    } else {
      end(Status.NOBODY_ANSWERED, "none of " + candidates + " answered", Optional.empty());
    }
  }

  /**
   * A list without machines helps nobody and must not replace one that has some. Nor must that of
   * another cluster, which has come by an address of this one.
   */
  private Optional<SyncReply> useful(String url, ClusterResponse<SyncReply> answer) {
    order.asked(url, !(answer instanceof ClusterResponse.Unreachable));
    return answer
        .granted()
        .filter(reply -> !reply.machines().isEmpty())
        .filter(reply -> isOwn(url, reply.clusterId()));
  }

  private boolean isOwn(String url, long other) {
    if (clusterId != 0 && other != 0 && clusterId != other) {
      onForeign.accept(url, other);
      return false;
    }
    return true;
  }

  private void learned(String url, SyncReply reply) {
    if (clusterId == 0) {
      clusterId = reply.clusterId();
    }
    follow(url, reply, 0);
  }

  /**
   * Goes to the machine that is said to lead, until one says so of itself. An election is soon
   * over; who still knows of no leader the next time may have been left behind by a cluster that
   * goes on without it, so the others are asked as well.
   */
  private void follow(String url, SyncReply reply, int hops) {
    Optional<MachineView> said = reply.leader();
    boolean leftBehind = order.isStillLeaderless(url, said.isPresent());
    if (leftBehind) {
      leaderless = leaderless.or(() -> Optional.of(reply));
      askNextCandidate();
    } else if (said.isEmpty()) {
      endWithoutLeader(reply);
    } else if (MachineUrl.same(said.get().peerUrl(), url)) {
      leader = said;
      decide(url, reply);
    } else if (hops < MAX_HOPS) {
      askLeader(url, reply, said.get().peerUrl(), hops + 1);
    } else {
      decideWithoutLeader(url, reply);
    }
  }

  private void askLeader(String url, SyncReply reply, String leaderUrl, int hops) {
    then(
        sync(leaderUrl),
        answer ->
            useful(leaderUrl, answer)
                .ifPresentOrElse(
                    fresher -> follow(leaderUrl, fresher, hops),
                    // The peer that did answer may know of a new leader by the time it is asked.
                    () -> decideWithoutLeader(url, reply)));
  }

  private void decideWithoutLeader(String url, SyncReply reply) {
    if (wantsSeat(reply)) {
      askForSeat(url, reply);
    } else {
      end(Status.LEADER_SILENT, "the leader does not answer", Optional.of(reply));
    }
  }

  private void decide(String leaderUrl, SyncReply reply) {
    if (wantsSeat(reply)) {
      askForSeat(leaderUrl, reply);
      return;
    }
    Optional<MachineView> namesake = namesake(reply);
    if (namesake.isPresent()) {
      end(
          Status.NAME_TAKEN,
          "the name " + options.self().name() + " has a seat at " + namesake.get().peerUrl(),
          Optional.of(reply));
    } else if (hasOpenSeat(reply)) {
      end(Status.NOT_MINE, "an open seat is left to others", Optional.of(reply));
    } else {
      endFull(reply);
    }
  }

  private boolean wantsSeat(SyncReply reply) {
    if (!mayTakeSeat) {
      return false;
    }
    if (isListed(reply)) {
      return true; // it was given a seat, and the answer was lost on its way
    }
    return namesake(reply).isEmpty() && options.seatPriority() > 0 && mayAsk(reply);
  }

  /** Where no seat is open, the leader may offer that of a dead peer. */
  private static boolean mayAsk(SyncReply reply) {
    return hasOpenSeat(reply)
        ? reply.offer() != SeatOffer.WITHHELD
        : reply.offer() == SeatOffer.OFFERED;
  }

  private static boolean hasOpenSeat(SyncReply reply) {
    return reply.machines().size() < reply.config().activeSize();
  }

  private boolean isListed(SyncReply reply) {
    return namesake(reply)
        .filter(machine -> MachineUrl.same(machine.peerUrl(), options.self().peerUrl()))
        .isPresent();
  }

  private Optional<MachineView> namesake(SyncReply reply) {
    return reply.machines().stream()
        .filter(machine -> machine.name().equals(options.self().name()))
        .findFirst();
  }

  private void askForSeat(String url, SyncReply reply) {
    JoinRequest request = JoinRequest.of(options.self(), data);
    then(
        client.join(url, request, options.joinTimeoutMillis()),
        answer -> answeredForSeat(answer, reply));
  }

  private void answeredForSeat(ClusterResponse<JoinReply> answer, SyncReply reply) {
    if (answer instanceof ClusterResponse.Granted<JoinReply> granted
        && !isOwn(granted.url(), granted.value().clusterId())) {
      end(Status.REFUSED, "a seat in another cluster is not taken", Optional.of(reply));
    } else if (answer instanceof ClusterResponse.Granted<JoinReply> granted) {
      result.complete(
          new RoundResult(
              Status.SEATED,
              "took a seat as member " + HexId.text(granted.value().memberId()),
              Optional.of(reply),
              leader,
              answer.granted()));
    } else if (isRefusedWith(answer, ErrorCode.NO_MORE_PEERS)) {
      endFull(reply); // another standby was faster
    } else if (isRefusedWith(answer, ErrorCode.LEADER_ELECTION)) {
      endWithoutLeader(reply);
    } else if (answer instanceof ClusterResponse.Unreachable<JoinReply>) {
      end(Status.LEADER_SILENT, "the leader does not answer", Optional.of(reply));
    } else {
      end(Status.REFUSED, "no seat was given: " + answer.summary(), Optional.of(reply));
    }
  }

  private static boolean isRefusedWith(ClusterResponse<JoinReply> answer, ErrorCode code) {
    return answer instanceof ClusterResponse.Refused<JoinReply> refused && refused.is(code);
  }

  private void endWithoutLeader(SyncReply reply) {
    end(Status.NO_LEADER, "the cluster has no leader", Optional.of(reply));
  }

  private void endFull(SyncReply reply) {
    end(
        Status.FULL,
        "all of " + reply.config().activeSize() + " seats are taken",
        Optional.of(reply));
  }

  private void end(Status standing, String detail, Optional<SyncReply> learned) {
    result.complete(new RoundResult(standing, detail, learned, leader, Optional.empty()));
  }

  /** Goes on, on the executor, with an answer. */
  private <T> void then(
      CompletableFuture<ClusterResponse<T>> future, Consumer<ClusterResponse<T>> next) {
    future
        .exceptionally(
            bug -> {
              loop.execute(() -> result.completeExceptionally(bug));
              return null;
            })
        .thenAccept(
            answer -> {
              if (answer != null) {
                loop.execute(guarded(() -> next.accept(answer)));
              }
            });
  }

  private Runnable guarded(Runnable step) {
    return () -> {
      try {
        step.run();
      } catch (RuntimeException bug) {
        result.completeExceptionally(bug);
      }
    };
  }
}
