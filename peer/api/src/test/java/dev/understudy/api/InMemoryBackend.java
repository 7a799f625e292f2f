package dev.understudy.api;

import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.Store;
import dev.understudy.store.Version;
import dev.understudy.store.Watchers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A peer without a cluster: a real store, written by one thread, and nothing on disk. */
final class InMemoryBackend implements ClientBackend, AutoCloseable {
  static final Member SELF =
      new Member(0xabcL, "solo", "http://127.0.0.1:2380", "http://127.0.0.1:2379");

  /** What is done with writes instead of applying them; null to apply them. */
  final AtomicReference<Function<Operation, CompletableFuture<Result>>> writes =
      new AtomicReference<>();

  /** What linearizable reads wait for; null for nothing. */
  final AtomicReference<CompletableFuture<Void>> barrier = new AtomicReference<>();

  /** What everything that shows the state waits for; null for nothing. */
  final AtomicReference<CompletableFuture<Void>> catchingUp = new AtomicReference<>();

  /** This peer; a tool that follows the addresses needs the real one. */
  final AtomicReference<Member> self = new AtomicReference<>(SELF);

  /** The leader, or null. */
  final AtomicReference<Member> leader = new AtomicReference<>(SELF);

  private final Store store = new Store();
  private final Watchers watchers;
  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(r -> new Thread(r, "writer"));
  private final AtomicLong applied = new AtomicLong(4);
  private final long startMillis = System.currentTimeMillis();

  /**
   * @param limits what watchers may make wait
   */
  InMemoryBackend(ClientLimits limits) {
    watchers = new Watchers(store, limits.maxWaitingEvents(), limits.maxWaitingBytes());
  }

  /** Expires keys as often as etcd does. */
  void start() {
    writer.scheduleAtFixedRate(this::expire, 500, 500, TimeUnit.MILLISECONDS);
  }

  private void expire() {
    store.expire(System.currentTimeMillis()).forEach(watchers::notify);
  }

  @Override
  public CompletableFuture<Result> write(Operation operation) {
    Function<Operation, CompletableFuture<Result>> instead = writes.get();
    if (instead != null) {
      return instead.apply(operation);
    }
    CompletableFuture<Result> future = new CompletableFuture<>();
    try {
      writer.execute(() -> apply(operation, future));
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(new BackendFailure.NotApplied("the peer is stopping"));
    }
    return future;
  }

  private void apply(Operation operation, CompletableFuture<Result> future) {
    try {
      Result result = store.apply(operation, System.currentTimeMillis());
      applied.incrementAndGet();
      if (result instanceof Result.Success success) {
        watchers.notify(success);
      }
      future.complete(result);
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
    }
  }

  @Override
  public CompletableFuture<Void> linearizable() {
    CompletableFuture<Void> wait = barrier.get();
    return wait == null ? CompletableFuture.completedFuture(null) : wait;
  }

  @Override
  public CompletableFuture<Void> caughtUp() {
    CompletableFuture<Void> wait = catchingUp.get();
    return wait == null ? CompletableFuture.completedFuture(null) : wait;
  }

  @Override
  public Version version() {
    return store.current();
  }

  @Override
  public Watchers watchers() {
    return watchers;
  }

  @Override
  public long nowMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public long shownOffsetMillis() {
    return 0;
  }

  @Override
  public long raftIndex() {
    return applied.get();
  }

  @Override
  public long raftTerm() {
    return 2;
  }

  @Override
  public long clusterId() {
    return 0xcafeL;
  }

  @Override
  public CompletableFuture<Boolean> healthy() {
    return CompletableFuture.completedFuture(leader.get() != null);
  }

  @Override
  public List<Member> members() {
    return List.of(self.get());
  }

  @Override
  public Optional<Member> leader() {
    return Optional.ofNullable(leader.get());
  }

  @Override
  public PeerStatistics statistics() {
    return new PeerStatistics(
        SELF.id(),
        SELF.name(),
        true,
        SELF.id(),
        startMillis,
        startMillis,
        5,
        4,
        new AppendRates(2.5, 300, 0, 0));
  }

  @Override
  public Optional<List<FollowerStatistics>> followers() {
    return leader().map(l -> List.of(new FollowerStatistics(7, 1.5, 2, 0.25, 1, 9, 1, 8)));
  }

  @Override
  public void close() {
    watchers.close();
    writer.shutdownNow();
  }
}
