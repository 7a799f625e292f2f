package dev.understudy.api;

import dev.understudy.api.access.AccessBackend;
import dev.understudy.api.access.AuditLog;
import dev.understudy.api.access.Guard;
import dev.understudy.users.ChangeResult;
import dev.understudy.users.NameList;
import dev.understudy.users.User;
import dev.understudy.users.UserChange;
import dev.understudy.users.Users;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Users and roles without a cluster. */
final class InMemoryUsers implements AccessBackend {
  static final int MAX_FAILURES = 3;

  final List<AuditLog.Event> audited = new CopyOnWriteArrayList<>();
  final AtomicInteger hashings = new AtomicInteger();
  final AtomicLong nowMillis = new AtomicLong();
  volatile CompletableFuture<Void> caughtUp = CompletableFuture.completedFuture(null);
  volatile CompletableFuture<Void> upToDate = CompletableFuture.completedFuture(null);

  /** How often somebody has asked for one of these. */
  final AtomicInteger waiting = new AtomicInteger();

  private volatile Users users = Users.NONE;

  /** Null while none is held. Guarded by this. */
  private List<Runnable> held;

  /** Hashes where it is asked to: that takes no other thread here. */
  Guard guard() {
    Executor hashing =
        work -> {
          hashings.incrementAndGet();
          if (!hold(work)) {
            work.run();
          }
        };
    return new Guard(
        this, new Guard.Options(MAX_FAILURES, false), hashing, nowMillis::get, audited::add);
  }

  /** From now on hashes are not worked out until they may go. */
  synchronized void holdHashings() {
    held = new ArrayList<>();
  }

  private synchronized boolean hold(Runnable work) {
    return held != null && held.add(work);
  }

  void letHashingsGo() {
    List<Runnable> all;
    synchronized (this) {
      all = held;
      held = null;
    }
    all.forEach(Runnable::run);
  }

  /** A root, and guests who may do nothing. */
  void lockDown() {
    users = Users.of(true, List.of(new User(User.ROOT, "", NameList.of(List.of()))), List.of());
  }

  @Override
  public Users users() {
    return users;
  }

  @Override
  public CompletableFuture<Void> caughtUp() {
    waiting.incrementAndGet();
    return caughtUp;
  }

  @Override
  public CompletableFuture<Void> upToDate() {
    waiting.incrementAndGet();
    return upToDate;
  }

  @Override
  public synchronized CompletableFuture<ChangeResult> change(UserChange change) {
    Users.Changed changed = users.after(change);
    users = changed.users();
    return CompletableFuture.completedFuture(changed.result());
  }
}
