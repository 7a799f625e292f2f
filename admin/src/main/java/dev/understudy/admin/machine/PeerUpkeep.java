package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.MachineIdentity;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.AdminOutcome;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a machine looks after from time to time while it is a peer. It announces its addresses until
 * the registry has them, notes on disk who is in the cluster, and, while it hears no leader, asks
 * at the addresses that it was given which members are there now: machines that all came back at
 * new addresses find each other by that.
 *
 * <p>For the mode loop; nothing here waits.
 */
final class PeerUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(PeerUpkeep.class);

  private static final long JOIN_TIMEOUT_MILLIS = 5_000;
  private static final long IDENTITY_TIMEOUT_MILLIS = 1_000;

  private final MachineRecord self;
  private final List<String> givenPeerUrls;
  private final PeerServer peer;
  private final ClusterClient client;
  private final StandbyInfoFile file;
  private final Function<RecoveredIdentity, JoinRequest> announcement;
  private final BooleanSupplier inTouch;
  private final LostMajority majority;
  private final Executor loop;

  private boolean announcing;
  private String lastRefusal = "";
  private final Set<String> asking = new HashSet<>();
  private Optional<StandbyInfo> noted = Optional.empty();
  private boolean noteFailed;

  /**
   * @param givenPeerUrls the peers that the operator has named
   * @param peer running
   * @param file where the cluster is noted
   * @param announcement makes the request that tells the cluster this machine's addresses
   * @param inTouch whether the peer has heard of its leader, or a leader of its quorum, lately
   * @param majority looks for the voters when there is no leader for long
   */
  PeerUpkeep(
      MachineRecord self,
      List<String> givenPeerUrls,
      PeerServer peer,
      ClusterClient client,
      StandbyInfoFile file,
      Function<RecoveredIdentity, JoinRequest> announcement,
      BooleanSupplier inTouch,
      LostMajority majority,
      Executor loop) {
    this.self = self;
    this.givenPeerUrls = givenPeerUrls;
    this.peer = peer;
    this.client = client;
    this.file = file;
    this.announcement = announcement;
    this.inTouch = inTouch;
    this.majority = majority;
    this.loop = loop;
  }

  /** Does what is due. Blocks for the disk when the list of machines has changed. */
  void turn() {
    RecoveredIdentity now = peer.recollection();
    announce(now);
    note(now);
    boolean hears = inTouch.getAsBoolean();
    if (!hears) {
      lookAround(now);
    }
    majority.turn(now, hears);
  }

  // ---- own addresses

  private void announce(RecoveredIdentity now) {
    Optional<Seat> seat = now.registry().byMember(now.identity().memberId());
    if (announcing || seat.isEmpty() || seat.get().machine().equals(self)) {
      return;
    }
    announcing = true;
    JoinRequest request = announcement.apply(now);
    peer.admin()
        .join(request)
        .thenCompose(outcome -> atLeader(outcome, request))
        .whenCompleteAsync(
            (refusal, bug) -> announced(seat.get(), bug == null ? refusal : bug.toString()), loop);
  }

  /** Empty when the addresses are recorded; else why they are not. */
  private CompletableFuture<String> atLeader(AdminOutcome<JoinReply> outcome, JoinRequest request) {
    if (outcome instanceof AdminOutcome.NotLeader<JoinReply> elsewhere) {
      return elsewhere
          .leaderPeerUrl()
          .map(
              url ->
                  client
                      .join(url, request, JOIN_TIMEOUT_MILLIS)
                      .thenApply(r -> r.granted().isPresent() ? "" : r.summary()))
          .orElse(CompletableFuture.completedFuture("no leader is known"));
    }
    return CompletableFuture.completedFuture(
        outcome instanceof AdminOutcome.Refused<JoinReply> refused
            ? refused.error().toString()
            : "");
  }

  private void announced(Seat seat, String refusal) {
    announcing = false;
    if (refusal.isEmpty()) {
      LOG.info("{}: the cluster has its addresses now: {}", self.name(), self.toValue());
    } else if (!refusal.equals(lastRefusal)) {
      LOG.warn(
          "{}: the cluster still has it at {}, not at {}; announces it again until that changes:"
              + " {}",
          self.name(),
          seat.peerUrl(),
          self.peerUrl(),
          refusal);
    }
    lastRefusal = refusal;
  }

  // ---- the cluster, on disk

  private void note(RecoveredIdentity now) {
    List<MachineView> machines =
        now.registry().all().stream().map(seat -> MachineView.of(seat.machine(), false)).toList();
    try {
      StandbyInfo known = noted.isPresent() ? noted.get() : file.load().orElse(StandbyInfo.FRESH);
      StandbyInfo next =
          known
              .withRunning(false)
              .withClusterId(now.identity().clusterId())
              .withCluster(machines.isEmpty() ? known.cluster() : machines);
      if (!next.equals(known)) {
        file.save(next);
      }
      noted = Optional.of(next);
      noteFailed = false;
    } catch (IOException e) {
      if (!noteFailed) {
        LOG.warn("{}: {} cannot be saved: {}", self.name(), file, FailureText.of(e));
      }
      noteFailed = true;
    }
  }

  // ---- the others' addresses

  private void lookAround(RecoveredIdentity now) {
    Registry registry = now.registry();
    Stream<String> known =
        noted.map(StandbyInfo::cluster).orElse(List.of()).stream().map(MachineView::peerUrl);
    Set<String> urls = new LinkedHashSet<>(givenPeerUrls);
    known.forEach(urls::add);
    urls.remove(self.peerUrl());
    for (String url : urls) {
      if (registry.byPeerUrl(url).isEmpty() && asking.add(url)) {
        client
            .identity(url, IDENTITY_TIMEOUT_MILLIS)
            .thenAcceptAsync(answer -> answered(url, answer), loop);
      }
    }
  }

  private void answered(String url, ClusterResponse<MachineIdentity> answer) {
    asking.remove(url);
    RecoveredIdentity now = peer.recollection();
    answer
        .granted()
        .filter(other -> other.clusterId() == now.identity().clusterId())
        .filter(other -> other.memberId() != now.identity().memberId())
        .flatMap(other -> now.registry().byMember(other.memberId()))
        .filter(seat -> !seat.peerUrl().equals(url))
        .ifPresent(seat -> peer.foundAt(seat.member(), URI.create(url)));
  }
}
