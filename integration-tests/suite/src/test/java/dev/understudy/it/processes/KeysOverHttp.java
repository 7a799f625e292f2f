package dev.understudy.it.processes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.understudy.it.processes.Http.Answer;
import dev.understudy.testkit.history.Call;
import dev.understudy.testkit.history.Call.CompareAndDelete;
import dev.understudy.testkit.history.Call.CompareAndSwap;
import dev.understudy.testkit.history.Call.Create;
import dev.understudy.testkit.history.Call.CreateInOrder;
import dev.understudy.testkit.history.Call.Expected;
import dev.understudy.testkit.history.Call.Read;
import dev.understudy.testkit.history.Outcome;
import dev.understudy.testkit.history.Outcome.Node;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Calls as requests to {@code /v2/keys}, and answers as outcomes. */
final class KeysOverHttp {
  private static final String KEYS = "/v2/keys";

  private KeysOverHttp() {}

  /** What one machine made of a call: an outcome, or where else to go. */
  record Reply(Optional<Outcome> outcome, String location) {
    private static Reply of(Outcome outcome) {
      return new Reply(Optional.of(outcome), "");
    }
  }

  /** Calls a machine; whatever goes wrong is an outcome. */
  static Reply call(MachineUnderTest machine, Call call) {
    return callAt(machine.clientUrl() + KEYS + call.key() + query(call), call);
  }

  /** Calls where a machine has sent the client. */
  static Reply callAt(String url, Call call) {
    try {
      Answer answer = send(url, call);
      return answer.status() == 307
          ? new Reply(Optional.empty(), answer.header("location"))
          : Reply.of(outcome(call, answer));
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return Reply.of(new Outcome.Failed("nobody there: " + e.getMessage()));
    } catch (IOException | JsonParseException | IllegalStateException e) {
      return Reply.of(new Outcome.Unknown(e.toString()));
    }
  }

  private static String query(Call call) {
    if (call instanceof Read read) {
      return read.quorum() ? "?quorum=true" : "";
    }
    return call instanceof CompareAndDelete delete ? "?" + condition(delete.expected()) : "";
  }

  private static String condition(Expected expected) {
    return expected
        .value()
        .map(value -> "prevValue=" + Http.encoded(value))
        .orElse("prevIndex=" + expected.index());
  }

  private static Answer send(String url, Call call) throws IOException {
    if (call instanceof Read) {
      return Http.get(url);
    } else if (call instanceof CreateInOrder) {
      return Http.post(url, Map.of("value", call.written().orElseThrow()));
    }
    return call.written().isPresent() ? Http.put(url, fields(call)) : Http.delete(url);
  }

  private static Map<String, String> fields(Call call) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("value", call.written().orElseThrow());
    call.ttlMillis().ifPresent(millis -> fields.put("ttl", Long.toString(millis / 1_000)));
    if (call instanceof Create) {
      fields.put("prevExist", "false");
    } else if (call instanceof CompareAndSwap swap) {
      swap.expected().value().ifPresent(value -> fields.put("prevValue", value));
      if (swap.expected().index() != 0) {
        fields.put("prevIndex", Long.toString(swap.expected().index()));
      }
    }
    return fields;
  }

  private static Outcome outcome(Call call, Answer answer) {
    if (answer.succeeded()) {
      return done(call, answer);
    } else if (answer.status() == 503) {
      return new Outcome.Failed(answer.body());
    } else if (answer.status() == 500) {
      return new Outcome.Unknown(answer.body());
    }
    int code = answer.object().get("errorCode").getAsInt();
    long index = answer.object().get("index").getAsLong();
    return call instanceof Read && code == Outcome.NOT_FOUND
        ? new Outcome.Absent(index)
        : new Outcome.Refused(code, index);
  }

  private static Outcome done(Call call, Answer answer) {
    JsonObject node = answer.object().getAsJsonObject("node");
    if (call instanceof Read) {
      return new Outcome.Shown(node(node), Long.parseLong(answer.header("x-etcd-index")));
    }
    long index = node.get("modifiedIndex").getAsLong();
    if (call instanceof CreateInOrder) {
      return new Outcome.Entered(node.get("key").getAsString(), index);
    }
    JsonObject before = answer.object().getAsJsonObject("prevNode");
    return new Outcome.Written(index, Optional.ofNullable(before).map(KeysOverHttp::node));
  }

  /** A node of an answer. */
  static Node node(JsonObject node) {
    return new Node(node.get("value").getAsString(), node.get("modifiedIndex").getAsLong());
  }
}
