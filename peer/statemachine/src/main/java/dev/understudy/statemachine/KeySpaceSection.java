package dev.understudy.statemachine;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.understudy.statemachine.proto.SnapshotProto.EventNode;
import dev.understudy.statemachine.proto.SnapshotProto.Node;
import dev.understudy.statemachine.proto.SnapshotProto.PastEvent;
import dev.understudy.statemachine.proto.SnapshotProto.Record;
import dev.understudy.statemachine.proto.SnapshotProto.Tree;
import dev.understudy.store.Action;
import dev.understudy.store.Counter;
import dev.understudy.store.Event;
import dev.understudy.store.NodeView;
import dev.understudy.store.SnapshotRecord;
import dev.understudy.store.Statistics;
import dev.understudy.store.Store;
import dev.understudy.store.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The key space in a snapshot: the tree, its nodes, the past events. One record at a time, so the
 * memory it needs does not grow with the number of keys.
 */
final class KeySpaceSection {
  private static final int BUFFER_BYTES = 1 << 16;

  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int NODE_TAG = Record.NODE_FIELD_NUMBER << 3 | LENGTH_DELIMITED;

  private static final Map<String, Action> ACTIONS =
      Stream.of(Action.values())
          .collect(Collectors.toUnmodifiableMap(Action::wireName, Function.identity()));

  private KeySpaceSection() {}

  static void write(Version version, OutputStream out) throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(out, BUFFER_BYTES);
    Iterator<SnapshotRecord> records = version.records();
    while (records.hasNext()) {
      Record record = encode(records.next());
      coded.writeUInt32NoTag(record.getSerializedSize());
      record.writeTo(coded);
    }
    coded.flush();
  }

  /**
   * Reads up to the end of the stream or the beginning of another section.
   *
   * @throws IllegalArgumentException if the records do not make a tree
   * @throws NoSuchElementException if they end early
   */
  static Version read(SnapshotRecords records) {
    Store store = new Store();
    store.restore(
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return records.hasNext() && !records.peek().hasSection();
          }

          @Override
          public SnapshotRecord next() {
            SnapshotRecord.Node node = records.next(KeySpaceSection::plainNode);
            return node == null ? decode(records.next()) : node;
          }
        });
    return store.current();
  }

  private static Record encode(SnapshotRecord record) {
    Record.Builder encoded = Record.newBuilder();
    if (record instanceof SnapshotRecord.Header header) {
      Tree.Builder tree =
          Tree.newBuilder()
              .setIndex(header.index())
              .setNodes(header.nodes())
              .setEvents(header.events());
      for (Counter counter : Counter.values()) {
        tree.putCounters(counter.wireName(), header.statistics().get(counter));
      }
      return encoded.setTree(tree).build();
    }
    if (record instanceof SnapshotRecord.Node node) {
      return encoded.setNode(node(node)).build();
    }
    Event event = ((SnapshotRecord.Past) record).event();
    PastEvent.Builder past =
        PastEvent.newBuilder()
            .setAction(event.action().wireName())
            .setNode(eventNode(event.node()))
            .setRefresh(event.refresh())
            .setAtMillis(event.atMillis());
    if (event.prevNode() != null) {
      past.setPrevNode(eventNode(event.prevNode()));
    }
    return encoded.setPast(past).build();
  }

  private static Node.Builder node(SnapshotRecord.Node node) {
    Node.Builder encoded =
        Node.newBuilder()
            .setDepth(node.depth())
            .setName(node.name())
            .setCreatedIndex(node.createdIndex())
            .setModifiedIndex(node.modifiedIndex());
    if (node.value() != null) {
      encoded.setValue(node.value());
    }
    if (node.expirationMillis() != NodeView.PERMANENT) {
      encoded.setExpirationMillis(node.expirationMillis());
    }
    return encoded;
  }

  private static EventNode eventNode(NodeView node) {
    EventNode.Builder encoded =
        EventNode.newBuilder()
            .setKey(node.key())
            .setDir(node.dir())
            .setCreatedIndex(node.createdIndex())
            .setModifiedIndex(node.modifiedIndex());
    if (node.value() != null) {
      encoded.setValue(node.value());
    }
    if (node.expires()) {
      encoded.setExpirationMillis(node.expirationMillis());
    }
    return encoded.build();
  }

  /** A node as this release writes it; null for whatever else may be in a record. */
  private static SnapshotRecord.Node plainNode(byte[] record) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(record);
    if (in.readTag() != NODE_TAG
        || in.readRawVarint32() != record.length - in.getTotalBytesRead()) {
      return null;
    }
    int depth = 0;
    String name = "";
    String value = null;
    long createdIndex = 0;
    long modifiedIndex = 0;
    long expirationMillis = NodeView.PERMANENT;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case Node.DEPTH_FIELD_NUMBER << 3 -> depth = in.readUInt32();
        case Node.NAME_FIELD_NUMBER << 3 | LENGTH_DELIMITED -> name = in.readStringRequireUtf8();
        case Node.VALUE_FIELD_NUMBER << 3 | LENGTH_DELIMITED -> value = in.readStringRequireUtf8();
        case Node.CREATED_INDEX_FIELD_NUMBER << 3 -> createdIndex = in.readUInt64();
        case Node.MODIFIED_INDEX_FIELD_NUMBER << 3 -> modifiedIndex = in.readUInt64();
        case Node.EXPIRATION_MILLIS_FIELD_NUMBER << 3 | FIXED64 ->
            expirationMillis = in.readFixed64();
        default -> {
          return null;
        }
      }
    }
    return new SnapshotRecord.Node(
        depth, name, value, createdIndex, modifiedIndex, expirationMillis);
  }

  private static SnapshotRecord decode(Record record) {
    return switch (record.getKindCase()) {
      case TREE -> header(record.getTree());
      case NODE -> node(record.getNode());
      case PAST -> new SnapshotRecord.Past(event(record.getPast()));
      case PREAMBLE,
          SECTION,
          SESSION,
          ENTRY,
          LOCK_DELAY,
          DELETIONS,
          USER_SETTINGS,
          USER,
          ROLE,
          KIND_NOT_SET ->
          throw new IllegalArgumentException("a record of an unexpected kind");
    };
  }

  private static SnapshotRecord header(Tree tree) {
    Statistics statistics = Statistics.ZERO;
    for (Counter counter : Counter.values()) {
      statistics = statistics.plus(counter, tree.getCountersOrDefault(counter.wireName(), 0));
    }
    return new SnapshotRecord.Header(
        tree.getIndex(), tree.getNodes(), tree.getEvents(), statistics);
  }

  private static SnapshotRecord node(Node node) {
    return new SnapshotRecord.Node(
        node.getDepth(),
        node.getName(),
        node.hasValue() ? node.getValue() : null,
        node.getCreatedIndex(),
        node.getModifiedIndex(),
        node.hasExpirationMillis() ? node.getExpirationMillis() : NodeView.PERMANENT);
  }

  private static Event event(PastEvent past) {
    Action action = ACTIONS.get(past.getAction());
    if (action == null) {
      throw new IllegalArgumentException("unknown action " + past.getAction());
    }
    return new Event(
        action,
        nodeView(past.getNode()),
        past.hasPrevNode() ? nodeView(past.getPrevNode()) : null,
        past.getRefresh(),
        past.getAtMillis());
  }

  private static NodeView nodeView(EventNode node) {
    return new NodeView(
        node.getKey(),
        node.hasValue() ? node.getValue() : null,
        node.getDir(),
        node.getCreatedIndex(),
        node.getModifiedIndex(),
        node.hasExpirationMillis() ? node.getExpirationMillis() : NodeView.PERMANENT,
        List.of());
  }
}
