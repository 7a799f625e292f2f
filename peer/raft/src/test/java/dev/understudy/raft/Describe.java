package dev.understudy.raft;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes values the way the data-driven scripts expect them. */
final class Describe {
  private Describe() {}

  static String hex(long id) {
    return Long.toHexString(id);
  }

  static String role(Role role) {
    return switch (role) {
      case FOLLOWER -> "StateFollower";
      case PRE_CANDIDATE -> "StatePreCandidate";
      case CANDIDATE -> "StateCandidate";
      case LEADER -> "StateLeader";
    };
  }

  static String entry(Entry entry) {
    return payload(entry.term(), entry.index(), entry.payload());
  }

  static String payload(long term, long index, Payload payload) {
    String id = term + "/" + index;
    if (payload instanceof Payload.Normal normal) {
      return id + " EntryNormal " + quoted(normal.data());
    }
    ConfChange change = ((Payload.Change) payload).change();
    String type = change.singleStepForm() ? " EntryConfChange" : " EntryConfChangeV2";
    return id + type + change.steps().stream().map(s -> " " + step(s)).collect(joined(""));
  }

  static String step(ConfChange.Step step) {
    String letter =
        switch (step.type()) {
          case ADD_VOTER -> "v";
          case ADD_LEARNER -> "l";
          case REMOVE -> "r";
          case UPDATE -> "u";
        };
    return letter + step.member();
  }

  static String confChange(ConfChange change) {
    String transition =
        switch (change.transition()) {
          case AUTO -> "Auto";
          case JOINT_IMPLICIT -> "JointImplicit";
          case JOINT_EXPLICIT -> "JointExplicit";
        };
    StringBuilder text = new StringBuilder("transition:ConfChangeTransition").append(transition);
    for (ConfChange.Step step : change.steps()) {
      String type =
          switch (step.type()) {
            case ADD_VOTER -> "ConfChangeAddNode";
            case ADD_LEARNER -> "ConfChangeAddLearnerNode";
            case REMOVE -> "ConfChangeRemoveNode";
            case UPDATE -> "ConfChangeUpdateNode";
          };
      text.append(" changes:{type:").append(type).append(" node_id:").append(step.member());
      text.append('}');
    }
    if (change.context().length > 0) {
      text.append(" context:").append(quoted(change.context()));
    }
    return text.toString();
  }

  /** Bytes as a Go string literal. */
  static String quoted(byte[] data) {
    StringBuilder text = new StringBuilder("\"");
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(data);
    CharBuffer out = CharBuffer.allocate(data.length + 1);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      out.flip();
      out.toString().codePoints().forEach(point -> appendQuoted(text, point));
      out.clear();
      if (result.isUnderflow()) {
        return text.append('"').toString();
      }
      text.append(String.format("\\x%02x", in.get() & 0xff));
      decoder.reset();
    }
  }

  private static void appendQuoted(StringBuilder text, int point) {
    String short1 = "\u0007\b\f\n\r\t\u000b\"\\";
    String short2 = "abfnrtv\"\\";
    int known = short1.indexOf(point);
    if (known >= 0) {
      text.append('\\').append(short2.charAt(known));
    } else if (point < 0x20 || point == 0x7f) {
      text.append(String.format("\\x%02x", point));
    } else if (isPrintable(point)) {
      text.appendCodePoint(point);
    } else {
      text.append(String.format(point < 0x10000 ? "\\u%04x" : "\\U%08x", point));
    }
  }

  private static boolean isPrintable(int point) {
    if (point == ' ') {
      return true;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }

  static String hardState(HardState state) {
    String vote = state.vote() == 0 ? "" : " Vote:" + state.vote();
    return "Term:" + state.term() + vote + " Commit:" + state.commit();
  }

  static String confState(ConfState state) {
    return "Voters:"
        + decimals(state.voters())
        + " VotersOutgoing:"
        + decimals(state.votersOutgoing())
        + " Learners:"
        + decimals(state.learners())
        + " LearnersNext:"
        + decimals(state.learnersNext())
        + " AutoLeave:"
        + state.autoLeave();
  }

  static String snapshot(SnapshotMetadata metadata) {
    return "Index:"
        + metadata.index()
        + " Term:"
        + metadata.term()
        + " ConfState:"
        + confState(metadata.confState());
  }

  /** A configuration as log lines show it. */
  static String config(ConfState state) {
    StringBuilder text = new StringBuilder("voters=").append(hexes(state.voters()));
    if (!state.votersOutgoing().isEmpty()) {
      text.append("&&").append(hexes(state.votersOutgoing()));
    }
    if (!state.learners().isEmpty()) {
      text.append(" learners=").append(hexes(state.learners()));
    }
    if (!state.learnersNext().isEmpty()) {
      text.append(" learners_next=").append(hexes(state.learnersNext()));
    }
    return text.append(state.autoLeave() ? " autoleave" : "").toString();
  }

  static String progress(PeerProgress progress) {
    StringBuilder text = new StringBuilder();
    text.append(
        switch (progress.state()) {
          case PROBE -> "StateProbe";
          case REPLICATE -> "StateReplicate";
          case SNAPSHOT -> "StateSnapshot";
        });
    text.append(" match=").append(progress.match()).append(" next=").append(progress.next());
    text.append(progress.learner() ? " learner" : "").append(progress.paused() ? " paused" : "");
    if (progress.pendingSnapshot() > 0) {
      text.append(" pendingSnap=").append(progress.pendingSnapshot());
    }
    text.append(progress.recentActive() ? "" : " inactive");
    if (progress.inflightCount() > 0) {
      text.append(" inflight=").append(progress.inflightCount());
      text.append(progress.inflightFull() ? "[full]" : "");
    }
    return text.toString();
  }

  static String type(Message message) {
    if (message instanceof Message.Append) {
      return "MsgApp";
    } else if (message instanceof Message.AppendResponse) {
      return "MsgAppResp";
    } else if (message instanceof Message.VoteRequest) {
      return "MsgVote";
    } else if (message instanceof Message.PreVoteRequest) {
      return "MsgPreVote";
    } else if (message instanceof Message.VoteResponse) {
      return "MsgVoteResp";
    } else if (message instanceof Message.PreVoteResponse) {
      return "MsgPreVoteResp";
    } else if (message instanceof Message.Heartbeat) {
      return "MsgHeartbeat";
    } else if (message instanceof Message.HeartbeatResponse) {
      return "MsgHeartbeatResp";
    } else if (message instanceof Message.InstallSnapshot) {
      return "MsgSnap";
    } else if (message instanceof Message.Propose) {
      return "MsgProp";
    } else if (message instanceof Message.ReadIndexRequest) {
      return "MsgReadIndex";
    } else if (message instanceof Message.ReadIndexResponse) {
      return "MsgReadIndexResp";
    } else if (message instanceof Message.TransferLeader) {
      return "MsgTransferLeader";
    }
    return "MsgTimeoutNow";
  }

  /** A message on one line or several. */
  static String message(Message message) {
    StringBuilder text = new StringBuilder();
    text.append(end(message.from())).append("->").append(end(message.to())).append(' ');
    text.append(type(message)).append(" Term:").append(Long.toUnsignedString(message.term()));
    if (message instanceof Message.Append m) {
      text.append(log(m.prev().term(), m.prev().index())).append(commit(m.commit()));
      text.append(entries(m.entries().stream().map(Describe::entry).toList()));
    } else if (message instanceof Message.AppendResponse m) {
      text.append(log(m.hintTerm(), m.index()));
      text.append(m.rejected() ? " Rejected (Hint: " + m.hintIndex() + ")" : "");
    } else if (message instanceof Message.AnyVoteRequest m) {
      text.append(log(m.lastTerm(), m.lastIndex()));
    } else if (message instanceof Message.AnyVoteResponse m) {
      text.append(log(0, 0)).append(m.granted() ? "" : " Rejected (Hint: 0)");
    } else if (message instanceof Message.Heartbeat m) {
      text.append(log(0, 0)).append(commit(m.commit()));
    } else if (message instanceof Message.InstallSnapshot m) {
      text.append(log(0, 0));
      text.append(
          m.snapshot().isEmpty() ? "" : "\n  Snapshot: " + snapshot(m.snapshot().metadata()));
    } else if (message instanceof Message.Propose m) {
      text.append(log(0, 0));
      text.append(entries(m.payloads().stream().map(p -> payload(0, 0, p)).toList()));
    } else if (message instanceof Message.ReadIndexResponse m) {
      text.append(log(0, m.index()));
    } else {
      text.append(log(0, 0));
    }
    return text.toString();
  }

  static String log(long term, long index) {
    return " Log:" + term + "/" + index;
  }

  static String commit(long commit) {
    return commit == 0 ? "" : " Commit:" + commit;
  }

  static String entries(List<String> entries) {
    if (entries.isEmpty()) {
      return "";
    }
    if (entries.size() == 1) {
      return " Entries:[" + entries.get(0) + "]";
    }
    return " Entries:[" + entries.stream().map(e -> "\n  " + e).collect(joined("")) + "\n]";
  }

  static String end(long id) {
    return id == 0 ? "None" : hex(id);
  }

  /** Text with two blanks before each line. */
  static String indented(String text) {
    return text.isEmpty()
        ? ""
        : text.lines().map(line -> "  " + line + "\n").collect(Collectors.joining());
  }

  private static String decimals(List<Long> ids) {
    List<String> texts = new ArrayList<>();
    ids.forEach(id -> texts.add(Long.toUnsignedString(id)));
    return "[" + String.join(" ", texts) + "]";
  }

  private static String hexes(List<Long> ids) {
    return "(" + ids.stream().map(Describe::hex).collect(joined(" ")) + ")";
  }

  private static java.util.stream.Collector<CharSequence, ?, String> joined(String between) {
    return Collectors.joining(between);
  }
}
