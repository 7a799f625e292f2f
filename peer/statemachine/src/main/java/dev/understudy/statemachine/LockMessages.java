package dev.understudy.statemachine;

import com.google.protobuf.ByteString;
import dev.understudy.locks.Behavior;
import dev.understudy.locks.LockOperation;
import dev.understudy.locks.LockOperation.Verb;
import dev.understudy.locks.Session;
import dev.understudy.locks.Value;
import dev.understudy.statemachine.proto.CommandProto;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sessions and steps of transactions as messages, in the log and in snapshots. */
final class LockMessages {
  private static final Map<String, Verb> VERBS =
      Stream.of(Verb.values())
          .collect(Collectors.toUnmodifiableMap(Verb::wireName, Function.identity()));

  private LockMessages() {}

  static CommandProto.Session.Builder encode(Session session) {
    return CommandProto.Session.newBuilder()
        .setId(session.id())
        .setName(session.name())
        .setNode(session.node())
        .addAllChecks(session.checks())
        .setLockDelayMillis(session.lockDelayMillis())
        .setBehavior(session.behavior().wireName())
        .setTtlMillis(session.ttlMillis())
        .setCreateIndex(session.createIndex());
  }

  /** Empty when a newer release wrote it. */
  static Optional<Session> decode(CommandProto.Session session) {
    return Behavior.of(session.getBehavior())
        .map(
            behavior ->
                new Session(
                    session.getId(),
                    session.getName(),
                    session.getNode(),
                    session.getChecksList(),
                    Math.max(0, session.getLockDelayMillis()),
                    behavior,
                    Math.max(0, session.getTtlMillis()),
                    session.getCreateIndex()));
  }

  static CommandProto.EntryStep.Builder encode(LockOperation step) {
    return CommandProto.EntryStep.newBuilder()
        .setVerb(step.verb().wireName())
        .setKey(step.key())
        .setValue(ByteString.copyFrom(step.value().toBytes()))
        .setFlags(step.flags())
        .setIndex(step.index())
        .setSession(step.session());
  }

  /** Empty when a newer release wrote it. */
  static Optional<LockOperation> decode(CommandProto.EntryStep step) {
    return Optional.ofNullable(VERBS.get(step.getVerb()))
        .map(
            verb ->
                new LockOperation(
                    verb,
                    step.getKey(),
                    Value.of(step.getValue().toByteArray()),
                    step.getFlags(),
                    step.getIndex(),
                    step.getSession()));
  }
}
