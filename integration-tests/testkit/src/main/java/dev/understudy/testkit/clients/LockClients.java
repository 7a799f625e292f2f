package dev.understudy.testkit.clients;

import dev.understudy.api.v1.LockBackend;
import dev.understudy.locks.Behavior;
import dev.understudy.locks.Entry;
import dev.understudy.locks.LockOperation;
import dev.understudy.locks.LockOperation.Verb;
import dev.understudy.locks.Session;
import dev.understudy.locks.TxnResult;
import dev.understudy.locks.Value;
import dev.understudy.peer.PeerServer;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.invariants.Violation;
import dev.understudy.testkit.swarm.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Clients with a session each, and another one when that has ended, which take one lock and give it
 * back. No two of them are told of the same token that they hold the lock, and tokens only rise.
 */
public final class LockClients implements Workload {
  private static final String KEY = "lock";
  private static final long TTL_MILLIS = 2_000;
  private static final int LONGEST_PAUSE_MILLIS = 800;

  private final SimulatedCluster cluster;
  private final int clients;
  private final List<String> complaints = new ArrayList<>();

  /** Who was told that he holds the lock, by the token that he was told. */
  private final Map<Long, String> holders = new TreeMap<>();

  private long newestToken;
  private int drawn;
  private boolean ended;

  /** So many clients, which have not begun. */
  public LockClients(SimulatedCluster cluster, int clients) {
    this.cluster = cluster;
    this.clients = clients;
  }

  @Override
  public void begin() {
    for (int client = 0; client < clients; client++) {
      later(newSession());
    }
  }

  private String newSession() {
    return "s" + ++drawn;
  }

  private void later(String session) {
    if (!ended) {
      int pause = 1 + cluster.time().random().nextInt(LONGEST_PAUSE_MILLIS);
      cluster.time().schedule(pause, () -> act(session));
    }
  }

  private void act(String session) {
    boolean known = drawn > 0 && cluster.time().happens(700);
    if (!known) {
      ask(locks -> create(locks, session));
      ask(locks -> renew(locks, session));
      later(session);
    } else if (cluster.time().happens(700)) {
      ask(locks -> take(locks, session));
      later(session);
    } else if (cluster.time().happens(500)) {
      ask(locks -> unlock(locks, session));
      later(session);
    } else {
      // This client falls silent; its session ends, and another client comes.
      later(newSession());
    }
  }

  private void ask(Consumer<LockBackend> request) {
    SimulatedMachine machine = cluster.anyMachine();
    machine.receive(() -> machine.peer().map(PeerServer::locks).ifPresent(request));
  }

  private static void create(LockBackend locks, String id) {
    var unused =
        locks.create(new Session(id, "", "m", List.of(), 300, Behavior.RELEASE, TTL_MILLIS, 0));
  }

  private static void renew(LockBackend locks, String id) {
    var unused = locks.renew(id);
  }

  private static void unlock(LockBackend locks, String id) {
    var unused = locks.apply(List.of(operation(Verb.UNLOCK, id)));
  }

  private static LockOperation operation(Verb verb, String session) {
    return new LockOperation(verb, KEY, Value.EMPTY, 0, 0, session);
  }

  private void take(LockBackend locks, String session) {
    long newestBefore = newestToken;
    locks
        .apply(List.of(operation(Verb.LOCK, session), operation(Verb.GET, session)))
        .whenComplete(
            (result, failure) -> {
              if (failure == null && result.done()) {
                holds(session, result, newestBefore);
              }
            });
  }

  private void holds(String session, TxnResult result, long newestBefore) {
    Entry entry = result.entries().get(1);
    String other = holders.putIfAbsent(entry.lockIndex(), session);
    if (other != null && !other.equals(session)) {
      complaints.add(entry.lockIndex() + " is of " + other + " and of " + session);
    }
    if (!entry.session().equals(session) || entry.lockIndex() < newestBefore) {
      complaints.add(session + " was told " + entry + " after " + newestBefore);
    }
    newestToken = Math.max(newestToken, entry.lockIndex());
  }

  @Override
  public void end() {
    ended = true;
  }

  @Override
  public boolean isQuiet() {
    return ended;
  }

  @Override
  public void check() {
    if (!complaints.isEmpty()) {
      throw new Violation("a lock has one holder under one token", complaints.toString());
    }
  }

  /** How often one of them was told that it holds the lock. */
  @Override
  public long operations() {
    return holders.size();
  }
}
