package dev.understudy.standby;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A cluster that answers at once what a test told it to; who was not told is unreachable. */
final class FakeClient implements ClusterClient {
  final Map<String, ClusterResponse<SyncReply>> syncs = new HashMap<>();
  final Map<String, ClusterResponse<JoinReply>> joins = new HashMap<>();
  final Set<String> silent = new HashSet<>();
  final List<String> asked = new ArrayList<>();
  final List<JoinRequest> joinRequests = new ArrayList<>();
  final List<StandbyNotice> notices = new ArrayList<>();

  void answer(String url, ClusterConfig config, SeatOffer offer, MachineView... machines) {
    syncs.put(
        url, new ClusterResponse.Granted<>(new SyncReply(List.of(machines), config, offer), url));
  }

  void answer(String url, ClusterConfig config, MachineView... machines) {
    answer(url, config, SeatOffer.UNSTATED, machines);
  }

  void giveSeat(String url, JoinReply reply) {
    joins.put(url, new ClusterResponse.Granted<>(reply, url));
  }

  void refuseSeat(String url, ErrorCode code) {
    ApiError error = ApiError.of(code, "");
    joins.put(url, new ClusterResponse.Refused<>(error.httpStatus(), Optional.of(error), url));
  }

  @Override
  public CompletableFuture<ClusterResponse<SyncReply>> sync(
      String peerUrl, Optional<StandbyNotice> notice, long timeoutMillis) {
    asked.add("sync " + peerUrl);
    notice.ifPresent(notices::add);
    if (silent.contains(peerUrl)) {
      return new CompletableFuture<>();
    }
    return now(
        syncs.getOrDefault(peerUrl, new ClusterResponse.Unreachable<>(peerUrl + ": silence")));
  }

  @Override
  public CompletableFuture<ClusterResponse<MachineIdentity>> identity(
      String peerUrl, long timeoutMillis) {
    throw new AssertionError("a standby asks for no identity");
  }

  @Override
  public CompletableFuture<ClusterResponse<Boolean>> promise(
      String peerUrl, FoundingRequest request, long timeoutMillis) {
    throw new AssertionError("a standby founds nothing");
  }

  @Override
  public CompletableFuture<ClusterResponse<Boolean>> callToSync(
      String peerUrl, long timeoutMillis) {
    throw new AssertionError("a standby calls nobody");
  }

  @Override
  public CompletableFuture<ClusterResponse<JoinReply>> join(
      String peerUrl, JoinRequest request, long timeoutMillis) {
    asked.add("join " + peerUrl);
    joinRequests.add(request);
    return now(
        joins.getOrDefault(peerUrl, new ClusterResponse.Unreachable<>(peerUrl + ": silence")));
  }

  private static <T> CompletableFuture<T> now(T value) {
    return CompletableFuture.completedFuture(value);
  }

  @Override
  public CompletableFuture<ClusterResponse<List<MachineView>>> machines(
      String peerUrl, long timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<ClusterResponse<ClusterConfig>> config(
      String peerUrl, long timeoutMillis) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<ClusterResponse<ClusterConfig>> putConfig(
      String peerUrl, String subsetJson, long timeoutMillis) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<ClusterResponse<String>> remove(
      String peerUrl, Removal removal, long timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<ClusterResponse<Optional<AnsweringMachine>>> identify(
      String peerUrl, long timeoutMillis) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
