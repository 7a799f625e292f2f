package dev.understudy.admin.tools;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.TerminalText;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.MembershipContext;
import dev.understudy.statemachine.UnknownCommandException;
import dev.understudy.store.Operation;
import dev.understudy.wal.LogRecord;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A record of the log as one line of text. */
final class RecordText {
  /** Enough to know a value again; a line stays a line. */
  private static final int MAX_VALUE_CHARS = 60;

  private static final Kinds KINDS = new Kinds();

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
        + (change.context().length == 0 ? "" : "; " + context(change.context()));
  }

  private static String members(ConfState state) {
    return "voters "
        + hex(state.voters())
        + (state.learners().isEmpty() ? "" : ", learners " + hex(state.learners()))
        + (state.isJoint() ? ", outgoing " + hex(state.votersOutgoing()) : "");
  }

  private static String command(byte[] data) {
    try {
      CommandEnvelope envelope = CommandCodec.decode(data);
      return envelope.command().accept(KINDS) + at(envelope.clusterTimeMillis());
    } catch (UnknownCommandException e) {
      return unknown(data);
    }
  }

  private static String context(byte[] data) {
    try {
      MembershipContext context = CommandCodec.decodeContext(data);
      return context.seats().map(KINDS::visit).orElse("stamp") + at(context.clusterTimeMillis());
    } catch (UnknownCommandException e) {
      return unknown(data);
    }
  }

  private static String unknown(byte[] data) {
    return data.length + " bytes that are no command known here";
  }

  private static String at(long clusterTimeMillis) {
    return clusterTimeMillis == 0 ? "" : "  at " + Instant.ofEpochMilli(clusterTimeMillis);
  }

  /** A command of each kind in words. */
  private static final class Kinds implements Command.Visitor<String> {
    @Override
    public String visit(Command.WriteKey command) {
      return operation(command.operation());
    }

    @Override
    public String visit(Command.StampTime command) {
      return "sync";
    }

    @Override
    public String visit(Command.SetClusterConfig command) {
      return "config " + TerminalText.of(command.subsetJson());
    }

    @Override
    public String visit(Command.CreateCluster command) {
      return "create-cluster "
          + TerminalText.of(command.configJson())
          + " store version "
          + command.storeVersion();
    }

    @Override
    public String visit(Command.ChangeSeats change) {
      return "machine "
          + TerminalText.of(change.name())
          + (change.removed() == 0 ? "" : " without " + hex(change.removed()))
          + (change.added() == 0 ? "" : " as " + hex(change.added()))
          + (change.peerUrl().isEmpty()
              ? ""
              : TerminalText.of(" at " + change.peerUrl() + " " + change.clientUrl()))
          + (change.incarnation().isKnown() ? " start " + change.incarnation() : "");
    }

    @Override
    public String visit(Command.RecordStart command) {
      return "start " + command.incarnation() + " of " + hex(command.member());
    }

    @Override
    public String visit(Command.CreateSession command) {
      return "session " + TerminalText.of(command.session().id() + " " + command.session().name());
    }

    @Override
    public String visit(Command.EndSessions command) {
      return "end of sessions " + TerminalText.of(String.join(" ", command.ids()));
    }

    @Override
    public String visit(Command.ChangeEntries command) {
      return command.steps().stream()
          .map(step -> step.verb().wireName() + " " + TerminalText.of(step.key()))
          .collect(Collectors.joining(", "));
    }

    /** Never with what hashes a password. */
    @Override
    public String visit(Command.ChangeUsers command) {
      return TerminalText.of(command.change().text());
    }
  }

  private static String operation(Operation operation) {
    if (operation instanceof Operation.Set set) {
      return write("set", set, set.dir(), set.value(), set.ttlMillis(), set.refresh());
    }
    if (operation instanceof Operation.Create create) {
      return write("create", create, create.dir(), create.value(), create.ttlMillis(), false);
    }
    if (operation instanceof Operation.CreateInOrder create) {
      return write(
          "create-in-order", create, create.dir(), create.value(), create.ttlMillis(), false);
    }
    if (operation instanceof Operation.Update update) {
      return write("update", update, false, update.value(), update.ttlMillis(), update.refresh());
    }
    if (operation instanceof Operation.CompareAndSwap swap) {
      return write("compare-and-swap", swap, false, swap.value(), swap.ttlMillis(), swap.refresh())
          + conditions(swap.prevValue(), swap.prevIndex());
    }
    if (operation instanceof Operation.Delete delete) {
      return "delete "
          + TerminalText.of(delete.path())
          + (delete.dir() ? " (directory)" : "")
          + (delete.recursive() ? " recursive" : "");
    }
    Operation.CompareAndDelete delete = (Operation.CompareAndDelete) operation;
    return "delete "
        + TerminalText.of(delete.path())
        + conditions(delete.prevValue(), delete.prevIndex());
  }

  private static String write(
      String kind,
      Operation operation,
      boolean dir,
      String value,
      OptionalLong ttlMillis,
      boolean refresh) {
    return kind
        + " "
        + TerminalText.of(operation.path())
        + (dir ? " (directory)" : "=" + value(value))
        + (ttlMillis.isPresent() ? " ttl " + ttlMillis.getAsLong() + " ms" : "")
        + (refresh ? " refresh" : "");
  }

  private static String conditions(String prevValue, long prevIndex) {
    return (prevValue.isEmpty() ? "" : " if value " + value(prevValue))
        + (prevIndex == 0 ? "" : " if index " + prevIndex);
  }

  private static String value(String text) {
    int shown =
        text.codePointCount(0, text.length()) <= MAX_VALUE_CHARS
            ? text.length()
            : text.offsetByCodePoints(0, MAX_VALUE_CHARS);
    String line = TerminalText.of(text.substring(0, shown));
    return shown == text.length()
        ? "\"" + line + "\""
        : "\"" + line + "…\" (" + text.length() + " characters)";
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String hex(long id) {
    return HexId.text(id);
  }

  private static String hex(List<Long> ids) {
    return ids.stream().map(HexId::text).collect(Collectors.joining(" "));
  }
}
