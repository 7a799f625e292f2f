package dev.understudy.admin.tools;

import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.UnknownCommandException;
import dev.understudy.statemachine.proto.CommandProto.Command;
import dev.understudy.statemachine.proto.CommandProto.KeyDelete;
import dev.understudy.statemachine.proto.CommandProto.KeyWrite;
import dev.understudy.statemachine.proto.CommandProto.MachineChange;
import dev.understudy.wal.LogRecord;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A record of the log as one line of text. */
final class RecordText {
  /** Enough to know a value again; a line stays a line. */
  private static final int MAX_VALUE_CHARS = 60;

  private RecordText() {}

  static String of(LogRecord record) {
    if (record instanceof LogRecord.OfEntry of) {
      return entry(of.entry());
    }
    if (record instanceof LogRecord.OfHardState of) {
      return "state     term "
          + of.hardState().term()
          + " vote "
          + hex(of.hardState().vote())
          + " commit "
          + of.hardState().commit();
    }
    LogRecord.OfSnapshot of = (LogRecord.OfSnapshot) record;
    return "snapshot  of "
        + of.snapshot().index()
        + " term "
        + of.snapshot().term()
        + (of.restartsLog() ? " installed, the log restarts here; " : " taken; ")
        + members(of.snapshot().confState());
  }

  private static String entry(Entry entry) {
    String place = entry.index() + "  term " + entry.term() + "  ";
    if (entry.payload() instanceof Payload.Change change) {
      return place + "change   " + change(change.change());
    }
    byte[] data = ((Payload.Normal) entry.payload()).data();
    return place + (data.length == 0 ? "empty    a leader's first" : "command  " + command(data));
  }

  private static String change(ConfChange change) {
    String steps =
        change.steps().stream()
            .map(step -> word(step.type().name()) + " " + hex(step.member()))
            .collect(Collectors.joining(", "));
    return (steps.isEmpty() ? "leave the joint configuration" : steps)
        + (change.context().length == 0 ? "" : "; " + command(change.context()));
  }

  private static String members(ConfState state) {
    return "voters "
        + hex(state.voters())
        + (state.learners().isEmpty() ? "" : ", learners " + hex(state.learners()))
        + (state.isJoint() ? ", outgoing " + hex(state.votersOutgoing()) : "");
  }

  private static String command(byte[] data) {
    try {
      Command command = CommandCodec.decode(data);
      return body(command)
          + (command.getClusterTimeMillis() == 0
              ? ""
              : "  at " + Instant.ofEpochMilli(command.getClusterTimeMillis()));
    } catch (UnknownCommandException e) {
      return data.length + " bytes that are no command known here";
    }
  }

  private static String body(Command command) {
    return switch (command.getBodyCase()) {
      case WRITE -> write(command.getWrite());
      case DELETE -> delete(command.getDelete());
      case SYNC -> "sync";
      case SET_CLUSTER_CONFIG -> "config " + oneLine(command.getSetClusterConfig().getJson());
      case MACHINE_CHANGE -> machine(command.getMachineChange());
      case CREATE_CLUSTER ->
          "create-cluster "
              + oneLine(command.getCreateCluster().getConfigJson())
              + " store version "
              + command.getCreateCluster().getStoreVersion();
      case BODY_NOT_SET ->
          command.getUnknownFields().asMap().isEmpty() ? "stamp" : "a command of a newer release";
    };
  }

  private static String write(KeyWrite write) {
    return word(write.getKind().name())
        + " "
        + oneLine(write.getPath())
        + (write.getDir() ? " (directory)" : "=" + value(write.getValue()))
        + (write.hasTtlMillis() ? " ttl " + write.getTtlMillis() + " ms" : "")
        + (write.getRefresh() ? " refresh" : "")
        + conditions(write.getPrevValue(), write.getPrevIndex());
  }

  private static String delete(KeyDelete delete) {
    return "delete "
        + oneLine(delete.getPath())
        + (delete.getDir() ? " (directory)" : "")
        + (delete.getRecursive() ? " recursive" : "")
        + conditions(delete.getPrevValue(), delete.getPrevIndex());
  }

  private static String conditions(String prevValue, long prevIndex) {
    return (prevValue.isEmpty() ? "" : " if value " + value(prevValue))
        + (prevIndex == 0 ? "" : " if index " + prevIndex);
  }

  private static String machine(MachineChange change) {
    return "machine "
        + change.getName()
        + (change.getRemoved() == 0 ? "" : " without " + hex(change.getRemoved()))
        + (change.getAdded() == 0 ? "" : " as " + hex(change.getAdded()))
        + (change.getPeerUrl().isEmpty()
            ? ""
            : " at " + change.getPeerUrl() + " " + change.getClientUrl());
  }

  private static String value(String text) {
    String line = oneLine(text);
    return line.length() <= MAX_VALUE_CHARS
        ? "\"" + line + "\""
        : "\"" + line.substring(0, MAX_VALUE_CHARS) + "…\" (" + text.length() + " characters)";
  }

  /** Clients choose keys and values: what would move the cursor is shown as a dot. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", ".");
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String hex(long id) {
    return Long.toHexString(id);
  }

  private static String hex(List<Long> ids) {
    return ids.stream().map(Long::toHexString).collect(Collectors.joining(" "));
  }
}
