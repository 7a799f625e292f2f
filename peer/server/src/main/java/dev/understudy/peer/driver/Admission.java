package dev.understudy.peer.driver;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.Message;
import dev.understudy.statemachine.Registry;

/**
 * Which messages reach consensus at all. A member that lost its seat may still ask for votes, so
 * that it learns of it; nothing else that it sends counts. Who is neither member nor removed is
 * answered with nothing when it asks for votes: a voter that lags behind a join must not judge a
 * member that it does not know.
 */
final class Admission {
  private Admission() {}

  static boolean admits(Message message, Registry registry, ConfState members) {
    boolean asksForVote = message instanceof Message.AnyVoteRequest;
    if (registry.removed().contains(message.from())) {
      return asksForVote;
    }
    return !asksForVote || members.contains(message.from());
  }
}
