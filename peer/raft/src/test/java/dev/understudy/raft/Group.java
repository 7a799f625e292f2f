package dev.understudy.raft;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** Nodes with a network that delivers everything at once and in order, unless it is told not to. */
final class Group {
  private final Map<Long, TestNode> nodes = new TreeMap<>();
  private final Set<List<Long>> cut = new HashSet<>();
  private Predicate<Message> lost = message -> false;

  /** Voters 1..n with empty logs. */
  static Group of(int size, RaftConfig config) {
    return new Group(size, id -> TestNode.of(id, config, voters(size)));
  }

  static Group of(int size) {
    return of(size, TestNode.CONFIG);
  }

  /** Nodes 1..n, each made by a function of its id. */
  Group(int size, Function<Long, TestNode> maker) {
    for (long id = 1; id <= size; id++) {
      nodes.put(id, maker.apply(id));
    }
  }

  static Long[] voters(int size) {
    return LongStream.rangeClosed(1, size).boxed().toArray(Long[]::new);
  }

  TestNode get(long id) {
    return nodes.get(id);
  }

  RaftCore core(long id) {
    return nodes.get(id).core();
  }

  List<TestNode> all() {
    return List.copyOf(nodes.values());
  }

  List<Role> roles() {
    return nodes.values().stream().map(node -> node.core().role()).toList();
  }

  List<Long> terms() {
    return nodes.values().stream().map(node -> node.core().term()).toList();
  }

  /** Delivers until nothing is left. */
  Group settle() {
    for (int rounds = 0; rounds < 10_000; rounds++) {
      List<Message> messages = new ArrayList<>();
      nodes.values().forEach(node -> messages.addAll(node.takeMessages()));
      if (messages.isEmpty()) {
        return this;
      }
      messages.forEach(this::deliver);
    }
    throw new IllegalStateException("does not settle");
  }

  private void deliver(Message message) {
    boolean dropped =
        cut.contains(List.of(message.from(), message.to()))
            || lost.test(message)
            || !nodes.containsKey(message.to());
    if (!dropped) {
      nodes.get(message.to()).core().step(message);
    }
  }

  Group campaign(long id) {
    core(id).campaign();
    return settle();
  }

  Group propose(long id, String command) {
    core(id).propose(TestNode.bytes(command));
    return settle();
  }

  Group tick(long id, int ticks) {
    for (int i = 0; i < ticks; i++) {
      core(id).tick();
      settle();
    }
    return this;
  }

  /** A heartbeat of a leader to all, by a tick of its clock. */
  Group beat(long id) {
    return tick(id, 1);
  }

  Group cut(long a, long b) {
    cut.add(List.of(a, b));
    cut.add(List.of(b, a));
    return this;
  }

  Group isolate(long id) {
    nodes.keySet().stream().filter(other -> other != id).forEach(other -> cut(id, other));
    return this;
  }

  /** Loses messages of some kind. */
  Group lose(Predicate<Message> which) {
    lost = which;
    return this;
  }

  /** Ends all trouble. */
  Group heal() {
    cut.clear();
    lost = message -> false;
    return this;
  }
}
