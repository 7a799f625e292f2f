package dev.understudy.api.v1;

import dev.understudy.api.ClientBackend;
import dev.understudy.api.Form;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.NumberField;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.tables.Read;
import dev.understudy.tables.Snapshot;
import java.util.concurrent.Semaphore;

/** Answers reads, at once or after a change. Any thread. */
final class Reads {
  private final ClientBackend backend;
  private final LockBackend locks;
  private final Answers answers;
  private final Semaphore watches;
  private final int maxFields;
  private final NumberField index = new NumberField("X-Consul-Index");
  private final NumberField contact = new NumberField("X-Consul-LastContact");

  /**
   * @param watches a permit for each read that waits
   */
  Reads(
      ClientBackend backend, LockBackend locks, Answers answers, Semaphore watches, int maxFields) {
    this.backend = backend;
    this.locks = locks;
    this.answers = answers;
    this.watches = watches;
    this.maxFields = maxFields;
  }

  /** Finds the index of an answer. */
  @FunctionalInterface
  interface IndexOf<T> {
    long in(Snapshot snapshot, T answer);
  }

  /** Sends an answer. */
  @FunctionalInterface
  interface Sender<T> {
    void send(T answer);
  }

  /** The parameters of a request. */
  Form parameters(HttpExchange exchange) throws ApiException {
    return Form.parse(null, exchange.query(), maxFields);
  }

  /** Answers a question as its parameters want it. */
  <T> void answer(
      HttpExchange exchange, Form form, Read<T> read, IndexOf<T> indexOf, Sender<T> sender) {
    ReadQuery query;
    try {
      query = ReadQuery.of(form);
    } catch (BadRequestException e) {
      Answers.refuse(exchange, Answers.BAD_REQUEST, e.getMessage());
      return;
    }
    BlockingRead<T> begun = new BlockingRead<>(this, exchange, query, read, indexOf, sender);
    answers.later(
        exchange,
        query.stale() ? backend.caughtUp() : backend.linearizable(),
        ready -> begun.begin());
  }

  LockBackend locks() {
    return locks;
  }

  Semaphore watches() {
    return watches;
  }

  /** The headers that each answer to a read has. */
  void addHeaders(HttpExchange exchange, long at) {
    exchange.addHeader(index.of(at));
    exchange.addHeader("X-Consul-KnownLeader", Boolean.toString(backend.leader().isPresent()));
    exchange.addHeader(contact.of(locks.lastContactMillis()));
  }
}
