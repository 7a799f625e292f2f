package dev.understudy.transport;

import dev.understudy.raft.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.websocket.api.Session;

/**
 * The connections of one process in virtual time, and the peer port on which it accepts others': in
 * the place of Jetty's client and server, and of nothing else of a network. For one thread.
 */
public final class SimulatedConnections implements Connections {
  private static final long SNAPSHOT_MILLIS = 50;

  /** Where a process lives. */
  public interface World {
    /** The base URL of its peer port. */
    String url();

    /** Whether it still runs. */
    boolean isAlive();

    /** Whether its machine is up, so that somebody says that nobody listens. */
    boolean hasPower();

    /** Carries something to a place; it may be late, or lost. */
    void carry(String toUrl, Runnable arrival);

    /** The same, for what takes so long on its way. */
    void carry(String toUrl, long delayMillis, Runnable arrival);

    /** Does something later, unless the process is gone by then. */
    void schedule(long delayMillis, Runnable work);

    /** What is at a place now. */
    At at(String url);
  }

  /** What is at a place. */
  public sealed interface At {
    /** A machine whose power is off, or none at all: nothing answers. */
    record Dark() implements At {}

    /** A machine on whose port nobody listens. */
    record Closed() implements At {}

    /** A machine that runs, and is no peer. */
    record NoPeer(World world) implements At {}

    /** A peer. */
    record Peer(SimulatedConnections peer) implements At {}
  }

  private final World world;
  private final Set<SimulatedSession> sessions = new LinkedHashSet<>();
  private PeerHandler port;

  private SimulatedConnections(World world) {
    this.world = world;
  }

  /**
   * A real network, of which Jetty is replaced.
   *
   * @param transport the network
   * @param connections its connections
   */
  public record Made(HttpTransport transport, SimulatedConnections connections) {}

  /** Makes a network that lives in a world. */
  public static Made newTransport(
      PeerIdentity self,
      TransportOptions options,
      SnapshotSink snapshots,
      World world,
      LongSupplier nanoClock,
      RandomGenerator jitter) {
    SimulatedConnections connections = new SimulatedConnections(world);
    HttpTransport transport =
        new HttpTransport(
            self, options, snapshots, connections, connections::later, nanoClock, jitter);
    connections.port = (PeerHandler) transport.handler();
    return new Made(transport, connections);
  }

  /**
   * The process is gone.
   *
   * @param silently whether its machine is, too
   */
  public void vanish(boolean silently) {
    List.copyOf(sessions).forEach(session -> session.vanish(silently));
    sessions.clear();
  }

  World world() {
    return world;
  }

  /** The ends of connections that are open here. */
  Set<SimulatedSession> sessions() {
    return sessions;
  }

  private Timer.Cancellable later(long delayMillis, Runnable task) {
    boolean[] cancelled = new boolean[1];
    world.schedule(
        delayMillis,
        () -> {
          if (!cancelled[0]) {
            task.run();
          }
        });
    return () -> cancelled[0] = true;
  }

  @Override
  public boolean isRunning() {
    return true;
  }

  @Override
  public Executor executor() {
    return Runnable::run;
  }

  @Override
  public CompletableFuture<Session> connect(
      PeerStream stream,
      URI streamUrl,
      Map<String, String> headers,
      long timeoutMillis,
      UpgradeAnswer answer) {
    Dial dial = new Dial(stream, "http://" + streamUrl.getAuthority(), fields(headers), answer);
    world.carry(dial.url, dial::arrive);
    world.schedule(HttpTransport.REACH_TIMEOUT_MILLIS, dial::failUnlessReached);
    world.schedule(timeoutMillis, () -> dial.end(new TimeoutException()));
    return dial.session;
  }

  private static HttpFields fields(Map<String, String> headers) {
    HttpFields.Mutable fields = HttpFields.build();
    headers.forEach(fields::put);
    return fields;
  }

  private static HttpFields headersOf(HandshakeRejection refusal) {
    HttpFields.Mutable fields = HttpFields.build();
    refusal.write(fields::put);
    return fields;
  }

  /** An attempt to connect a stream. */
  private final class Dial {
    private final PeerStream stream;
    private final String url;
    private final HttpFields greeting;
    private final UpgradeAnswer answer;
    private final CompletableFuture<Session> session = new CompletableFuture<>();
    private boolean reached;

    Dial(PeerStream stream, String url, HttpFields greeting, UpgradeAnswer answer) {
      this.stream = stream;
      this.url = url;
      this.greeting = greeting;
      this.answer = answer;
    }

    SimulatedConnections caller() {
      return SimulatedConnections.this;
    }

    void failUnlessReached() {
      if (!reached) {
        end(new TimeoutException());
      }
    }

    void arrive() {
      At at = world.at(url);
      reached = !(at instanceof At.Dark);
      if (at instanceof At.Peer there) {
        there.peer().greeted(this, world.url());
      } else if (at instanceof At.NoPeer there) {
        refuse(there.world(), PeerHandler.NOT_RUNNING);
      } else if (at instanceof At.Closed) {
        world.carry(world.url(), () -> end(new ConnectException("nobody listens at " + url)));
      }
    }

    private void refuse(World there, HandshakeRejection why) {
      there.carry(
          world.url(),
          () -> {
            if (isAwaited()) {
              answer.received(why.status(), headersOf(why));
              session.completeExceptionally(new IOException("no upgrade: " + why.status()));
            }
          });
    }

    private void end(Throwable cause) {
      if (isAwaited()) {
        session.completeExceptionally(cause);
      }
    }

    private boolean isAwaited() {
      return world.isAlive() && !session.isDone();
    }

    /** The other side has accepted, and its end is open. */
    private void accepted(SimulatedSession ours, HttpFields headers) {
      if (isAwaited()) {
        answer.received(HttpStatus.SWITCHING_PROTOCOLS_101, headers);
        ours.open();
        session.complete(ours);
      } else {
        ours.vanish(false);
      }
    }
  }

  /**
   * Somebody connects, says something of consensus, and is gone.
   *
   * @param visitor as whom he greets; what he says may be in another name
   */
  public void visit(PeerIdentity visitor, Message message) {
    visit(visitor, new PeerMessage.Consensus(message));
  }

  /** The same with proposals. */
  public void visit(PeerIdentity visitor, ForwardedProposals proposals) {
    visit(visitor, (PeerMessage) proposals);
  }

  private void visit(PeerIdentity visitor, PeerMessage message) {
    HttpFields.Mutable headers = HttpFields.build();
    Handshake.of(visitor, new StatedStarts(visitor.lineage()), message.to()).write(headers::put);
    if (port.judge(headers) instanceof PeerHandler.Judgement.Admitted admitted) {
      admitted
          .network()
          .accept(admitted.greeting())
          .ifPresent(
              stream -> {
                String url = visitor.peerUrl().toString();
                SimulatedSession session = new SimulatedSession(this, url, stream);
                SimulatedSession nobody = new SimulatedSession(this, world.url(), stream);
                SimulatedSession.join(session, nobody);
                nobody.vanish(true);
                session.open();
                session.take(new MessageCodec().encode(List.of(message)));
                session.disconnect();
              });
    }
  }

  /** Somebody wants to connect a stream. */
  private void greeted(Dial dial, String fromUrl) {
    PeerHandler.Judgement judgement = port.judge(dial.greeting);
    if (judgement instanceof PeerHandler.Judgement.Refused refused) {
      dial.refuse(world, refused.why());
    } else if (judgement instanceof PeerHandler.Judgement.Admitted admitted) {
      Optional<PeerStream> stream = admitted.network().accept(admitted.greeting());
      if (stream.isEmpty()) {
        dial.refuse(world, PeerHandler.TOO_MANY);
        return;
      }
      HttpFields.Mutable headers = HttpFields.build();
      Handshake.writeStated(
          admitted.network().lineage(), admitted.network().self().traits(), headers::put);
      SimulatedSession theirs = new SimulatedSession(this, fromUrl, stream.get());
      SimulatedSession ours = new SimulatedSession(dial.caller(), world.url(), dial.stream);
      SimulatedSession.join(theirs, ours);
      world.carry(fromUrl, () -> dial.accepted(ours, headers));
      theirs.open();
    }
  }

  @Override
  public Post newPost(
      URI url, Map<String, String> headers, SnapshotBody body, TransportOptions options) {
    return new Transfer(
        "http://" + url.getAuthority(), fields(headers), body, options.snapshotIdleTimeoutMillis());
  }

  /** A snapshot on its way. */
  private final class Transfer implements Post {
    private final String url;
    private final HttpFields greeting;
    private final SnapshotBody body;
    private final long timeoutMillis;
    private PostEnd end;

    Transfer(String url, HttpFields greeting, SnapshotBody body, long timeoutMillis) {
      this.url = url;
      this.greeting = greeting;
      this.body = body;
      this.timeoutMillis = timeoutMillis;
    }

    @Override
    public void send(PostEnd told) {
      end = told;
      byte[] bytes;
      try {
        bytes = body.readAllBytes();
      } catch (IOException e) {
        abort(e);
        return;
      }
      world.carry(url, SNAPSHOT_MILLIS, () -> arrive(bytes));
      world.schedule(timeoutMillis, () -> abort(new TimeoutException()));
    }

    private void arrive(byte[] bytes) {
      At at = world.at(url);
      if (at instanceof At.Peer there) {
        there.peer().posted(greeting, new ByteArrayInputStream(bytes), this);
      } else if (at instanceof At.NoPeer there) {
        answer(there.world(), Optional.of(PeerHandler.NOT_RUNNING));
      } else if (at instanceof At.Closed) {
        world.carry(world.url(), () -> abort(new ConnectException("nobody listens at " + url)));
      }
    }

    private void answer(World there, Optional<HandshakeRejection> refusal) {
      int status = refusal.map(HandshakeRejection::status).orElse(HttpStatus.OK_200);
      HttpFields headers = refusal.map(SimulatedConnections::headersOf).orElse(HttpFields.EMPTY);
      there.carry(world.url(), () -> ended(status, headers, null));
    }

    @Override
    public void abort(Throwable cause) {
      ended(0, HttpFields.EMPTY, cause);
    }

    private void ended(int status, HttpFields headers, Throwable cause) {
      PostEnd told = end;
      if (told != null && world.isAlive()) {
        end = null;
        told.ended(status, headers, cause);
      }
    }
  }

  /** Somebody sends a snapshot. */
  private void posted(HttpFields greeting, InputStream bytes, Transfer transfer) {
    PeerHandler.Judgement judgement = port.judge(greeting);
    if (judgement instanceof PeerHandler.Judgement.Refused refused) {
      transfer.answer(world, Optional.of(refused.why()));
    } else if (judgement instanceof PeerHandler.Judgement.Admitted admitted) {
      transfer.answer(
          world, admitted.network().receiveSnapshot(admitted.greeting(), () -> {}, bytes));
    }
  }
}
