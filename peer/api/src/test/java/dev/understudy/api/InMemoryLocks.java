package dev.understudy.api;

import dev.understudy.api.v1.LockBackend;
import dev.understudy.locks.LockOperation;
import dev.understudy.locks.LockSpace;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.Session;
import dev.understudy.locks.TxnResult;
import dev.understudy.tables.Read;
import dev.understudy.tables.Snapshot;
import dev.understudy.tables.Watch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

/** Sessions and locks without a cluster. */
final class InMemoryLocks implements LockBackend {
  /** Where renewals are sent instead; null to answer them. */
  final AtomicReference<String> renewElsewhere = new AtomicReference<>();

  final LockSpace space = new LockSpace();
  private long index = 10;
  private long nowMillis = 1_000;

  synchronized void pass(long millis) {
    nowMillis += millis;
  }

  @Override
  public String node() {
    return InMemoryBackend.SELF.name();
  }

  @Override
  public Snapshot current() {
    return space.current();
  }

  @Override
  public <T> Watch<T> watch(Read<T> read, Runnable changed) {
    return space.watch(read, changed);
  }

  @Override
  public synchronized CompletableFuture<Optional<Session>> create(Session session) {
    return CompletableFuture.completedFuture(space.create(session, ++index));
  }

  @Override
  public synchronized CompletableFuture<Integer> end(String id) {
    return CompletableFuture.completedFuture(space.end(List.of(id), ++index, nowMillis));
  }

  @Override
  public synchronized CompletableFuture<TxnResult> apply(List<LockOperation> steps) {
    return CompletableFuture.completedFuture(space.apply(steps, ++index, nowMillis));
  }

  @Override
  public CompletableFuture<Renewal> renew(String id) {
    String elsewhere = renewElsewhere.get();
    Optional<Session> session = LockTables.session(id).of(current());
    return CompletableFuture.completedFuture(
        elsewhere != null
            ? new Renewal.Elsewhere(Optional.of(elsewhere))
            : session.<Renewal>map(Renewal.Renewed::new).orElseGet(Renewal.Unknown::new));
  }

  @Override
  public long lastContactMillis() {
    return 0;
  }

  @Override
  public long random(long bound) {
    return ThreadLocalRandom.current().nextLong(bound);
  }
}
