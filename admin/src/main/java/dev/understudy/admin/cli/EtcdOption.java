package dev.understudy.admin.cli;

import static dev.understudy.admin.cli.EtcdValue.AS_IT_IS;
import static dev.understudy.admin.cli.EtcdValue.CLUSTER;
import static dev.understudy.admin.cli.EtcdValue.FIRST_URL;
import static dev.understudy.admin.cli.EtcdValue.ONLY_URL;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An option of etcd 0.4, 2.x or 3.x, and what becomes of it here: a command, a unit file or a
 * config file of etcd's is understood as it is where that is possible, and where it is not, nobody
 * has to guess which of its lines does nothing.
 *
 * @param word without dashes; its variable is {@code ETCD_} and the same in capitals
 * @param takesValue false for a switch
 * @param fate what becomes of it
 */
record EtcdOption(String word, boolean takesValue, Fate fate) {
  /** What becomes of an option. */
  sealed interface Fate {}

  /**
   * It is ours, by this name or another.
   *
   * @param deprecated whether etcd itself had another name for it later
   */
  record Taken(Flag flag, EtcdValue value, boolean deprecated) implements Fate {}

  /** Nothing is to be set here, and nobody misses anything. */
  record Obsolete(String why) implements Fate {}

  /**
   * It asks for what this machine would not do.
   *
   * @param why behind "here"
   * @param harmless values that ask for what it does anyway
   */
  record Refused(String why, Set<String> harmless) implements Fate {}

  /** Words up to -vvv, and the short ones of 0.4, are shorter. */
  private static final int LETTERS = 4;

  private static final Set<String> OFF = Set.of("false", "0", "no");
  private static final String BY_ITSELF = "it is done without";

  /** All, in the order in which docs/migration.md shows them. */
  static final List<EtcdOption> ALL =
      List.of(
          same(Flag.NAME),
          same(Flag.DATA_DIR),
          same(Flag.ADDR),
          same(Flag.BIND_ADDR),
          same(Flag.PEER_ADDR),
          same(Flag.PEER_BIND_ADDR),
          same(Flag.PEERS),
          same(Flag.PEERS_FILE),
          same(Flag.CONFIG),
          same(Flag.DISCOVERY),
          same(Flag.MAX_RETRY_ATTEMPTS),
          same(Flag.RETRY_INTERVAL),
          same(Flag.PEER_HEARTBEAT_INTERVAL),
          same(Flag.PEER_ELECTION_TIMEOUT),
          same(Flag.SNAPSHOT_COUNT),
          same(Flag.CLUSTER_ACTIVE_SIZE),
          same(Flag.CLUSTER_REMOVE_DELAY),
          same(Flag.CLUSTER_SYNC_INTERVAL),
          same(Flag.CA_FILE),
          same(Flag.CERT_FILE),
          same(Flag.KEY_FILE),
          same(Flag.TRUSTED_CA_FILE),
          same(Flag.CLIENT_CERT_AUTH),
          same(Flag.PEER_CA_FILE),
          same(Flag.PEER_CERT_FILE),
          same(Flag.PEER_KEY_FILE),
          same(Flag.PEER_TRUSTED_CA_FILE),
          same(Flag.PEER_CLIENT_CERT_AUTH),
          same(Flag.PEER_CERT_ALLOWED_CN),
          same(Flag.PEER_CERT_ALLOWED_HOSTNAME),
          same(Flag.TLS_MIN_VERSION),
          same(Flag.CIPHER_SUITES),
          same(Flag.CORS),
          same(Flag.HOST_WHITELIST),
          same(Flag.V),
          same(Flag.VV),
          taken("cors-origins", Flag.CORS, AS_IT_IS),
          taken("vvv", Flag.VV, AS_IT_IS),
          taken("verbose", Flag.V, AS_IT_IS),
          taken("very-verbose", Flag.VV, AS_IT_IS),
          taken("very-very-verbose", Flag.VV, AS_IT_IS),
          taken("debug", Flag.V, AS_IT_IS),
          taken("heartbeat-interval", Flag.PEER_HEARTBEAT_INTERVAL, AS_IT_IS),
          taken("election-timeout", Flag.PEER_ELECTION_TIMEOUT, AS_IT_IS),
          taken("listen-client-urls", Flag.BIND_ADDR, ONLY_URL),
          taken("listen-peer-urls", Flag.PEER_BIND_ADDR, ONLY_URL),
          taken("listen-metrics-urls", Flag.METRICS_ADDR, ONLY_URL),
          taken("advertise-client-urls", Flag.ADDR, FIRST_URL),
          taken("initial-advertise-peer-urls", Flag.PEER_ADDR, FIRST_URL),
          taken("initial-cluster", Flag.PEERS, CLUSTER),
          taken("initial-cluster-state", Flag.CLUSTER_STATE, AS_IT_IS),
          deprecated("n", Flag.NAME),
          deprecated("d", Flag.DATA_DIR),
          deprecated("c", Flag.ADDR),
          deprecated("cl", Flag.BIND_ADDR),
          deprecated("s", Flag.PEER_ADDR),
          deprecated("sl", Flag.PEER_BIND_ADDR),
          deprecated("C", Flag.PEERS),
          deprecated("CF", Flag.PEERS_FILE),
          deprecated("r", Flag.MAX_RETRY_ATTEMPTS),
          deprecated("maxsize", Flag.CLUSTER_ACTIVE_SIZE),
          deprecated("max-cluster-size", Flag.CLUSTER_ACTIVE_SIZE),
          deprecated("snapshotCount", Flag.SNAPSHOT_COUNT),
          deprecated("clientCAFile", Flag.CA_FILE),
          deprecated("clientCert", Flag.CERT_FILE),
          deprecated("clientKey", Flag.KEY_FILE),
          deprecated("serverCAFile", Flag.PEER_CA_FILE),
          deprecated("serverCert", Flag.PEER_CERT_FILE),
          deprecated("serverKey", Flag.PEER_KEY_FILE),
          deprecated("peer-heartbeat-timeout", Flag.PEER_HEARTBEAT_INTERVAL),
          obsolete("initial-cluster-token", "each new cluster draws an id of its own"),
          obsolete("max-snapshots", "old snapshots are removed without"),
          obsolete("max-wals", "old segments of the log are removed without"),
          obsolete("http-read-timeout", "requests have their own time limits"),
          obsolete("http-write-timeout", "answers have their own time limits"),
          obsolete("max-result-buffer", "--watch-memory-bytes bounds what waits for watchers"),
          obsolete("m", "--watch-memory-bytes bounds what waits for watchers"),
          obsolete("trace", "/metrics and /v2/stats tell without"),
          obsolete("log-package-levels", "-v and -vv set the log"),
          obsolete("log-level", "-v and -vv set the log"),
          obsolete("logger", "the log goes to standard error"),
          obsolete("log-outputs", "the log goes to standard error"),
          obsolete("proxy-failure-wait", BY_ITSELF),
          obsolete("proxy-refresh-interval", "standbys sync every --cluster-sync-interval"),
          obsolete("proxy-dial-timeout", BY_ITSELF),
          obsolete("proxy-write-timeout", BY_ITSELF),
          obsolete("proxy-read-timeout", BY_ITSELF),
          obsolete("quota-backend-bytes", "--quota-bytes bounds the memory of all keys"),
          obsolete("auto-compaction-retention", "old events are dropped without"),
          obsolete("auto-compaction-mode", "old events are dropped without"),
          obsoleteSwitch(
              "strict-reconfig-check", "a removal that would cost the majority is refused"),
          obsoleteSwitch("enable-v2", "the API is that of v2"),
          obsoleteSwitch("enable-pprof", "the Java machine's own tools take profiles"),
          refusedSwitch("f", "it is --force", Set.of()),
          refusedSwitch("snapshot", "snapshots are always taken", Set.of("true", "1", "yes")),
          refused(
              "proxy",
              "a machine without a seat is a standby; --seat-priority 0 keeps it one, and"
                  + " --standby-mode proxy lets it ask the leader for its clients",
              "off"),
          refused("discovery-fallback", "a machine without a seat is a standby", "proxy"),
          refused("discovery-srv", "--peers or --discovery tells of the others"),
          refused("discovery-proxy", "the discovery service is asked directly"),
          refused("wal-dir", "the log lies in the data directory"),
          refusedSwitch(
              "force-new-cluster",
              "it is understudy recover, for a machine that does not run",
              OFF),
          refused("graphite-host", "/metrics is there for Prometheus to fetch"),
          refused("cpuprofile", "the Java machine's own tools take profiles"),
          refused("cpu-profile-file", "the Java machine's own tools take profiles"),
          refused("config-file", "it is --config, and TOML"));

  private static final Map<String, EtcdOption> BY_WORD =
      ALL.stream().collect(Collectors.toMap(EtcdOption::word, Function.identity()));

  /** By its word; null when etcd has none of that name, or it is none that we know. */
  static EtcdOption of(String word) {
    return BY_WORD.get(word);
  }

  /** The environment variable that etcd reads; empty for letters, which have none. */
  String variable() {
    return word.length() < LETTERS ? "" : "ETCD_" + word.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static EtcdOption same(Flag flag) {
    return new EtcdOption(flag.word(), flag.takesValue(), new Taken(flag, AS_IT_IS, false));
  }

  private static EtcdOption taken(String word, Flag flag, EtcdValue value) {
    return new EtcdOption(word, flag.takesValue(), new Taken(flag, value, false));
  }

  private static EtcdOption deprecated(String word, Flag flag) {
    return new EtcdOption(word, flag.takesValue(), new Taken(flag, AS_IT_IS, true));
  }

  private static EtcdOption obsolete(String word, String why) {
    return new EtcdOption(word, true, new Obsolete(why));
  }

  private static EtcdOption obsoleteSwitch(String word, String why) {
    return new EtcdOption(word, false, new Obsolete(why));
  }

  private static EtcdOption refused(String word, String why, String... harmless) {
    return new EtcdOption(word, true, new Refused(why, Set.of(harmless)));
  }

  private static EtcdOption refusedSwitch(String word, String why, Set<String> harmless) {
    return new EtcdOption(word, false, new Refused(why, harmless));
  }
}
