package dev.understudy.api.v1;

import dev.understudy.api.http.JsonBytes;
import dev.understudy.clusterconfig.GoDuration;
import dev.understudy.locks.Entry;
import dev.understudy.locks.Session;
import dev.understudy.locks.TxnResult;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** Rows as Consul shows them. */
final class LockJson {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int ROUGH_ENTRY_BYTES = 160;

  private LockJson() {}

  /** About how long the JSON of entries will be. */
  static int roughLength(Collection<Entry> entries) {
    long length = 2;
    for (Entry entry : entries) {
      length += ROUGH_ENTRY_BYTES + entry.key().length() + entry.value().length() * 4L / 3;
    }
    return (int) Math.min(Integer.MAX_VALUE, length);
  }

  static void entries(JsonBytes out, Collection<Entry> entries) {
    list(out, entries, LockJson::entry);
  }

  private static <T> void list(
      JsonBytes out, Collection<T> items, BiConsumer<JsonBytes, T> writer) {
    out.raw('[');
    boolean first = true;
    for (T item : items) {
      if (!first) {
        out.raw(',');
      }
      first = false;
      writer.accept(out, item);
    }
    out.raw(']');
  }

  private static void entry(JsonBytes out, Entry entry) {
    out.ascii("{\"LockIndex\":").unsigned(entry.lockIndex());
    out.ascii(",\"Key\":").string(entry.key());
    out.ascii(",\"Flags\":").unsigned(entry.flags()).ascii(",\"Value\":");
    if (entry.value().length() == 0) {
      out.ascii("null");
    } else {
      out.raw('"').raw(Base64.getEncoder().encode(entry.value().toBytes())).raw('"');
    }
    if (entry.isHeld()) {
      out.ascii(",\"Session\":").string(entry.session());
    }
    out.ascii(",\"CreateIndex\":").unsigned(entry.createIndex());
    out.ascii(",\"ModifyIndex\":").unsigned(entry.modifyIndex()).raw('}');
  }

  static void texts(JsonBytes out, Collection<String> texts) {
    list(out, texts, JsonBytes::string);
  }

  static void sessions(JsonBytes out, Collection<Session> sessions) {
    list(out, sessions, LockJson::session);
  }

  private static void session(JsonBytes out, Session session) {
    out.ascii("{\"ID\":").string(session.id());
    out.ascii(",\"Name\":").string(session.name());
    out.ascii(",\"Node\":").string(session.node());
    out.ascii(",\"LockDelay\":").unsigned(session.lockDelayMillis() * NANOS_PER_MILLI);
    out.ascii(",\"Behavior\":").string(session.behavior().wireName());
    String ttl = session.ttlMillis() == 0 ? "" : GoDuration.ofMillis(session.ttlMillis());
    out.ascii(",\"TTL\":").string(ttl).ascii(",\"Checks\":");
    texts(out, session.checks());
    out.ascii(",\"NodeChecks\":");
    texts(out, session.checks());
    out.ascii(",\"ServiceChecks\":null");
    out.ascii(",\"CreateIndex\":").unsigned(session.createIndex());
    out.ascii(",\"ModifyIndex\":").unsigned(session.createIndex()).raw('}');
  }

  static void results(JsonBytes out, TxnResult result) {
    if (result.done()) {
      out.ascii("{\"Results\":");
      list(out, result.entries(), LockJson::wrapped);
      out.ascii(",\"Errors\":null}");
      return;
    }
    out.ascii("{\"Results\":null,\"Errors\":");
    List<TxnResult.Failure> failures = result.failures();
    list(out, failures, LockJson::failure);
    out.raw('}');
  }

  private static void wrapped(JsonBytes out, Entry entry) {
    out.ascii("{\"KV\":");
    entry(out, entry);
    out.raw('}');
  }

  private static void failure(JsonBytes out, TxnResult.Failure failure) {
    out.ascii("{\"OpIndex\":").unsigned(failure.step());
    out.ascii(",\"What\":").string(failure.what()).raw('}');
  }
}
