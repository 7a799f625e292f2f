package dev.understudy.store;

import dev.understudy.store.Node.Directory;
import dev.understudy.store.Node.File;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What each operation does to a version: the rules of etcd 3.4's v2 store, with {@link
 * Precondition} for when it does nothing. Made for one operation at one time; pure.
 */
final class WriteTxn {
  /** What an operation made of a version. */
  record Applied(Version next, Result result) {}

  private final Version before;
  private final long nowMillis;
  private final long nextIndex;

  WriteTxn(Version before, long nowMillis) {
    this.before = before;
    this.nowMillis = nowMillis;
    this.nextIndex = before.index() + 1;
  }

  Applied apply(Operation operation) {
    if (operation instanceof Operation.Set set) {
      return set(set);
    } else if (operation instanceof Operation.Create create) {
      return create(create.path(), create.dir(), create.value(), create.ttlMillis());
    } else if (operation instanceof Operation.CreateInOrder create) {
      String path = create.path() + "/" + inOrderName();
      return create(path, create.dir(), create.value(), create.ttlMillis());
    } else if (operation instanceof Operation.Update update) {
      return update(update);
    } else if (operation instanceof Operation.CompareAndSwap swap) {
      return compareAndSwap(swap);
    } else if (operation instanceof Operation.Delete delete) {
      return delete(delete);
    } else if (operation instanceof Operation.CompareAndDelete delete) {
      return compareAndDelete(delete);
    }
    throw new IllegalStateException("no rule for " + operation);
  }

  /** Removes a node that is due, with all that is beneath. */
  Applied expire(Expiration due) {
    PathCursor descent = descend(due.path());
    return removed(descent, Action.EXPIRE, Counter.EXPIRE_COUNT);
  }

  private Applied set(Operation.Set set) {
    PathCursor descent = descend(set.path());
    Optional<Precondition> refusal = Precondition.toSet(descent, set.refresh());
    if (refusal.isPresent()) {
      return refused(refusal.get(), Counter.SETS_FAIL);
    }
    String value = set.refresh() ? ((File) descent.found()).value() : set.value();
    Node node = newNode(set.dir(), value, set.ttlMillis());
    return written(
        descent, Action.SET, node, viewOrNull(descent), set.refresh(), Counter.SETS_SUCCESS);
  }

  private Applied create(String path, boolean dir, String value, OptionalLong ttlMillis) {
    PathCursor descent = descend(path);
    Optional<Precondition> refusal = Precondition.toCreate(descent);
    if (refusal.isPresent()) {
      return refused(refusal.get(), Counter.CREATE_FAIL);
    }
    Node node = newNode(dir, value, ttlMillis);
    return written(descent, Action.CREATE, node, null, false, Counter.CREATE_SUCCESS);
  }

  private Applied update(Operation.Update update) {
    PathCursor descent = descend(update.path());
    Optional<Precondition> refusal = Precondition.toUpdate(descent, update.value());
    if (refusal.isPresent()) {
      return refused(refusal.get(), Counter.UPDATE_FAIL);
    }
    Node node = updated(descent.found(), update);
    return written(
        descent,
        Action.UPDATE,
        node,
        viewOrNull(descent),
        update.refresh(),
        Counter.UPDATE_SUCCESS);
  }

  /** A directory keeps its modified index, as in etcd, although the event shows the new one. */
  private Node updated(Node node, Operation.Update update) {
    long expirationMillis = expirationMillis(update.ttlMillis());
    if (node instanceof File file) {
      String value = update.refresh() ? file.value() : update.value();
      return new File(value, file.createdIndex(), nextIndex, expirationMillis);
    }
    return ((Directory) node).expiringAt(expirationMillis);
  }

  private Applied compareAndSwap(Operation.CompareAndSwap swap) {
    PathCursor descent = descend(swap.path());
    Optional<Precondition> refusal =
        Precondition.toSwap(descent, swap.prevValue(), swap.prevIndex());
    if (refusal.isPresent()) {
      return refused(refusal.get(), Counter.COMPARE_AND_SWAP_FAIL);
    }
    File file = (File) descent.found();
    String value = swap.refresh() ? file.value() : swap.value();
    Node node = new File(value, file.createdIndex(), nextIndex, expirationMillis(swap.ttlMillis()));
    return written(
        descent,
        Action.COMPARE_AND_SWAP,
        node,
        viewOrNull(descent),
        swap.refresh(),
        Counter.COMPARE_AND_SWAP_SUCCESS);
  }

  private Applied delete(Operation.Delete delete) {
    PathCursor descent = descend(delete.path());
    Optional<Precondition> refusal =
        Precondition.toDelete(descent, delete.dir(), delete.recursive());
    return refusal.isPresent()
        ? refused(refusal.get(), Counter.DELETE_FAIL)
        : removed(descent, Action.DELETE, Counter.DELETE_SUCCESS);
  }

  private Applied compareAndDelete(Operation.CompareAndDelete delete) {
    PathCursor descent = descend(delete.path());
    Optional<Precondition> refusal =
        Precondition.toCompare(descent, delete.prevValue(), delete.prevIndex());
    return refusal.isPresent()
        ? refused(refusal.get(), Counter.COMPARE_AND_DELETE_FAIL)
        : removed(descent, Action.COMPARE_AND_DELETE, Counter.COMPARE_AND_DELETE_SUCCESS);
  }

  private PathCursor descend(String path) {
    return PathCursor.to(before.root(), KeyPath.clean(path));
  }

  private String inOrderName() {
    String digits = Long.toString(nextIndex);
    return "0".repeat(20 - digits.length()) + digits;
  }

  private Node newNode(boolean dir, String value, OptionalLong ttlMillis) {
    long expirationMillis = expirationMillis(ttlMillis);
    return dir
        ? Directory.empty(nextIndex, expirationMillis)
        : new File(value, nextIndex, nextIndex, expirationMillis);
  }

  private long expirationMillis(OptionalLong ttlMillis) {
    if (ttlMillis.isEmpty()) {
      return NodeView.PERMANENT;
    }
    // The latest time that is not "never": no sum may wrap around into the past.
    long latest = NodeView.PERMANENT - 1;
    long ttl = Math.max(0, ttlMillis.getAsLong());
    return nowMillis > latest - ttl ? latest : nowMillis + ttl;
  }

  private static NodeView viewOrNull(PathCursor descent) {
    return descent.found() == null ? null : descent.found().view(descent.path());
  }

  private Applied refused(Precondition refusal, Counter counter) {
    return new Applied(before.counting(counter), new Result.Failure(refusal.at(before.index())));
  }

  private Applied written(
      PathCursor descent,
      Action action,
      Node node,
      NodeView prevNode,
      boolean refresh,
      Counter counter) {
    String path = descent.path();
    Event event =
        new Event(action, node.view(path).modifiedAt(nextIndex), prevNode, refresh, nowMillis);
    DueNodes due = before.due();
    Node previous = descent.found();
    if (previous != null && previous.expires()) {
      due = due.minus(new Expiration(previous.expirationMillis(), path));
    }
    if (node.expires()) {
      due = due.plus(new Expiration(node.expirationMillis(), path));
    }
    return done(event, descent.put(node, nextIndex), due, counter);
  }

  private Applied removed(PathCursor descent, Action action, Counter counter) {
    String path = descent.path();
    Node node = descent.found();
    Event event =
        new Event(action, NodeView.gone(path, node, nextIndex), node.view(path), false, nowMillis);
    return done(event, descent.remove(), withoutSubtree(before.due(), path, node), counter);
  }

  private Applied done(Event event, Directory root, DueNodes due, Counter counter) {
    return new Applied(before.after(event, root, due, counter), new Result.Success(event, before));
  }

  /** What is due but for a node and all beneath it; searches only where there are some. */
  private static DueNodes withoutSubtree(DueNodes due, String path, Node node) {
    record Place(String path, Node node) {}
    List<Expiration> gone = new ArrayList<>();
    Deque<Place> places = new ArrayDeque<>();
    places.push(new Place(path, node));
    while (!places.isEmpty()) {
      Place place = places.pop();
      if (place.node().expires()) {
        gone.add(new Expiration(place.node().expirationMillis(), place.path()));
      }
      if (place.node() instanceof Directory directory && directory.expiringCountBeneath() > 0) {
        for (Map.Entry<String, Node> child : directory.children().entrySet()) {
          if (child.getValue().expiringCount() > 0) {
            places.push(new Place(place.path() + "/" + child.getKey(), child.getValue()));
          }
        }
      }
    }
    return due.minusAll(gone);
  }
}
