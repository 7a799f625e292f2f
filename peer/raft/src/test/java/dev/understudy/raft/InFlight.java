package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;

/**
 * Something on its way to a node in the interaction scripts: a message, or an acknowledgement of a
 * node's own storage, which the scripts treat alike.
 */
sealed interface InFlight {
  long to();

  String type();

  boolean isLocal();

  String text();

  /** A message between nodes, or to oneself. */
  record Wire(Message message) implements InFlight {
    @Override
    public long to() {
      return message.to();
    }

    @Override
    public String type() {
      return Describe.type(message);
    }

    @Override
    public boolean isLocal() {
      return message.from() == message.to();
    }

    @Override
    public String text() {
      return Describe.message(message);
    }
  }

  /** The append thread's acknowledgement. */
  record Appended(long to, ReadyAck.Persisted done) implements InFlight {
    @Override
    public String type() {
      return "MsgStorageAppendResp";
    }

    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public String text() {
      return "AppendThread->"
          + Describe.hex(to)
          + " MsgStorageAppendResp Term:"
          + done.term()
          + Describe.log(done.last().term(), done.last().index())
          + done.snapshot().map(s -> "\n  Snapshot: " + Describe.snapshot(s.metadata())).orElse("");
    }
  }

  /** The apply thread's acknowledgement. */
  record Applied(long to, Ready ready) implements InFlight {
    @Override
    public String type() {
      return "MsgStorageApplyResp";
    }

    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public String text() {
      return "ApplyThread->"
          + Describe.hex(to)
          + " MsgStorageApplyResp Term:0 Log:0/0"
          + Describe.entries(ready.apply().stream().map(Describe::entry).toList());
    }
  }

  /** What the append thread of a node answers to a Ready. */
  static List<InFlight> appendResponses(long id, Ready ready) {
    List<InFlight> responses = new ArrayList<>();
    ready.ack().waiting().forEach(message -> responses.add(new Wire(message)));
    ready.ack().persisted().ifPresent(done -> responses.add(new Appended(id, done)));
    return responses;
  }

  /** The work of a node's append thread as a message without its responses. */
  static String appendWork(long id, Ready ready) {
    HardState state = ready.hardState().orElse(HardState.EMPTY);
    return Describe.hex(id)
        + "->AppendThread MsgStorageAppend Term:"
        + state.term()
        + Describe.log(0, 0)
        + Describe.commit(state.commit())
        + (state.vote() == 0 ? "" : " Vote:" + state.vote())
        + Describe.entries(ready.persist().stream().map(Describe::entry).toList())
        + ready.snapshot().map(s -> "\n  Snapshot: " + Describe.snapshot(s.metadata())).orElse("");
  }

  /** The work of a node's apply thread as a message without its responses. */
  static String applyWork(long id, Ready ready) {
    return Describe.hex(id)
        + "->ApplyThread MsgStorageApply Term:0 Log:0/0"
        + Describe.entries(ready.apply().stream().map(Describe::entry).toList());
  }

  /** A message with its responses. */
  static String withResponses(String message, List<InFlight> responses) {
    if (responses.isEmpty()) {
      return message;
    }
    StringBuilder text = new StringBuilder(message).append(" Responses:[\n");
    responses.forEach(response -> text.append(Describe.indented(response.text())));
    return text.append(']').toString();
  }
}
