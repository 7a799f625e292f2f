package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.standby.StandbyMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes a {@link CliCommand} of the arguments and the environment. The one place that knows options
 * by their names; beyond it there are records.
 */
public final class CommandLine {
  private static final String CLUSTER = "cluster";
  private static final String HELP = "help";
  private static final List<String> FORCE_VARIABLES = List.of("UNDERSTUDY_FORCE", "ETCD_FORCE");
  private static final long MAX_RETRY_SECONDS = 86_400;

  /** Some ten thousand addresses. */
  private static final int MAX_PEERS_FILE_BYTES = 1 << 20;

  private final Map<String, String> environment;
  private final Supplier<String> hostName;
  private final String version;
  private final List<String> remarks = new ArrayList<>();

  /**
   * @param environment the environment variables
   * @param hostName what a machine is called when nobody named it; asked only then
   * @param version what {@code --version} prints
   */
  public CommandLine(Map<String, String> environment, Supplier<String> hostName, String version) {
    this.environment = Map.copyOf(environment);
    this.hostName = Objects.requireNonNull(hostName);
    this.version = Objects.requireNonNull(version);
  }

  /**
   * Reads the arguments. Reads the file of {@code --peers-file} too; touches nothing else.
   *
   * @throws UsageException when they ask for what cannot be
   */
  public CliCommand parse(List<String> args) throws UsageException {
    try {
      if (!args.isEmpty() && ToolCommandLine.isTool(args.get(0))) {
        return ToolCommandLine.parse(args, environment, remarks::add);
      }
      String first = args.isEmpty() ? "" : args.get(0);
      if (first.equals(HELP) && args.size() > 1) {
        List<String> command = new ArrayList<>(args.subList(1, args.size()));
        command.add("--help");
        return parse(command);
      }
      if (OperatorCommandLine.isOne(first)) {
        return OperatorCommandLine.parse(args, environment, remarks::add);
      }
      if (first.equals(Commands.COMPLETION)) {
        return new CliCommand.Print(Completion.of(args.subList(1, args.size())));
      }
      if (first.equals(BenchCommandLine.BENCH)) {
        return BenchCommandLine.parse(args.subList(1, args.size()), environment, remarks::add);
      }
      if (first.equals(ImportCommandLine.IMPORT)) {
        return ImportCommandLine.parse(args, environment, remarks::add);
      }
      if (first.equals(CLUSTER)) {
        return localCluster(args.subList(1, args.size()));
      }
      return first.isEmpty() || first.startsWith("-") ? machine(args) : word(first);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage()); // a record refused what stands together
    }
  }

  /** What was found odd and taken all the same, each in a line: for the log, once there is one. */
  public List<String> remarks() {
    return List.copyOf(remarks);
  }

  private CliCommand word(String word) throws UsageException {
    if (word.equals(HELP)) {
      return new CliCommand.Print(Help.ofMachine());
    }
    if (word.equals("version")) {
      return new CliCommand.Print("understudy " + version);
    }
    throw new UsageException(
        "unexpected \""
            + word
            + "\""
            + NearestWord.to(word, Commands.groups())
                .map(nearest -> ", did you mean " + nearest + "?")
                .orElse(""));
  }

  private CliCommand machine(List<String> args) throws UsageException {
    Map<String, Boolean> known = new LinkedHashMap<>();
    for (Flag flag : Flag.values()) {
      known.put(flag.word(), flag.takesValue());
    }
    known.put("h", false);
    EtcdOptions etcd = new EtcdOptions(remarks::add);
    GivenOptions typed = GivenOptions.parse(args, known, Optional.of(etcd), remarks::add);
    if (typed.isOn(Flag.HELP.word()) || typed.isOn("h")) {
      return new CliCommand.Print(Help.ofMachine());
    }
    if (typed.isOn(Flag.VERSION.word())) {
      return new CliCommand.Print("understudy " + version);
    }
    refuseForceFromEnvironment();
    GivenOptions own = typed.or(ownVariables());
    GivenOptions given = own.or(etcd.ofEnvironment(environment, flag -> own.has(flag.word())));
    Optional<Path> file = given.path(Flag.CONFIG.word());
    return new CliCommand.RunMachine(
        machineOptions(file.isPresent() ? given.or(ConfigFile.read(file.get(), etcd)) : given));
  }

  /** An empty variable counts as not set. */
  private Map<String, OptionValue> ownVariables() {
    Map<String, OptionValue> values = new LinkedHashMap<>();
    for (Flag flag : Flag.values()) {
      String variable = flag.environmentVariable();
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        values.put(flag.word(), new OptionValue(value, variable));
      }
    }
    return values;
  }

  private void refuseForceFromEnvironment() throws UsageException {
    for (String variable : FORCE_VARIABLES) {
      if (!environment.getOrDefault(variable, "").isEmpty()) {
        throw new UsageException(
            variable + " is set, but data are dropped by --force on the command line only");
      }
    }
  }

  private MachineOptions machineOptions(GivenOptions given) throws UsageException {
    String name = name(given);
    Security security = SecurityOptions.read(given);
    MachineAddresses addresses = MachineAddresses.read(given, security);
    HostPort peer = addresses.peer();
    List<HostPort> peers = peers(given, peer.isTls());
    return new MachineOptions(
        name,
        given.path(Flag.DATA_DIR.word()).orElse(Path.of("./" + name + ".understudy")),
        addresses.client(),
        addresses.clientBind(),
        peer,
        addresses.peerBind(),
        peers.stream().filter(other -> !other.isAt(peer)).toList(),
        joining(given, peers.stream().anyMatch(peer::isAt)),
        timing(given),
        given.whole(
            Flag.SNAPSHOT_COUNT.word(),
            (int) MachineOptions.DEFAULT_SNAPSHOT_COUNT,
            1,
            Integer.MAX_VALUE),
        newClusterConfig(given),
        given.whole(Flag.SEAT_PRIORITY.word(), 50, 0, 100),
        given.isOn(Flag.FORCE.word()),
        verbosity(given),
        given.isOn(Flag.STOP_WITH_STDIN.word()),
        LimitOptions.read(given),
        standbyMode(given),
        security,
        zone(given),
        Telemetry.read(given, security, addresses));
  }

  private static String zone(GivenOptions given) throws UsageException {
    String zone = given.text(Flag.ZONE.word()).orElse("");
    if (!MachineTraits.isValidZone(zone)) {
      throw new UsageException(
          Flag.ZONE + " needs a name of up to 128 characters, not \"" + zone + "\"");
    }
    return zone;
  }

  private static StandbyMode standbyMode(GivenOptions given) throws UsageException {
    String word = given.text(Flag.STANDBY_MODE.word()).orElse(StandbyMode.REDIRECT.word());
    return StandbyMode.of(word)
        .orElseThrow(
            () ->
                new UsageException(
                    Flag.STANDBY_MODE
                        + " needs one of "
                        + StandbyMode.words()
                        + ", not \""
                        + word
                        + "\""));
  }

  private String name(GivenOptions given) throws UsageException {
    String name = given.text(Flag.NAME.word()).orElseGet(hostName);
    if (name.isEmpty()) {
      throw new UsageException("this host has no name that could be the machine's: give --name");
    }
    if (name.indexOf('\uFFFD') >= 0) {
      throw new UsageException(
          "the machine's name cannot be read in this locale: set LC_ALL=C.UTF-8, or give a --name"
              + " in ASCII");
    }
    if (!MachineRecord.isValidName(name)) {
      throw new UsageException(
          "no machine can be called \""
              + name
              + "\": --name needs up to 128 characters without blanks and slashes, the first no dot"
              + " or underscore");
    }
    return name;
  }

  /** Others most likely speak what this machine speaks. */
  private static List<HostPort> peers(GivenOptions given, boolean usuallyTls)
      throws UsageException {
    Set<HostPort> peers = new LinkedHashSet<>();
    String list = given.text(Flag.PEERS.word()).orElse("");
    addPeers(peers, given.as(Flag.PEERS.word()), list, usuallyTls);
    String file = given.text(Flag.PEERS_FILE.word()).orElse("");
    if (!file.isEmpty()) {
      addPeers(peers, Flag.PEERS_FILE.toString(), contentOf(file), usuallyTls);
    }
    return new ArrayList<>(peers);
  }

  private static void addPeers(Set<HostPort> peers, String as, String list, boolean usuallyTls)
      throws UsageException {
    for (String one : list.split("[,\\s]+")) {
      if (!one.isEmpty()) {
        peers.add(HostPort.parse(as, one, usuallyTls));
      }
    }
  }

  private static String contentOf(String file) throws UsageException {
    Path path = Path.of(file);
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new UsageException(Flag.PEERS_FILE + ": " + file + " is not a regular file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(MAX_PEERS_FILE_BYTES + 1);
      if (content.length > MAX_PEERS_FILE_BYTES) {
        throw new UsageException(
            Flag.PEERS_FILE + ": " + file + " is longer than " + MAX_PEERS_FILE_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (NoSuchFileException e) {
      throw new UsageException(Flag.PEERS_FILE + ": there is no file " + file);
    } catch (CharacterCodingException e) {
      throw new UsageException(Flag.PEERS_FILE + ": " + file + " is not text");
    } catch (IOException e) {
      throw new UsageException(
          Flag.PEERS_FILE + ": " + file + " cannot be read: " + FailureText.of(e));
    }
  }

  private static MachineOptions.Joining joining(GivenOptions given, boolean listsItself)
      throws UsageException {
    MachineOptions.Joining usual = MachineOptions.Joining.DEFAULT;
    double seconds =
        given.seconds(
            Flag.RETRY_INTERVAL.word(), usual.intervalMillis() / 1000.0, 0, MAX_RETRY_SECONDS);
    return new MachineOptions.Joining(
        given.whole(Flag.MAX_RETRY_ATTEMPTS.word(), usual.attempts(), 0, Integer.MAX_VALUE),
        Math.round(seconds * 1000),
        clusterState(given),
        listsItself,
        given.path(Flag.STATE_FILE.word()),
        token(given));
  }

  private static Optional<MachineOptions.Token> token(GivenOptions given) throws UsageException {
    Optional<String> url = given.text(Flag.DISCOVERY.word());
    if (url.isEmpty()) {
      return Optional.empty();
    }
    String path = "";
    try {
      URI uri = new URI(url.get());
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean isPlain = uri.getHost() != null && uri.getQuery() == null;
      path = isHttp && isPlain ? uri.getPath().replaceFirst("/+$", "") : "";
    } catch (URISyntaxException e) {
      // as for what is no address at all
    }
    if (path.isEmpty()) {
      throw new UsageException(
          given.as(Flag.DISCOVERY.word())
              + " needs the URL of a token, as understudy discovery new prints it, not \""
              + url.get()
              + "\"");
    }
    return Optional.of(
        new MachineOptions.Token(url.get(), given.has(Flag.CLUSTER_ACTIVE_SIZE.word())));
  }

  private static MachineOptions.ClusterState clusterState(GivenOptions given)
      throws UsageException {
    String text = given.text(Flag.CLUSTER_STATE.word()).orElse("auto");
    return switch (text) {
      case "auto" -> MachineOptions.ClusterState.AUTO;
      case "new" -> MachineOptions.ClusterState.NEW;
      case "existing" -> MachineOptions.ClusterState.EXISTING;
      default ->
          throw new UsageException(
              given.as(Flag.CLUSTER_STATE.word())
                  + " needs new, existing or auto, not \""
                  + text
                  + "\"");
    };
  }

  private static MachineOptions.Timing timing(GivenOptions given) throws UsageException {
    MachineOptions.Timing usual = MachineOptions.Timing.DEFAULT;
    int heartbeat =
        given.whole(Flag.PEER_HEARTBEAT_INTERVAL.word(), usual.heartbeatMillis(), 1, 60_000);
    int election =
        given.whole(Flag.PEER_ELECTION_TIMEOUT.word(), usual.electionTimeoutMillis(), 5, 600_000);
    if (election < MachineOptions.Timing.MIN_HEARTBEATS * heartbeat) {
      throw new UsageException(
          Flag.PEER_ELECTION_TIMEOUT
              + " must hold five heartbeats at least (ten are usual): "
              + election
              + " ms is too short for heartbeats every "
              + heartbeat
              + " ms");
    }
    return new MachineOptions.Timing(
        heartbeat, election, given.whole(Flag.RAFT_MULTIPLIER.word(), usual.multiplier(), 1, 10));
  }

  private static ClusterConfig newClusterConfig(GivenOptions given) throws UsageException {
    return clusterConfig(
        given,
        ClusterConfig.DEFAULT,
        Flag.CLUSTER_ACTIVE_SIZE.word(),
        Flag.CLUSTER_REMOVE_DELAY.word(),
        Flag.CLUSTER_SYNC_INTERVAL.word());
  }

  /** The same limits as for a change of a running cluster's config. */
  private static ClusterConfig clusterConfig(
      GivenOptions given,
      ClusterConfig usual,
      String activeSize,
      String removeDelay,
      String syncInterval)
      throws UsageException {
    return new ClusterConfig(
        given.whole(
            activeSize,
            usual.activeSize(),
            ClusterConfig.MIN_ACTIVE_SIZE,
            ClusterConfig.MAX_ACTIVE_SIZE),
        given.seconds(
            removeDelay,
            usual.removeDelaySeconds(),
            ClusterConfig.MIN_REMOVE_DELAY_SECONDS,
            ClusterConfig.MAX_SECONDS),
        given.seconds(
            syncInterval,
            usual.syncIntervalSeconds(),
            ClusterConfig.MIN_SYNC_INTERVAL_SECONDS,
            ClusterConfig.MAX_SECONDS));
  }

  private static int verbosity(GivenOptions given) throws UsageException {
    return given.isOn(Flag.VV.word()) ? 2 : given.isOn(Flag.V.word()) ? 1 : 0;
  }

  private CliCommand localCluster(List<String> args) throws UsageException {
    GivenOptions given = Commands.CLUSTER.read(args, remarks::add).options();
    if (given.isOn("help") || given.isOn("h")) {
      return new CliCommand.Print(Help.ofLocalCluster());
    }
    ClusterConfig usual = LocalClusterOptions.DEFAULT_CONFIG;
    int machines =
        given.whole(
            "machines", LocalClusterOptions.DEFAULT_MACHINES, 1, LocalClusterOptions.MAX_MACHINES);
    ClusterConfig config =
        clusterConfig(given, usual, "active-size", "remove-delay", "sync-interval");
    return new CliCommand.RunLocalCluster(
        new LocalClusterOptions(
            machines,
            config,
            given.whole(
                "base-port",
                MachineOptions.DEFAULT_CLIENT_ADDRESS.port(),
                1,
                65_536 - 2 * machines),
            keptDirectory(given),
            verbosity(given),
            LogFormat.parse("--log-format", given.text("log-format").orElse("text")),
            given.isOn("tls")));
  }

  /** Empty for a cluster that is fresh each time. */
  private static Optional<Path> keptDirectory(GivenOptions given) throws UsageException {
    Optional<Path> directory = given.path("data-dir");
    return directory.isPresent() || given.isOn("keep")
        ? Optional.of(directory.orElse(Path.of("./local.understudy")))
        : Optional.empty();
  }
}
