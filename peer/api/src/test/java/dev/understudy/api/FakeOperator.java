package dev.understudy.api;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.clusterconfig.Servers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** What operators see of a peer, as a test wants it. */
final class FakeOperator implements OperatorBackend {
  final List<String> asked = new ArrayList<>();
  Servers servers = Servers.NONE;
  Outlook outlook =
      new Outlook(Servers.NONE, 0, Map.of(), List.of(), Optional.empty(), Optional.empty());
  AutopilotConfig autopilot = AutopilotConfig.DEFAULT;
  SchedulerConfig scheduler = SchedulerConfig.DEFAULT;
  long modifyIndex;
  Members members = new Members(1, List.of());
  Optional<Optional<String>> elsewhere = Optional.empty();
  Optional<ApiError> refusal = Optional.empty();

  @Override
  public Answer<Servers> servers() {
    return answer(servers);
  }

  @Override
  public Members members() {
    return members;
  }

  @Override
  public ClusterConfig config() {
    return ClusterConfig.DEFAULT;
  }

  @Override
  public Answer<Outlook> outlook() {
    return answer(outlook);
  }

  @Override
  public CompletableFuture<Answer<ClusterConfig>> setConfig(String changeJson) {
    asked.add("config " + changeJson);
    return CompletableFuture.completedFuture(
        refusal
            .<Answer<ClusterConfig>>map(Answer.Refused::new)
            .orElseGet(() -> answer(ClusterConfig.DEFAULT)));
  }

  @Override
  public Stored<AutopilotConfig> autopilot() {
    return new Stored<>(autopilot, modifyIndex, modifyIndex);
  }

  @Override
  public CompletableFuture<Answer<Written>> set(AutopilotConfig config, OptionalLong cas) {
    return CompletableFuture.completedFuture(written(cas, () -> autopilot = config));
  }

  @Override
  public Stored<SchedulerConfig> scheduler() {
    return new Stored<>(scheduler, modifyIndex, modifyIndex);
  }

  @Override
  public CompletableFuture<Answer<Written>> set(SchedulerConfig config, OptionalLong cas) {
    return CompletableFuture.completedFuture(written(cas, () -> scheduler = config));
  }

  private Answer<Written> written(OptionalLong cas, Runnable set) {
    boolean holds = cas.orElse(modifyIndex) == modifyIndex;
    if (holds) {
      set.run();
      modifyIndex++;
    }
    return answer(new Written(holds, modifyIndex));
  }

  @Override
  public CompletableFuture<Answer<String>> remove(String name) {
    asked.add("remove " + name);
    return CompletableFuture.completedFuture(
        refusal.<Answer<String>>map(Answer.Refused::new).orElseGet(() -> answer(name)));
  }

  @Override
  public CompletableFuture<Answer<String>> transferLeadership(Optional<String> name) {
    asked.add("transfer " + name.orElse("to anybody"));
    return CompletableFuture.completedFuture(answer("m2"));
  }

  private <T> Answer<T> answer(T value) {
    return elsewhere.isPresent()
        ? new Answer.NotLeader<>(elsewhere.get())
        : new Answer.Done<>(value);
  }

  @Override
  public long wallMillis() {
    return 1_700_000_000_000L;
  }
}
