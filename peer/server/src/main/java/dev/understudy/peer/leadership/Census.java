package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.ServerDetails.Contact;
import dev.understudy.clusterconfig.ServerDetails.Mode;
import dev.understudy.clusterconfig.ServerDetails.Progress;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.leadership.SeatSwap.Understudy;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Puts together what a leader knows of each machine: from consensus, the registry, what machines
 * state of themselves, and the standbys that sync. The only place where {@link ServerDetails} are
 * made: duties, plan, health and metrics judge by the same.
 *
 * <p>A peer is healthy by Consul's rule: heard within {@code LastContactThreshold}, its last entry
 * of the leader's term, and no more than {@code MaxTrailingLogs} entries behind. A threshold of
 * less than two heartbeats is taken for two: nobody is heard more often. A standby is healthy for
 * as long as it syncs; one that does not is forgotten.
 *
 * <p>Anybody may ask at any time; since when a peer is healthy is as of the last {@link #note}.
 */
public final class Census {
  private final LeaderView view;
  private final LongSupplier clockMillis;
  private final long aliveWithinMillis;
  private final long heartbeatMillis;
  private volatile Standbys standbys = Standbys.NONE;
  private volatile Supplier<Optional<Understudy>> understudy = Optional::empty;
  private volatile Map<Long, State> noted = Map.of();
  private volatile long watchedSinceMillis;

  /** Whether a member is healthy, and since when. */
  private record State(boolean healthy, long sinceMillis) {}

  /**
   * @param clockMillis monotonic
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time
   * @param heartbeatMillis how often a leader shows itself, and is answered
   */
  public Census(
      LeaderView view, LongSupplier clockMillis, long aliveWithinMillis, long heartbeatMillis) {
    this.view = view;
    this.clockMillis = clockMillis;
    this.aliveWithinMillis = aliveWithinMillis;
    this.heartbeatMillis = heartbeatMillis;
    this.watchedSinceMillis = clockMillis.getAsLong();
  }

  /** Says where to ask for standbys. */
  public void standbys(Standbys known) {
    standbys = known;
  }

  /** The standbys that sync with this peer. */
  Standbys standbys() {
    return standbys;
  }

  /** Says where to ask who comes to take a seat. */
  void understudy(Supplier<Optional<Understudy>> coming) {
    understudy = coming;
  }

  /** A term begins, or has ended: nobody has been watched yet. */
  void forget(long nowMillis) {
    noted = Map.of();
    watchedSinceMillis = nowMillis;
  }

  /** For how long this leader has watched the machines. */
  public long watchedMillis() {
    return clockMillis.getAsLong() - watchedSinceMillis;
  }

  /** Takes note of who is healthy now, and since when. */
  void note(long nowMillis) {
    Map<Long, State> next = new HashMap<>();
    for (ServerDetails server : members(nowMillis).all()) {
      State before = noted.get(server.member());
      next.put(
          server.member(),
          before != null && before.healthy() == server.healthy()
              ? before
              : new State(server.healthy(), nowMillis));
    }
    noted = Map.copyOf(next);
  }

  /** The peers, and an understudy; nobody on a peer that does not lead. Cheap. */
  public Servers members() {
    return members(clockMillis.getAsLong());
  }

  /** All machines; there may be thousands. */
  public Servers all() {
    long now = clockMillis.getAsLong();
    Servers members = members(now);
    if (members.all().isEmpty()) {
      return members;
    }
    List<ServerDetails> all = new ArrayList<>(members.all());
    for (Standbys.Announced standby : standbys.all()) {
      if (members.all().stream().noneMatch(m -> m.name().equals(name(standby)))) {
        all.add(of(standby, now));
      }
    }
    return new Servers(all, members.leaving());
  }

  /** The names of the standbys that take seats, the next first. */
  public List<String> takers() {
    return standbys.takers();
  }

  private static String name(Standbys.Announced standby) {
    return standby.notice().machine().name();
  }

  /** The same as of a moment. */
  Servers members(long nowMillis) {
    PeerStatus status = view.status();
    if (!status.isLeader()) {
      return Servers.NONE;
    }
    Registry registry = view.registry();
    Map<Long, MachineTraits> traits = view.traits();
    List<ServerDetails> members = new ArrayList<>();
    for (Seat seat : registry.all()) {
      members.add(member(seat.machine(), seat.member(), Mode.PEER, status, traits, nowMillis));
    }
    Optional<Understudy> coming =
        understudy
            .get()
            .filter(u -> status.learners().contains(u.member()))
            .filter(u -> registry.byMember(u.member()).isEmpty());
    coming.ifPresent(
        u ->
            members.add(
                member(u.machine(), u.member(), Mode.UNDERSTUDY, status, traits, nowMillis)));
    List<ServerDetails> leaving =
        Stream.concat(status.voters().stream(), status.learners().stream())
            .filter(member -> registry.byMember(member).isEmpty())
            .filter(member -> coming.filter(u -> u.member() == member).isEmpty())
            .map(member -> member(named(member), member, Mode.LEAVING, status, traits, nowMillis))
            .toList();
    return new Servers(members, leaving);
  }

  /** The registry has no record of it any more. */
  private MachineRecord named(long member) {
    return new MachineRecord(view.nameOf(member), "", "");
  }

  private ServerDetails member(
      MachineRecord machine,
      long member,
      Mode mode,
      PeerStatus status,
      Map<Long, MachineTraits> traits,
      long nowMillis) {
    Contact contact = contact(member, status, nowMillis);
    Progress progress = progress(member, status);
    Optional<String> ailment =
        member == status.member()
            ? Optional.empty()
            : ailment(contact, progress, status.term(), view.autopilot());
    State state = noted.get(member);
    boolean unchanged = state != null && state.healthy() == ailment.isEmpty();
    return new ServerDetails(
        machine,
        member,
        traits.getOrDefault(member, MachineTraits.UNSTATED),
        mode,
        member == status.member(),
        status.voters().contains(member),
        contact,
        progress,
        ailment,
        unchanged ? nowMillis - state.sinceMillis() : 0,
        OptionalLong.empty());
  }

  private Contact contact(long member, PeerStatus status, long nowMillis) {
    if (member == status.member()) {
      return Contact.SELF;
    }
    PeerStatus.Peer peer = status.peers().get(member);
    if (peer == null) {
      return Contact.NONE;
    }
    long silentMillis = Math.max(0, nowMillis - peer.lastHeardMillis());
    return new Contact(
        peer.everHeard(),
        silentMillis,
        status.heardWithin(member, nowMillis, aliveWithinMillis),
        Math.max(0, silentMillis - peer.excusedMillis()));
  }

  private static Progress progress(long member, PeerStatus status) {
    if (member == status.member()) {
      return new Progress(status.term(), status.commit(), 0);
    }
    PeerStatus.Peer peer = status.peers().get(member);
    return peer == null
        ? Progress.NONE
        : new Progress(peer.matchTerm(), peer.match(), peer.lagEntries(), peer.replicating());
  }

  private Optional<String> ailment(
      Contact contact, Progress progress, long term, AutopilotConfig config) {
    if (!contact.ever()) {
      return Optional.of("it has not been heard of");
    }
    long threshold = Math.max(config.lastContactThresholdMillis(), 2 * heartbeatMillis);
    if (contact.silentMillis() > threshold) {
      return Optional.of(
          "it was heard %d ms ago, %d are allowed".formatted(contact.silentMillis(), threshold));
    }
    if (progress.lastTerm() != term) {
      return Optional.of("its log is not known to reach into term %d".formatted(term));
    }
    return progress.lagEntries() > config.maxTrailingLogs()
        ? Optional.of(
            "it is %d entries behind, %d are allowed"
                .formatted(progress.lagEntries(), config.maxTrailingLogs()))
        : Optional.empty();
  }

  private static ServerDetails of(Standbys.Announced standby, long nowMillis) {
    long knownMillis = nowMillis - standby.firstHeardMillis();
    return new ServerDetails(
        standby.notice().machine(),
        0,
        standby.notice().traits(),
        Mode.STANDBY,
        false,
        false,
        new Contact(true, Math.max(0, nowMillis - standby.lastHeardMillis()), true),
        Progress.NONE,
        Optional.empty(),
        knownMillis,
        OptionalLong.of(knownMillis));
  }
}
