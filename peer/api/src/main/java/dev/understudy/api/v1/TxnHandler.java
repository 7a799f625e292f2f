package dev.understudy.api.v1;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.locks.LockOperation;
import dev.understudy.locks.LockOperation.Verb;
import dev.understudy.locks.TxnResult;
import dev.understudy.locks.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** {@code /v1/txn}: steps on entries, all or none. */
final class TxnHandler {
  /** As Consul has it. */
  private static final int MAX_STEPS = 64;

  private static final int CONFLICT = 409;
  private static final int TOO_LARGE = 413;

  private final LockBackend locks;
  private final Answers answers;
  private final Rights rights;
  private final ByteBudget memory;
  private final int maxKeyBytes;

  TxnHandler(
      LockBackend locks, Answers answers, Rights rights, ByteBudget memory, int maxKeyBytes) {
    this.locks = locks;
    this.answers = answers;
    this.rights = rights;
    this.memory = memory;
    this.maxKeyBytes = maxKeyBytes;
  }

  void apply(HttpExchange exchange) {
    exchange.textBody(
        body -> {
          List<LockOperation> steps;
          try {
            steps = parse(body);
          } catch (BadRequestException e) {
            Answers.refuse(exchange, Answers.BAD_REQUEST, e.getMessage());
            return;
          }
          long bytes = steps.stream().mapToLong(step -> step.value().length()).sum();
          if (steps.size() > MAX_STEPS || bytes > EntriesHandler.MAX_VALUE_BYTES) {
            String what =
                "a transaction may have "
                    + MAX_STEPS
                    + " operations, with "
                    + EntriesHandler.MAX_VALUE_BYTES
                    + " bytes of values together";
            Answers.refuse(exchange, TOO_LARGE, what);
          } else if (steps.isEmpty()) {
            send(exchange, new TxnResult(List.of(), List.of()));
          } else if (!rights.may(exchange, steps)) {
            rights.refuse(exchange);
          } else {
            answers.later(exchange, locks.apply(steps), result -> send(exchange, result));
          }
        });
  }

  private void send(HttpExchange exchange, TxnResult result) {
    JsonBytes body = JsonBytes.counted(memory, LockJson.roughLength(result.entries()));
    LockJson.results(body, result);
    exchange.json(result.done() ? 200 : CONFLICT, body.raw('\n'));
  }

  List<LockOperation> parse(String body) throws BadRequestException {
    try {
      JsonArray array = JsonParser.parseString(body).getAsJsonArray();
      List<LockOperation> steps = new ArrayList<>();
      for (JsonElement element : array) {
        JsonElement entry = element.getAsJsonObject().get("KV");
        if (entry == null) {
          throw new BadRequestException("only operations on KV are known here");
        }
        steps.add(step(entry.getAsJsonObject()));
      }
      return steps;
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException e) {
      throw new BadRequestException("Failed to parse body: " + e.getMessage());
    }
  }

  private LockOperation step(JsonObject fields) throws BadRequestException {
    String name = text(fields, "Verb");
    Verb verb =
        Arrays.stream(Verb.values())
            .filter(each -> each.wireName().equals(name))
            .findFirst()
            .orElseThrow(() -> new BadRequestException("unknown KV operation \"" + name + "\""));
    String key = text(fields, "Key");
    boolean tree = verb == Verb.GET_TREE || verb == Verb.DELETE_TREE;
    if (key.isEmpty() && !tree || key.getBytes(StandardCharsets.UTF_8).length > maxKeyBytes) {
      throw new BadRequestException("a key must have 1 to " + maxKeyBytes + " bytes");
    }
    return new LockOperation(
        verb,
        key,
        Value.of(Base64.getDecoder().decode(text(fields, "Value"))),
        number(fields, "Flags"),
        number(fields, "Index"),
        text(fields, "Session"));
  }

  private static String text(JsonObject fields, String name) {
    JsonElement field = fields.get(name);
    return field == null || field.isJsonNull() ? "" : field.getAsString();
  }

  private static long number(JsonObject fields, String name) throws BadRequestException {
    JsonElement field = fields.get(name);
    return field == null || field.isJsonNull()
        ? 0
        : ReadQuery.unsigned(field.getAsString(), name + " is no number");
  }
}
