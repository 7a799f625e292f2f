package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.standby.StandbyMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one machine is to run, complete and checked.
 *
 * @param name unique in the cluster; valid by {@link MachineRecord#isValidName}
 * @param dataDirectory where the machine keeps its data; need not exist yet
 * @param clientAddress what clients are told
 * @param clientBindAddress what the machine listens on for clients
 * @param peerAddress what other machines are told
 * @param peerBindAddress what the machine listens on for other machines
 * @param peers peer addresses of the cluster to join, without this machine's own; empty: none given
 * @param joining how often, and how far apart, the peers are tried
 * @param timing of elections
 * @param snapshotCount entries of the log between two snapshots
 * @param clusterConfig the config of a cluster that this machine creates; an existing one keeps its
 *     own
 * @param seatPriority 0 to 100, as a standby
 * @param force whether local data is dropped first
 * @param verbosity of the log: 0, 1 or 2
 * @param stopsWithStdin whether the machine stops when its standard input ends
 * @param limits how many connections and how much memory it uses
 * @param standbyMode what it does with requests of clients as a standby
 * @param security of its ports, and of the connections that it makes
 * @param zone what it fails with as one; empty when it has none
 * @param telemetry what it tells of itself
 */
public record MachineOptions(
    String name,
    Path dataDirectory,
    HostPort clientAddress,
    HostPort clientBindAddress,
    HostPort peerAddress,
    HostPort peerBindAddress,
    List<HostPort> peers,
    Joining joining,
    Timing timing,
    long snapshotCount,
    ClusterConfig clusterConfig,
    int seatPriority,
    boolean force,
    int verbosity,
    boolean stopsWithStdin,
    Limits limits,
    StandbyMode standbyMode,
    Security security,
    String zone,
    Telemetry telemetry) {
  /** etcd 2 and later; 0.4's 4001 is not registered for anything of the kind. */
  public static final HostPort DEFAULT_CLIENT_ADDRESS = new HostPort("127.0.0.1", 2379);

  /** etcd 2 and later. */
  public static final HostPort DEFAULT_PEER_ADDRESS = new HostPort("127.0.0.1", 2380);

  /**
   * A snapshot every few seconds of full load, and some twenty megabytes of log that are replayed
   * at a start. etcd's 10,000 of old were for disks and memories of its time.
   */
  public static final long DEFAULT_SNAPSHOT_COUNT = 50_000;

  /** What an operator says of the cluster that a machine without data is to find. */
  public enum ClusterState {
    /** It founds one when nothing tells of a cluster. */
    AUTO,

    /** The cluster is to be founded. */
    NEW,

    /** There is one: none is ever founded. */
    EXISTING
  }

  /**
   * A directory in somebody's key space.
   *
   * @param url of the directory
   * @param seatsGiven whether the operator has said how many seats a new cluster has; else there
   *     are as many as machines begin as peers
   */
  public record Token(String url, boolean seatsGiven) {}

  /**
   * How a machine finds its cluster.
   *
   * @param attempts how often the whole list of peers is tried; 0 for ever
   * @param intervalMillis the pause between two of them
   * @param state whether there is a cluster
   * @param listsItself whether the given peers held this machine's own address
   * @param stateFile where the cluster is noted; empty: in the data directory
   * @param discovery where the machines of a new cluster find each other
   */
  public record Joining(
      int attempts,
      long intervalMillis,
      ClusterState state,
      boolean listsItself,
      Optional<Path> stateFile,
      Optional<Token> discovery) {
    /** etcd 0.4's, whose interval is drawn from 2.5 to 5 s: longer than an election. */
    public static final Joining DEFAULT = new Joining(3, 3_000);

    public Joining {
      Objects.requireNonNull(state);
      Objects.requireNonNull(stateFile);
      Objects.requireNonNull(discovery);
      if (attempts < 0 || intervalMillis < 0) {
        throw new IllegalArgumentException("attempts and pauses are not negative");
      }
    }

    /** Without a token. */
    public Joining(
        int attempts,
        long intervalMillis,
        ClusterState state,
        boolean listsItself,
        Optional<Path> stateFile) {
      this(attempts, intervalMillis, state, listsItself, stateFile, Optional.empty());
    }

    /** With nothing said of the cluster. */
    public Joining(int attempts, long intervalMillis) {
      this(attempts, intervalMillis, ClusterState.AUTO, false, Optional.empty());
    }
  }

  /**
   * How patient the machines of a cluster are with each other; alike on all of them.
   *
   * @param heartbeatMillis how often a leader shows that it is there, before stretching
   * @param electionTimeoutMillis silence after which another is elected, before stretching
   * @param multiplier stretches both; 1 to 10
   */
  public record Timing(int heartbeatMillis, int electionTimeoutMillis, int multiplier) {
    /** etcd 2's: a tenth of a second is far above a round trip, and ten may be lost of them. */
    public static final Timing DEFAULT = new Timing(100, 1_000, 1);

    /** With fewer in an election timeout, a lost packet or two would depose a leader. */
    static final int MIN_HEARTBEATS = 5;

    public Timing {
      if (heartbeatMillis < 1 || multiplier < 1 || multiplier > 10) {
        throw new IllegalArgumentException("heartbeats and the multiplier are positive");
      }
      if (electionTimeoutMillis < MIN_HEARTBEATS * heartbeatMillis) {
        throw new IllegalArgumentException("an election timeout holds five heartbeats at least");
      }
    }

    public int stretchedHeartbeatMillis() {
      return heartbeatMillis * multiplier;
    }

    public int stretchedElectionTimeoutMillis() {
      return electionTimeoutMillis * multiplier;
    }
  }

  /**
   * How many connections, and how many bytes of memory, are used at most, and what clients may ask
   * for.
   *
   * @param clientConnections to the client port; empty: what the process's descriptors allow
   * @param treeBytes of all keys
   * @param logBytes of the part of the log that is in memory
   * @param requestBytes of all large requests under way
   * @param answerBytes of all large answers under way
   * @param watchBytes of all events that wait for watchers
   * @param minSessionTtlMillis the shortest time to live that a session may be given
   * @param ports what else the ports hold
   * @param requests what one client may ask for
   */
  public record Limits(
      OptionalInt clientConnections,
      long treeBytes,
      long logBytes,
      long requestBytes,
      long answerBytes,
      long watchBytes,
      long minSessionTtlMillis,
      PortLimits ports,
      RequestLimits requests) {
    /** As Consul has it. */
    public static final int MIN_SESSION_TTL_SECONDS = 10;

    /** Below that, not even one value of the largest size could be written. */
    public static final long MIN_BYTES = 8 << 20;

    public Limits {
      Objects.requireNonNull(ports);
      Objects.requireNonNull(requests);
    }

    /**
     * A quarter of the heap for the keys, an eighth for the log, for requests and for answers, half
     * of that for events that wait: the rest is for the event history, for snapshots, for
     * connections, and for the collector.
     */
    public static Limits ofHeap(long heapBytes) {
      return new Limits(
          OptionalInt.empty(),
          Math.max(MIN_BYTES, heapBytes / 4),
          Math.max(MIN_BYTES / 2, heapBytes / 8),
          Math.max(MIN_BYTES, heapBytes / 8),
          Math.max(MIN_BYTES, heapBytes / 8),
          Math.max(MIN_BYTES / 2, heapBytes / 16),
          MIN_SESSION_TTL_SECONDS * 1_000L,
          PortLimits.DEFAULT,
          RequestLimits.DEFAULT);
    }
  }

  /** With the limits that follow from the heap of this process, redirecting as a standby. */
  public MachineOptions(
      String name,
      Path dataDirectory,
      HostPort clientAddress,
      HostPort clientBindAddress,
      HostPort peerAddress,
      HostPort peerBindAddress,
      List<HostPort> peers,
      Joining joining,
      Timing timing,
      long snapshotCount,
      ClusterConfig clusterConfig,
      int seatPriority,
      boolean force,
      int verbosity,
      boolean stopsWithStdin) {
    this(
        name,
        dataDirectory,
        clientAddress,
        clientBindAddress,
        peerAddress,
        peerBindAddress,
        peers,
        joining,
        timing,
        snapshotCount,
        clusterConfig,
        seatPriority,
        force,
        verbosity,
        stopsWithStdin,
        Limits.ofHeap(Runtime.getRuntime().maxMemory()),
        StandbyMode.REDIRECT,
        Security.NONE,
        "",
        Telemetry.DEFAULT);
  }

  public MachineOptions {
    Objects.requireNonNull(dataDirectory);
    Objects.requireNonNull(clientBindAddress);
    Objects.requireNonNull(peerBindAddress);
    Objects.requireNonNull(joining);
    Objects.requireNonNull(timing);
    Objects.requireNonNull(clusterConfig);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(standbyMode);
    Objects.requireNonNull(security);
    Objects.requireNonNull(telemetry);
    peers = List.copyOf(peers);
    if (!MachineRecord.isValidName(name)) {
      throw new IllegalArgumentException("no machine can be called \"" + name + "\"");
    }
    if (clientAddress.isAt(peerAddress)) {
      throw new IllegalArgumentException("clients and peers need ports of their own");
    }
    if (snapshotCount < 1 || seatPriority < 0 || seatPriority > 100) {
      throw new IllegalArgumentException("snapshot count or seat priority out of range");
    }
    if (!MachineTraits.isValidZone(zone)) {
      throw new IllegalArgumentException("no zone can be called \"" + zone + "\"");
    }
  }

  /** The same with another mode as a standby. */
  public MachineOptions withStandbyMode(StandbyMode mode) {
    return with(mode, security, telemetry);
  }

  /** The same, secured otherwise. */
  public MachineOptions withSecurity(Security other) {
    return with(standbyMode, other, telemetry);
  }

  /** The same, telling more or less of itself. */
  public MachineOptions withTelemetry(Telemetry other) {
    return with(standbyMode, security, other);
  }

  private MachineOptions with(StandbyMode mode, Security secured, Telemetry told) {
    return new MachineOptions(
        name,
        dataDirectory,
        clientAddress,
        clientBindAddress,
        peerAddress,
        peerBindAddress,
        peers,
        joining,
        timing,
        snapshotCount,
        clusterConfig,
        seatPriority,
        force,
        verbosity,
        stopsWithStdin,
        limits,
        mode,
        secured,
        zone,
        told);
  }

  /** The same with another seat priority, in a zone. */
  public MachineOptions withSeat(int priority, String of) {
    return new MachineOptions(
        name,
        dataDirectory,
        clientAddress,
        clientBindAddress,
        peerAddress,
        peerBindAddress,
        peers,
        joining,
        timing,
        snapshotCount,
        clusterConfig,
        priority,
        force,
        verbosity,
        stopsWithStdin,
        limits,
        standbyMode,
        security,
        of,
        telemetry);
  }

  /** The machine as it stands in the registry once it has a seat. */
  public MachineRecord machine() {
    return new MachineRecord(name, peerAddress.url(), clientAddress.url());
  }

  /** The file in which a machine notes its cluster. */
  public Path stateFile() {
    return joining.stateFile().orElse(dataDirectory.resolve("standby_info"));
  }

  /** The base URLs of the given peers. */
  public List<String> peerUrls() {
    return peers.stream().map(HostPort::url).toList();
  }
}
