package dev.understudy.api;

import dev.understudy.api.http.JsonBytes;
import dev.understudy.store.Action;
import dev.understudy.store.Event;
import dev.understudy.store.NodeView;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;

/**
 * Events as the v2 API shows them: fields in etcd's order, those that say nothing left out. That an
 * event was a refresh is told to nobody, as in etcd, which loses the field on the way out.
 */
final class EventJson {
  private static final Map<Action, byte[]> HEADS = new EnumMap<>(Action.class);

  private static final byte[] NODE = ascii(",\"node\":");
  static final byte[] PREV_NODE = ascii(",\"prevNode\":");
  static final byte[] END = ascii("}\n");

  private static final byte[] KEY = ascii("\"key\":");
  private static final byte[] VALUE = ascii("\"value\":");
  private static final byte[] DIR = ascii("\"dir\":true");
  private static final byte[] EXPIRATION = ascii("\"expiration\":\"");
  private static final byte[] TTL = ascii("\"ttl\":");
  static final byte[] NODES = ascii("\"nodes\":[");
  private static final byte[] MODIFIED_INDEX = ascii("\"modifiedIndex\":");
  private static final byte[] CREATED_INDEX = ascii("\"createdIndex\":");

  static {
    for (Action action : Action.values()) {
      HEADS.put(action, ascii("{\"action\":\"" + action.wireName() + '"'));
    }
  }

  private EventJson() {}

  /**
   * What an event's times are told by.
   *
   * @param countedFromMillis the cluster time that a time to live is counted from
   * @param shownOffsetMillis what to add to a cluster time so that it reads like a wall clock
   * @param leastSeconds of a time to live; 0 is not shown
   */
  record Times(long countedFromMillis, long shownOffsetMillis, long leastSeconds) {}

  /**
   * One event as one line, at the end of what was written before, without what is listed beneath
   * the node (see {@link ListingJson}). A change tells the time to live that was left when it
   * happened, as in etcd; a read tells what is left now.
   *
   * @param nowMillis the cluster time
   * @param shownOffsetMillis what to add to a cluster time so that it reads like a wall clock
   */
  static void append(JsonBytes out, Event event, long nowMillis, long shownOffsetMillis) {
    Times times = times(event, nowMillis, shownOffsetMillis);
    head(out, event);
    node(out, event.node(), times);
    if (event.prevNode() != null) {
      out.raw(PREV_NODE);
      node(out, event.prevNode(), times);
    }
    out.raw(END);
  }

  /** What the times of an event are told by; see {@link #append}. */
  static Times times(Event event, long nowMillis, long shownOffsetMillis) {
    // A key that is read is there, however long it is overdue while nobody leads; of a change it
    // may be the end that is told.
    return event.dated()
        ? new Times(event.atMillis(), shownOffsetMillis, 0)
        : new Times(nowMillis, shownOffsetMillis, 1);
  }

  /** What stands before the node. */
  static void head(JsonBytes out, Event event) {
    out.raw(HEADS.get(event.action()));
    out.raw(NODE);
  }

  /** What a successful write tells a client that asked for no value. */
  static JsonBytes actionOnly(Event event) {
    return new JsonBytes(64).raw(HEADS.get(event.action())).raw(END);
  }

  /** Enough for most. */
  static int roughLength(Event event) {
    return 160 + roughLength(event.node()) + roughLength(event.prevNode());
  }

  private static int roughLength(NodeView node) {
    return node == null
        ? 0
        : 128 + node.key().length() + (node.value() == null ? 0 : node.value().length());
  }

  private static void node(JsonBytes out, NodeView node, Times times) {
    char separator = beforeChildren(out, node, times);
    afterChildren(out, separator, node.modifiedIndex(), node.createdIndex());
  }

  /** What of a node stands before its children; returns what separates the next field. */
  static char beforeChildren(JsonBytes out, NodeView node, Times times) {
    char separator = beforeValue(out, node);
    if (node.value() != null) {
      out.string(node.value());
    }
    return afterValue(out, separator, node, times);
  }

  /** What of a node stands before its value, if it has one, else before what follows that. */
  static char beforeValue(JsonBytes out, NodeView node) {
    char separator = '{';
    if (!node.key().isEmpty()) {
      out.raw(separator).raw(KEY).string(node.key());
      separator = ',';
    }
    if (node.value() != null) {
      out.raw(separator).raw(VALUE);
      separator = ',';
    }
    return separator;
  }

  private static char afterValue(JsonBytes out, char before, NodeView node, Times times) {
    char separator = before;
    if (node.dir()) {
      out.raw(separator).raw(DIR);
      separator = ',';
    }
    if (node.expires()) {
      expiration(out.raw(separator), node, times);
      separator = ',';
    }
    return separator;
  }

  /** All of a node behind its value and before what comes after the node. */
  static void rest(JsonBytes out, NodeView node, Times times, char before) {
    char separator = afterValue(out, before, node, times);
    afterChildren(out, separator, node.modifiedIndex(), node.createdIndex());
  }

  static void afterChildren(JsonBytes out, char before, long modifiedIndex, long createdIndex) {
    char separator = before;
    if (modifiedIndex != 0) {
      out.raw(separator).raw(MODIFIED_INDEX).unsigned(modifiedIndex);
      separator = ',';
    }
    if (createdIndex != 0) {
      out.raw(separator).raw(CREATED_INDEX).unsigned(createdIndex);
      separator = ',';
    }
    if (separator == '{') {
      out.raw(separator);
    }
    out.raw('}');
  }

  private static void expiration(JsonBytes out, NodeView node, Times times) {
    out.raw(EXPIRATION);
    time(out, node.expirationMillis() + times.shownOffsetMillis());
    out.raw('"');
    long ttl = Math.max(times.leastSeconds(), node.ttlSeconds(times.countedFromMillis()));
    if (ttl != 0) {
      out.raw(',').raw(TTL).signed(ttl);
    }
  }

  /** RFC 3339 in UTC, the fraction without zeros at its end. */
  static void time(JsonBytes out, long epochMillis) {
    LocalDateTime t =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(epochMillis, 1000L),
            Math.floorMod(epochMillis, 1000) * 1_000_000,
            ZoneOffset.UTC);
    out.padded(t.getYear(), 4).raw('-').padded(t.getMonthValue(), 2).raw('-');
    out.padded(t.getDayOfMonth(), 2).raw('T').padded(t.getHour(), 2).raw(':');
    out.padded(t.getMinute(), 2).raw(':').padded(t.getSecond(), 2);
    int millis = t.getNano() / 1_000_000;
    if (millis % 10 != 0) {
      out.raw('.').padded(millis, 3);
    } else if (millis % 100 != 0) {
      out.raw('.').padded(millis / 10, 2);
    } else if (millis != 0) {
      out.raw('.').padded(millis / 100, 1);
    }
    out.raw('Z');
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
