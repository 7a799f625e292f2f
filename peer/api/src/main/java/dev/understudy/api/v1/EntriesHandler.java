package dev.understudy.api.v1;

import dev.understudy.api.Form;
import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.locks.Entry;
import dev.understudy.locks.LockOperation;
import dev.understudy.locks.LockOperation.Verb;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.TxnResult;
import dev.understudy.locks.TxnResult.Failure;
import dev.understudy.locks.TxnResult.Reason;
import dev.understudy.locks.Value;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.util.BufferUtil;

/** {@code /v1/kv}. */
final class EntriesHandler {
  /** As Consul has it. */
  static final int MAX_VALUE_BYTES = 512 << 10;

  private static final int TOO_LARGE = 413;
  private static final int URI_TOO_LONG = 414;
  private static final HttpField BINARY =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/octet-stream");

  private final LockBackend locks;
  private final Answers answers;
  private final Rights rights;
  private final Reads reads;
  private final ByteBudget memory;
  private final int maxKeyBytes;

  EntriesHandler(
      LockBackend locks,
      Answers answers,
      Rights rights,
      Reads reads,
      ByteBudget memory,
      int maxKeyBytes) {
    this.locks = locks;
    this.answers = answers;
    this.rights = rights;
    this.reads = reads;
    this.memory = memory;
    this.maxKeyBytes = maxKeyBytes;
  }

  // ---- reads

  void read(HttpExchange exchange) throws ApiException {
    Form form = reads.parameters(exchange);
    String key = key(exchange);
    boolean tree = form.first("keys") != null || form.first("recurse") != null;
    if (!rights.mayRead(exchange, key, tree)) {
      rights.refuse(exchange);
    } else if (form.first("keys") != null) {
      String separator =
          Stream.of("separator", "seperator")
              .map(form::first)
              .filter(each -> each != null)
              .findFirst()
              .orElse("");
      tree(exchange, form, key, found -> sendKeys(exchange, key, separator, found));
    } else if (form.first("recurse") != null) {
      tree(exchange, form, key, found -> send(exchange, found));
    } else if (key.isEmpty()) {
      missingKey(exchange);
    } else {
      boolean raw = form.first("raw") != null;
      reads.answer(
          exchange,
          form,
          LockTables.entry(key),
          (now, found) -> LockTables.indexOfEntries(now, found.stream().toList()),
          found -> sendOne(exchange, found, raw));
    }
  }

  private void tree(
      HttpExchange exchange, Form form, String prefix, Reads.Sender<Collection<Entry>> sender) {
    reads.answer(exchange, form, LockTables.entries(prefix), LockTables::indexOfEntries, sender);
  }

  private void sendOne(HttpExchange exchange, Optional<Entry> found, boolean raw) {
    if (raw && found.isPresent()) {
      byte[] value = found.get().value().toBytes();
      exchange.addHeader(BINARY);
      exchange.send(200, JsonBytes.within(memory, value.length).raw(value));
    } else {
      send(exchange, found.stream().toList());
    }
  }

  private void send(HttpExchange exchange, Collection<Entry> found) {
    if (found.isEmpty()) {
      exchange.send(Answers.NOT_FOUND, BufferUtil.EMPTY_BUFFER);
      return;
    }
    JsonBytes body = JsonBytes.within(memory, LockJson.roughLength(found));
    LockJson.entries(body, found);
    exchange.json(200, body.raw('\n'));
  }

  private void sendKeys(
      HttpExchange exchange, String prefix, String separator, Collection<Entry> found) {
    if (found.isEmpty() && !prefix.isEmpty()) {
      exchange.send(Answers.NOT_FOUND, BufferUtil.EMPTY_BUFFER);
      return;
    }
    Set<String> keys = new LinkedHashSet<>();
    for (Entry entry : found) {
      int at = separator.isEmpty() ? -1 : entry.key().indexOf(separator, prefix.length());
      keys.add(at < 0 ? entry.key() : entry.key().substring(0, at + separator.length()));
    }
    JsonBytes body = JsonBytes.within(memory, 2 + 32 * keys.size());
    LockJson.texts(body, keys);
    exchange.json(200, body.raw('\n'));
  }

  // ---- writes

  void write(HttpExchange exchange) throws ApiException {
    Form form = reads.parameters(exchange);
    String key = key(exchange);
    if (key.isEmpty()) {
      missingKey(exchange);
    } else if (Stream.of("cas", "acquire", "release").filter(f -> form.first(f) != null).count()
        > 1) {
      Answers.refuse(exchange, Answers.BAD_REQUEST, "Conflicting flags: " + exchange.query());
    } else if (key.getBytes(StandardCharsets.UTF_8).length > maxKeyBytes) {
      Answers.refuse(exchange, URI_TOO_LONG, "a key may have at most " + maxKeyBytes + " bytes");
    } else {
      exchange.body(body -> write(exchange, form, key, body));
    }
  }

  private void write(HttpExchange exchange, Form form, String key, byte[] body) {
    if (body.length > MAX_VALUE_BYTES) {
      Answers.refuse(
          exchange,
          TOO_LARGE,
          "Request body("
              + body.length
              + " bytes) too large, max size: "
              + MAX_VALUE_BYTES
              + " bytes.");
      return;
    }
    try {
      apply(exchange, operation(form, key, Value.of(body)));
    } catch (BadRequestException e) {
      Answers.refuse(exchange, Answers.FAILED, e.getMessage());
    }
  }

  private static LockOperation operation(Form form, String key, Value value)
      throws BadRequestException {
    long flags = number(form, "flags");
    String session = "";
    Verb verb = Verb.SET;
    if (form.first("acquire") != null) {
      verb = Verb.LOCK;
      session = form.first("acquire");
    } else if (form.first("release") != null) {
      verb = Verb.UNLOCK;
      session = form.first("release");
    } else if (form.first("cas") != null) {
      verb = Verb.CAS;
    }
    return new LockOperation(verb, key, value, flags, number(form, "cas"), session);
  }

  private static long number(Form form, String name) throws BadRequestException {
    String text = form.first(name);
    return text == null
        ? 0
        : ReadQuery.unsigned(text, "strconv.ParseUint: parsing \"" + text + "\": invalid syntax");
  }

  void delete(HttpExchange exchange) throws ApiException {
    Form form = reads.parameters(exchange);
    String key = key(exchange);
    boolean recurse = form.first("recurse") != null;
    boolean cas = form.first("cas") != null;
    if (recurse && cas) {
      Answers.refuse(exchange, Answers.BAD_REQUEST, "Conflicting flags: " + exchange.query());
    } else if (key.isEmpty() && !recurse) {
      missingKey(exchange);
    } else {
      Verb verb = recurse ? Verb.DELETE_TREE : cas ? Verb.DELETE_CAS : Verb.DELETE;
      try {
        apply(exchange, new LockOperation(verb, key, Value.EMPTY, 0, number(form, "cas"), ""));
      } catch (BadRequestException e) {
        Answers.refuse(exchange, Answers.FAILED, e.getMessage());
      }
    }
  }

  private void apply(HttpExchange exchange, LockOperation operation) {
    if (!rights.may(exchange, List.of(operation))) {
      rights.refuse(exchange);
      return;
    }
    answers.later(exchange, locks.apply(List.of(operation)), result -> answer(exchange, result));
  }

  private static void answer(HttpExchange exchange, TxnResult result) {
    Optional<Failure> wrong =
        result.failures().stream()
            .filter(failure -> failure.reason() == Reason.NO_SESSION)
            .findFirst();
    if (wrong.isPresent()) {
      Answers.refuse(exchange, Answers.FAILED, wrong.get().what());
    } else {
      Answers.answer(exchange, result.done());
    }
  }

  private static void missingKey(HttpExchange exchange) {
    Answers.refuse(exchange, Answers.BAD_REQUEST, "Missing key name");
  }

  private static String key(HttpExchange exchange) {
    String rest = exchange.wildcard();
    return rest.isEmpty() ? rest : rest.substring(1);
  }
}
