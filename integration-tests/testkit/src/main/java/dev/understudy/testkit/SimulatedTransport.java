package dev.understudy.testkit;

import dev.understudy.admin.machine.StartingMachine;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.raft.Message;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.FoundAddresses;
import dev.understudy.transport.PeerIdentity;
import dev.understudy.transport.PeerReceiver;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.SnapshotOutcome;
import dev.understudy.transport.SnapshotSink;
import dev.understudy.transport.SnapshotSource;
import dev.understudy.transport.StatedStarts;
import dev.understudy.transport.TrafficCount;
import dev.understudy.transport.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What one peer sends to others, for one life of it. */
final class SimulatedTransport implements Transport {
  private static final long SNAPSHOT_MILLIS = 50;
  private static final long SNAPSHOT_TIMEOUT_MILLIS = 5_000;
  private static final long ALIVE_MILLIS = 2_500;

  /** The longest pause between two attempts to open a stream. */
  private static final long DIAL_MILLIS = 500;

  private final SimulatedContext context;
  private final PeerIdentity self;
  private final StatedStarts stated;
  private final SnapshotSink snapshots;

  /** Where members are that have sent something, as a stream that they opened leads back. */
  private final Map<Long, String> heardFrom = new TreeMap<>();

  /** Who has spoken for members, and when last; a stream that is open would show it. */
  private final Map<Long, Heard> heard = new TreeMap<>();

  private final FoundAddresses found = new FoundAddresses();
  private Map<Long, URI> peerUrls = Map.of();
  private Map<Long, Incarnation> recordedStarts = Map.of();
  private PeerReceiver receiver;
  private boolean closed;

  private record Heard(SimulatedTransport from, long atMillis) {}

  SimulatedTransport(SimulatedContext context, PeerIdentity self, SnapshotSink snapshots) {
    this.context = context;
    this.self = self;
    this.stated = new StatedStarts(self.lineage());
    this.snapshots = snapshots;
  }

  @Override
  public void start(PeerReceiver next) {
    receiver = next;
    context.schedule(DIAL_MILLIS, this::dial);
  }

  /** Streams that have broken are opened again and again; a machine without a mode hears of it. */
  private void dial() {
    if (closed) {
      return;
    }
    for (URI peer : new TreeSet<>(peerUrls.values())) {
      String url = peer.toString();
      if (starting(url).isPresent()) {
        context
            .network()
            .carry(
                context.peerUrl(),
                url,
                () -> starting(url).ifPresent(other -> other.called(context.peerUrl())));
      }
    }
    context.schedule(DIAL_MILLIS, this::dial);
  }

  private Optional<StartingMachine> starting(String url) {
    return context.network().at(url).flatMap(other -> other.ports().starting());
  }

  @Override
  public void setPeers(Map<Long, URI> next) {
    peerUrls = new TreeMap<>(next);
  }

  @Override
  public void setRecordedStarts(Map<Long, Incarnation> recorded) {
    recordedStarts = new TreeMap<>(recorded);
  }

  @Override
  public Map<Long, Lineage> connected() {
    Map<Long, Lineage> connected = new TreeMap<>();
    heard.forEach(
        (member, last) -> {
          if (isAlive(last)) {
            connected.put(member, last.from().stated.lineage());
          }
        });
    return connected;
  }

  /** Its kernel closes the streams of a process that ends, but not those of one that is cut off. */
  private boolean isAlive(Heard last) {
    return last.from().context.isAlive()
        && !last.from().closed
        && context.monotonicMillis() - last.atMillis() <= ALIVE_MILLIS;
  }

  /** Whether a process may speak for its member here; one that is outlived learns of it. */
  private boolean admits(SimulatedTransport from) {
    long member = from.self.memberId();
    Lineage lineage = from.stated.lineage();
    Incarnation recorded = recordedStarts.getOrDefault(member, Incarnation.NONE);
    if (lineage.isOutlivedBy(recorded)) {
      context
          .network()
          .carry(
              context.peerUrl(), from.context.peerUrl(), () -> from.refusedAsOutlivedBy(recorded));
      return false;
    }
    Heard last = heard.get(member);
    boolean another =
        last != null
            && isAlive(last)
            && !last.from().stated.lineage().current().equals(lineage.current())
            && !lineage.current().equals(recorded);
    if (!another) {
      heard.put(member, new Heard(from, context.monotonicMillis()));
    }
    return !another;
  }

  /** Not on another's word alone, as a real stream does. */
  private void refusedAsOutlivedBy(Incarnation recorded) {
    if (stated.isOutlivedBy(recorded)) {
      deliver(to -> to.outlived("started as " + recorded));
    }
  }

  @Override
  public void foundAt(long member, URI peerUrl) {
    found.found(member, peerUrl, peerUrls.get(member));
  }

  @Override
  public void send(List<Message> messages) {
    for (Message message : messages) {
      if (message instanceof Message.InstallSnapshot) {
        throw new IllegalArgumentException("a snapshot has a connection of its own");
      }
      if (message instanceof Message.Propose) {
        throw new IllegalArgumentException("proposals are forwarded by drivers, not by consensus");
      }
      send(message.to(), to -> to.message(message));
    }
  }

  /** Once at most, as is promised; twice would be two commands. */
  @Override
  public void forward(ForwardedProposals proposals) {
    send(proposals.to(), to -> to.forwarded(proposals), SimulatedNetwork::carry);
  }

  @Override
  public void refuse(RejectedProposals refusal) {
    send(refusal.to(), to -> to.refused(refusal));
  }

  /** Consensus does not even need that: its messages may arrive twice. */
  private void send(long to, Consumer<PeerReceiver> delivery) {
    send(to, delivery, SimulatedNetwork::carryMessage);
  }

  private void send(long to, Consumer<PeerReceiver> delivery, Way way) {
    Optional<String> url = urlOf(to);
    if (url.isEmpty()) {
      receiver.unreachable(to);
      return;
    }
    way.carry(
        context.network(), context.peerUrl(), url.get(), () -> arrive(to, url.get(), delivery));
  }

  /** How the network carries something. */
  @FunctionalInterface
  private interface Way {
    void carry(SimulatedNetwork network, String from, String to, Runnable arrival);
  }

  private Optional<String> urlOf(long member) {
    URI known = found.over(member, peerUrls.get(member));
    boolean open = known != null && accepting(member, known.toString()).isPresent();
    String back = heardFrom.get(member);
    return Optional.ofNullable(known == null || !open && back != null ? back : known.toString());
  }

  private void arrive(long to, String url, Consumer<PeerReceiver> delivery) {
    Optional<SimulatedTransport> target = accepting(to, url);
    if (target.isPresent()) {
      target.get().heardFrom.put(self.memberId(), context.peerUrl());
      target.get().deliver(delivery);
    } else {
      starting(url).ifPresent(other -> other.called(context.peerUrl()));
      context.network().carry(url, context.peerUrl(), () -> deliver(at -> at.unreachable(to)));
    }
  }

  /** The peer at that place, if it is the member that is meant. */
  private Optional<SimulatedTransport> accepting(long member, String url) {
    return context
        .network()
        .at(url)
        .flatMap(SimulatedContext::transport)
        .filter(other -> !other.closed && other.receiver != null)
        .filter(other -> other.self.clusterId() == self.clusterId())
        .filter(other -> other.self.memberId() == member)
        .filter(other -> other.admits(this) && admits(other));
  }

  void deliver(Consumer<PeerReceiver> delivery) {
    if (!closed && receiver != null && context.isAlive()) {
      delivery.accept(receiver);
      context.wakePeer();
    }
  }

  @Override
  public void sendSnapshot(
      Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome) {
    byte[] bytes;
    try (InputStream in = source.open()) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      outcome.failed(e);
      return;
    }
    SnapshotCall call = new SnapshotCall(message, bytes, outcome);
    context.schedule(SNAPSHOT_TIMEOUT_MILLIS, () -> call.fail("no answer"));
    urlOf(message.to()).ifPresentOrElse(call::sendTo, () -> call.fail("no address"));
  }

  /** One transfer of a snapshot, which has exactly one outcome. */
  private final class SnapshotCall {
    private final Message.InstallSnapshot message;
    private final byte[] bytes;
    private final SnapshotOutcome outcome;
    private boolean ended;

    SnapshotCall(Message.InstallSnapshot message, byte[] bytes, SnapshotOutcome outcome) {
      this.message = message;
      this.bytes = bytes;
      this.outcome = outcome;
    }

    void sendTo(String url) {
      context.network().carry(context.peerUrl(), url, SNAPSHOT_MILLIS, () -> arrive(url));
    }

    private void arrive(String url) {
      Optional<SimulatedTransport> target = accepting(message.to(), url);
      if (target.isEmpty()) {
        fail("refused");
        return;
      }
      try {
        target.get().snapshots.receive(message, new ByteArrayInputStream(bytes));
      } catch (IOException e) {
        fail(e.toString());
        return;
      }
      target.get().deliver(to -> to.snapshotArrived(message));
      context.network().carry(url, context.peerUrl(), () -> end(outcome::delivered));
    }

    void fail(String cause) {
      end(() -> outcome.failed(new IOException(cause)));
    }

    private void end(Runnable report) {
      if (!ended && context.isAlive()) {
        ended = true;
        report.run();
        context.wakePeer();
      }
    }
  }

  /** Whoever has spoken with this process sees its streams end, and finds nobody at its place. */
  void killed() {
    if (closed) {
      return;
    }
    peerUrls.forEach(
        (member, url) -> {
          if (member != self.memberId()) {
            context.network().carry(context.peerUrl(), url.toString(), () -> ended(url.toString()));
          }
        });
  }

  private void ended(String url) {
    context
        .network()
        .at(url)
        .flatMap(SimulatedContext::transport)
        .filter(other -> other.heard.containsKey(self.memberId()))
        .filter(other -> other.heard.get(self.memberId()).from().equals(this))
        .ifPresent(other -> other.deliver(to -> to.processEnded(self.memberId())));
  }

  @Override
  public TrafficCount traffic() {
    return new TrafficCount(0, 0, 0, 0, 0);
  }

  @Override
  public void close() {
    closed = true;
  }
}
