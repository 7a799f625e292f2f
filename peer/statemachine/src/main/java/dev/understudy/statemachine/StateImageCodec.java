package dev.understudy.statemachine;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.proto.SnapshotProto.EventNode;
import dev.understudy.statemachine.proto.SnapshotProto.Node;
import dev.understudy.statemachine.proto.SnapshotProto.PastEvent;
import dev.understudy.statemachine.proto.SnapshotProto.Preamble;
import dev.understudy.statemachine.proto.SnapshotProto.Record;
import dev.understudy.statemachine.proto.SnapshotProto.Tree;
import dev.understudy.store.Action;
import dev.understudy.store.Counter;
import dev.understudy.store.Event;
import dev.understudy.store.NodeView;
import dev.understudy.store.SnapshotRecord;
import dev.understudy.store.Statistics;
import dev.understudy.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@link StateImage} as a stream of records, each with its length before it; see {@code
 * snapshot.proto}. Writes and reads one record at a time: the memory it needs does not grow with
 * the number of keys.
 */
public final class StateImageCodec {
  /** Raised when an older release could not read what is written. */
  private static final int FORMAT = 1;

  private static final Map<String, Action> ACTIONS =
      Stream.of(Action.values())
          .collect(Collectors.toUnmodifiableMap(Action::wireName, Function.identity()));

  private StateImageCodec() {}

  /** Writes an image; does not close the stream. */
  public static void write(StateImage image, OutputStream out) throws IOException {
    Record.newBuilder().setPreamble(preamble(image)).build().writeDelimitedTo(out);
    Iterator<SnapshotRecord> records = image.version().records();
    while (records.hasNext()) {
      encode(records.next()).writeDelimitedTo(out);
    }
  }

  /**
   * Reads an image to the end of the stream.
   *
   * @throws IOException if the stream fails, ends early or holds something else
   */
  public static StateImage read(InputStream in) throws IOException {
    Record first = Record.parseDelimitedFrom(in);
    if (first == null || !first.hasPreamble()) {
      throw new IOException("the snapshot does not begin with a preamble");
    }
    Preamble preamble = first.getPreamble();
    if (preamble.getFormat() > FORMAT) {
      throw new IOException(
          "the snapshot has format "
              + preamble.getFormat()
              + ", this release knows up to "
              + FORMAT);
    }
    try {
      Store store = new Store();
      store.restore(new Records(in));
      return new StateImage(store.current(), registry(preamble), preamble.getClusterTimeMillis());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IllegalArgumentException | NoSuchElementException e) {
      throw new IOException("the snapshot's records do not make a tree: " + e.getMessage(), e);
    }
  }

  private static Preamble preamble(StateImage image) {
    Preamble.Builder preamble =
        Preamble.newBuilder()
            .setFormat(FORMAT)
            .setClusterTimeMillis(image.clusterTimeMillis())
            .addAllRemoved(image.registry().removed().stream().sorted().toList());
    for (Seat seat : image.registry().all()) {
      preamble
          .addSeatsBuilder()
          .setName(seat.name())
          .setMember(seat.member())
          .setPeerUrl(seat.peerUrl())
          .setClientUrl(seat.clientUrl());
    }
    return preamble.build();
  }

  private static Registry registry(Preamble preamble) {
    SortedMap<String, Seat> seats = new TreeMap<>();
    preamble
        .getSeatsList()
        .forEach(
            seat ->
                seats.put(
                    seat.getName(),
                    new Seat(
                        new MachineRecord(seat.getName(), seat.getPeerUrl(), seat.getClientUrl()),
                        seat.getMember())));
    return new Registry(seats, Set.copyOf(preamble.getRemovedList()));
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

  private static SnapshotRecord decode(Record record) {
    return switch (record.getKindCase()) {
      case TREE -> header(record.getTree());
      case NODE -> node(record.getNode());
      case PAST -> new SnapshotRecord.Past(event(record.getPast()));
      case PREAMBLE, KIND_NOT_SET ->
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

  /** The records after the preamble, read one by one. */
  private static final class Records implements Iterator<SnapshotRecord> {
    private final InputStream in;
    private Record next;

    Records(InputStream in) {
      this.in = in;
      advance();
    }

    private void advance() {
      try {
        next = Record.parseDelimitedFrom(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public SnapshotRecord next() {
      if (next == null) {
        throw new NoSuchElementException("the snapshot ends early");
      }
      SnapshotRecord record = decode(next);
      advance();
      return record;
    }
  }
}
