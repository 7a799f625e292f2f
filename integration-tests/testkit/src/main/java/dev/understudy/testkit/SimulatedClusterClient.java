package dev.understudy.testkit;

import dev.understudy.admin.machine.PeerServices;
import dev.understudy.clusterconfig.AnsweringMachine;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.FoundingRequest;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.MachineIdentity;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.clusterconfig.SyncReply;
import dev.understudy.peer.AdminOutcome;
import dev.understudy.peer.Schedule;
import dev.understudy.standby.StandbyServer;
import dev.understudy.testkit.SimulatedPorts.AdminReply;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Calls the admin API of simulated machines, following redirects as the HTTP client does. */
final class SimulatedClusterClient implements ClusterClient {
  private static final int MAX_REDIRECTS = 5;

  private final Schedule time;
  private final SimulatedNetwork network;
  private final String ownUrl;
  private final Runnable beforeRemoval;
  private final Set<Call<?>> underWay = new LinkedHashSet<>();
  private boolean closed;

  /**
   * @param ownUrl the place from which it calls
   * @param beforeRemoval told of each request to take a seat
   */
  SimulatedClusterClient(
      Schedule time, SimulatedNetwork network, String ownUrl, Runnable beforeRemoval) {
    this.time = time;
    this.network = network;
    this.ownUrl = ownUrl;
    this.beforeRemoval = beforeRemoval;
  }

  @Override
  public CompletableFuture<ClusterResponse<List<MachineView>>> machines(
      String peerUrl, long timeoutMillis) {
    return call(peerUrl, timeoutMillis, peer -> now(peer.admin().machines()));
  }

  @Override
  public CompletableFuture<ClusterResponse<ClusterConfig>> config(
      String peerUrl, long timeoutMillis) {
    return call(peerUrl, timeoutMillis, peer -> now(peer.admin().config()));
  }

  @Override
  public CompletableFuture<ClusterResponse<SyncReply>> sync(
      String peerUrl, Optional<StandbyNotice> notice, long timeoutMillis) {
    return call(peerUrl, timeoutMillis, peer -> synced(peer, notice));
  }

  private CompletableFuture<AdminOutcome<SyncReply>> synced(
      PeerServices peer, Optional<StandbyNotice> notice) {
    CompletableFuture<Optional<SeatOffer>> offered =
        notice
            .map(standby -> peer.standbys().synced(standby, peer.admin(), ownUrl))
            .orElse(CompletableFuture.completedFuture(Optional.empty()));
    return offered.thenApply(
        offer ->
            new AdminOutcome.Done<>(
                new SyncReply(
                    peer.admin().machines(),
                    peer.admin().config(),
                    offer.orElse(SeatOffer.UNSTATED),
                    peer.admin().clusterId(),
                    notice.flatMap(of -> peer.standbys().replicaAnswer(of, peer.admin())))));
  }

  @Override
  public CompletableFuture<ClusterResponse<Boolean>> callToSync(
      String peerUrl, long timeoutMillis) {
    return ask(
        peerUrl, timeoutMillis, ports -> ports.standby().map(SimulatedClusterClient::called));
  }

  private static boolean called(StandbyServer standby) {
    standby.syncNow();
    return true;
  }

  @Override
  public CompletableFuture<ClusterResponse<ClusterConfig>> putConfig(
      String peerUrl, String subsetJson, long timeoutMillis) {
    return call(peerUrl, timeoutMillis, peer -> peer.admin().putConfig(subsetJson));
  }

  @Override
  public CompletableFuture<ClusterResponse<JoinReply>> join(
      String peerUrl, JoinRequest request, long timeoutMillis) {
    return call(peerUrl, timeoutMillis, peer -> peer.joining().join(request));
  }

  @Override
  public CompletableFuture<ClusterResponse<MachineIdentity>> identity(
      String peerUrl, long timeoutMillis) {
    return ask(peerUrl, timeoutMillis, SimulatedPorts::identity);
  }

  @Override
  public CompletableFuture<ClusterResponse<Boolean>> promise(
      String peerUrl, FoundingRequest request, long timeoutMillis) {
    return ask(
        peerUrl,
        timeoutMillis,
        ports -> ports.starting().map(starting -> starting.promise(request)));
  }

  /** Asks what a machine answers in every mode, without a redirect. */
  private <T> CompletableFuture<ClusterResponse<T>> ask(
      String peerUrl, long timeoutMillis, Function<SimulatedPorts, Optional<T>> question) {
    return new Question<>(question).sendTo(peerUrl, timeoutMillis);
  }

  /** One question to one machine. */
  private final class Question<T> {
    private final Function<SimulatedPorts, Optional<T>> question;
    private final CompletableFuture<ClusterResponse<T>> future = new CompletableFuture<>();

    Question(Function<SimulatedPorts, Optional<T>> question) {
      this.question = question;
    }

    CompletableFuture<ClusterResponse<T>> sendTo(String url, long timeoutMillis) {
      network.carry(ownUrl, url, () -> arrive(url));
      time.schedule(
          timeoutMillis, () -> end(new ClusterResponse.Unreachable<>(url + ": no answer")));
      return future;
    }

    private void arrive(String url) {
      ClusterResponse<T> response =
          network
              .at(url)
              .flatMap(target -> question.apply(target.ports()))
              .<ClusterResponse<T>>map(value -> new ClusterResponse.Granted<>(value, url))
              .orElseGet(() -> new ClusterResponse.Unreachable<>(url + ": refused"));
      network.carry(url, ownUrl, () -> end(response));
    }

    private void end(ClusterResponse<T> response) {
      if (!closed) {
        future.complete(response);
      }
    }
  }

  @Override
  public CompletableFuture<ClusterResponse<String>> remove(
      String peerUrl, Removal removal, long timeoutMillis) {
    beforeRemoval.run();
    return call(peerUrl, timeoutMillis, peer -> peer.admin().remove(removal));
  }

  @Override
  public CompletableFuture<ClusterResponse<Optional<AnsweringMachine>>> identify(
      String peerUrl, long timeoutMillis) {
    return ask(
        peerUrl, timeoutMillis, ports -> Optional.of(ports.identity().map(AnsweringMachine::of)));
  }

  private static <T> CompletableFuture<AdminOutcome<T>> now(T value) {
    return CompletableFuture.completedFuture(new AdminOutcome.Done<>(value));
  }

  private <T> CompletableFuture<ClusterResponse<T>> call(
      String peerUrl,
      long timeoutMillis,
      Function<PeerServices, CompletableFuture<AdminOutcome<T>>> request) {
    if (closed) {
      return CompletableFuture.completedFuture(
          new ClusterResponse.Unreachable<>("the client is not running"));
    }
    Call<T> call = new Call<>(request);
    underWay.add(call);
    call.sendTo(peerUrl);
    time.schedule(
        timeoutMillis,
        () ->
            call.end(
                new ClusterResponse.Unreachable<>(
                    peerUrl + ": no answer within " + timeoutMillis + " ms")));
    return call.future;
  }

  @Override
  public void close() {
    closed = true;
    List.copyOf(underWay)
        .forEach(call -> call.end(new ClusterResponse.Unreachable<>("the client was closed")));
  }

  /** The machine is gone: nothing that it has asked is answered any more. */
  void crash() {
    closed = true;
    underWay.clear();
  }

  /** One request, from the first machine to the one that answers. */
  private final class Call<T> {
    private final Function<PeerServices, CompletableFuture<AdminOutcome<T>>> request;
    private final Set<String> visited = new LinkedHashSet<>();
    private final CompletableFuture<ClusterResponse<T>> future = new CompletableFuture<>();

    Call(Function<PeerServices, CompletableFuture<AdminOutcome<T>>> request) {
      this.request = request;
    }

    void sendTo(String url) {
      visited.add(url);
      network.carry(ownUrl, url, () -> arrive(url));
    }

    private void arrive(String url) {
      Optional<SimulatedContext> target = network.at(url);
      if (target.isEmpty()) {
        network.carry(url, ownUrl, () -> end(new ClusterResponse.Unreachable<>(url + ": refused")));
        return;
      }
      target
          .get()
          .ports()
          .admin(request)
          .thenAccept(reply -> network.carry(url, ownUrl, () -> answered(url, reply)));
      target.get().wakePeer();
    }

    private void answered(String url, AdminReply<T> reply) {
      if (reply instanceof AdminReply.Bare<T> bare) {
        end(new ClusterResponse.Refused<>(bare.httpStatus(), Optional.empty(), url));
      } else if (reply instanceof AdminReply.OfPeer<T> peer) {
        answered(url, peer.outcome());
      }
    }

    private void answered(String url, AdminOutcome<T> outcome) {
      if (outcome instanceof AdminOutcome.Done<T> done) {
        end(new ClusterResponse.Granted<>(done.value(), url));
      } else if (outcome instanceof AdminOutcome.Refused<T> refused) {
        refused(url, refused.error());
      } else if (outcome instanceof AdminOutcome.NotLeader<T> elsewhere) {
        elsewhere
            .leaderPeerUrl()
            .ifPresentOrElse(
                next -> redirect(url, next),
                () -> refused(url, ApiError.of(ErrorCode.LEADER_ELECTION, "no leader is known")));
      }
    }

    private void refused(String url, ApiError error) {
      end(new ClusterResponse.Refused<>(error.httpStatus(), Optional.of(error), url));
    }

    private void redirect(String url, String next) {
      if (visited.contains(next) || visited.size() > MAX_REDIRECTS) {
        end(new ClusterResponse.Malformed<>(url + " redirects in a circle or too often"));
      } else if (underWay.contains(this)) {
        sendTo(next);
      }
    }

    void end(ClusterResponse<T> response) {
      if (underWay.remove(this)) {
        future.complete(response);
      }
    }
  }
}
