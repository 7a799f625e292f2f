package dev.understudy.admin.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Every option of the command line, in the order in which the help shows them. */
enum Flag {
  NAME(
      Group.MACHINE,
      "name",
      "NAME",
      "the machine's name, unique in its cluster (default: the host's name)"),
  DATA_DIR(
      Group.MACHINE, "data-dir", "DIR", "where it keeps its data (default: ./<name>.understudy)"),
  FORCE(
      Group.MACHINE,
      "force",
      "drop the local data and start with none; they cannot be brought back. Only on the"
          + " command line, and refused at a second start in a row"),
  SEAT_PRIORITY(
      Group.MACHINE,
      "seat-priority",
      "0-100",
      "the standby with the higher one is offered an open seat first; 0 never takes one by"
          + " itself (default: 50)"),
  ZONE(
      Group.MACHINE,
      "zone",
      "NAME",
      "what fails together with this machine, a rack for example: seats are spread over"
          + " zones (default: none)"),
  STANDBY_MODE(
      Group.MACHINE,
      "standby-mode",
      "MODE",
      "what a standby does with clients: redirect sends them to the leader; proxy asks the"
          + " leader for them, for clients that do not follow redirects; replica holds the data,"
          + " answers reads and watches itself, and takes a seat without copying anything first"
          + " (default: redirect)"),
  SNAPSHOT_COUNT(
      Group.MACHINE,
      "snapshot-count",
      "N",
      "a snapshot is taken after this many entries of the log (default: 50000)"),

  ADDR(
      Group.ADDRESSES,
      "addr",
      "HOST:PORT",
      "address for clients, as it is announced to them (default: 127.0.0.1:2379)"),
  BIND_ADDR(
      Group.ADDRESSES,
      "bind-addr",
      "HOST[:PORT]",
      "address to listen on for clients (default: as --addr)"),
  PEER_ADDR(
      Group.ADDRESSES,
      "peer-addr",
      "HOST:PORT",
      "address for other machines, as it is announced to them (default: 127.0.0.1:2380)"),
  PEER_BIND_ADDR(
      Group.ADDRESSES,
      "peer-bind-addr",
      "HOST[:PORT]",
      "address to listen on for other machines (default: as --peer-addr)"),
  METRICS_ADDR(
      Group.ADDRESSES,
      "metrics-addr",
      "HOST:PORT",
      "one more address to answer /metrics and /health on, for whoever reaches it; with"
          + " https:// in front it speaks TLS as the client port does (default: only the client"
          + " port)"),

  CERT_FILE(
      Group.CLIENT_TLS,
      "cert-file",
      "FILE",
      "PEM: the certificate, followed by its chain; with it the client port speaks TLS"),
  KEY_FILE(Group.CLIENT_TLS, "key-file", "FILE", "PEM: its key, not encrypted"),
  CA_FILE(
      Group.CLIENT_TLS,
      "ca-file",
      "FILE",
      "PEM: every client must have a certificate from one of these CAs"),
  TRUSTED_CA_FILE(
      Group.CLIENT_TLS,
      "trusted-ca-file",
      "FILE",
      "PEM: the same, but only with --client-cert-auth"),
  CLIENT_CERT_AUTH(
      Group.CLIENT_TLS,
      "client-cert-auth",
      "every client must have a certificate from --trusted-ca-file"),

  PEER_CERT_FILE(
      Group.PEER_TLS,
      "peer-cert-file",
      "FILE",
      "PEM: the certificate for calls from and to other machines; with it the peer port"
          + " speaks TLS"),
  PEER_KEY_FILE(Group.PEER_TLS, "peer-key-file", "FILE", "PEM: its key, not encrypted"),
  PEER_CA_FILE(
      Group.PEER_TLS,
      "peer-ca-file",
      "FILE",
      "PEM: every machine, and every operator, must have a certificate from one of these CAs"),
  PEER_TRUSTED_CA_FILE(
      Group.PEER_TLS,
      "peer-trusted-ca-file",
      "FILE",
      "PEM: the same, but only with --peer-client-cert-auth"),
  PEER_CLIENT_CERT_AUTH(
      Group.PEER_TLS,
      "peer-client-cert-auth",
      "every machine, and every operator, must have a certificate from"
          + " --peer-trusted-ca-file"),
  PEER_CERT_ALLOWED_CN(
      Group.PEER_TLS,
      "peer-cert-allowed-cn",
      "NAME",
      "the certificate at the other end must also have this common name"),
  PEER_CERT_ALLOWED_HOSTNAME(
      Group.PEER_TLS,
      "peer-cert-allowed-hostname",
      "NAME",
      "the certificate at the other end must also be for this host name"),

  TLS_MIN_VERSION(
      Group.TLS, "tls-min-version", "VERSION", "1.2 or 1.3, on both ports (default: 1.2)"),
  CIPHER_SUITES(
      Group.TLS,
      "cipher-suites",
      "LIST",
      "cipher suites that may be used, separated by commas (default: Java's choice)"),
  TLS_ALLOW_PLAIN(
      Group.TLS,
      "tls-allow-plain",
      "ports with TLS accept plain connections as well, and are announced as http unless"
          + " --addr or --peer-addr says https: for changing a running cluster to TLS, machine by"
          + " machine"),

  CLUSTER_SECRET_FILE(
      Group.SECRET,
      "cluster-secret-file",
      "FILE",
      "a secret of 16 characters or more, the same on all machines, which prove that they"
          + " know it and never send it; every request to the peer port needs it, those of"
          + " operators too"),
  CLUSTER_SECRET_OPTIONAL(
      Group.SECRET,
      "cluster-secret-optional",
      "callers that do not know the secret are answered as well, and other machines need not"
          + " know it: for giving a running cluster a secret, machine by machine"),

  CORS(
      Group.BROWSERS,
      "cors",
      "LIST",
      "origins whose pages may use the client port, separated by commas (https://ui.example); * for"
          + " all (default: none; a page of another origin may read nothing, and its writes get"
          + " 403)"),
  HOST_WHITELIST(
      Group.BROWSERS,
      "host-whitelist",
      "LIST",
      "names by which both ports may be addressed, besides the announced and the local ones;"
          + " others get 403; * is for all (default: on a port that only this host reaches no"
          + " others; on other ports without TLS, browsers may use IP addresses and the machine's"
          + " names, other programs any name, on the peer port only machines and understudy)"),

  CLIENT_CERT_CN_AUTH(
      Group.USERS,
      "client-cert-cn-auth",
      "a request without a user's name is from the user that its certificate's common name"
          + " gives; needs --ca-file"),
  MAX_FAILED_LOGINS(
      Group.USERS,
      "max-failed-logins",
      "N",
      "wrong passwords that one address may send within a minute; after that it is answered"
          + " 429 for the rest of the minute; of IPv6 the first 64 bits count (default: 30)"),
  AUDIT_LOG(
      Group.USERS,
      "audit-log",
      "FILE",
      "records in this file, a line of JSON each, who has changed users, machines or config,"
          + " and who was refused what; a full file gets a number, and the oldest is deleted"),
  AUDIT_LOG_BYTES(
      Group.USERS,
      "audit-log-bytes",
      "BYTES",
      "size of the audit log and its nine predecessors together (default: 100000000)"),

  PEERS(
      Group.FINDING,
      "peers",
      "LIST",
      "peer addresses of the cluster to join, HOST:PORT separated by commas; with this"
          + " machine's own among them, those of a cluster that all found together"),
  PEERS_FILE(
      Group.FINDING,
      "peers-file",
      "FILE",
      "the same from a file, separated by commas or line breaks"),
  DISCOVERY(
      Group.FINDING,
      "discovery",
      "URL",
      "URL of a token (understudy discovery new), where all machines of a new cluster find"
          + " each other: the first of them are peers, the rest stand by"),
  CLUSTER_STATE(
      Group.FINDING,
      "cluster-state",
      "STATE",
      "existing: never founds a cluster; new: founds one without listening for an old one"
          + " first; auto: founds one when nothing is known of a cluster (default: auto)"),
  STATE_FILE(
      Group.FINDING,
      "state-file",
      "FILE",
      "where the machine notes its cluster and who is in it; outside of the data directory"
          + " the note survives the loss of that (default: standby_info in the data directory)"),
  MAX_RETRY_ATTEMPTS(
      Group.FINDING,
      "max-retry-attempts",
      "N",
      "how often the whole list is tried; 0 is for ever (default: 3)"),
  RETRY_INTERVAL(
      Group.FINDING, "retry-interval", "SECONDS", "pause between two tries (default: 3)"),

  CLUSTER_ACTIVE_SIZE(
      Group.NEW_CLUSTER,
      "cluster-active-size",
      "N",
      "how many machines have a seat, 3 at least (default: 9)"),
  CLUSTER_REMOVE_DELAY(
      Group.NEW_CLUSTER,
      "cluster-remove-delay",
      "SECONDS",
      "silence after which a peer loses its seat, 2 at least (default: 1800)"),
  CLUSTER_SYNC_INTERVAL(
      Group.NEW_CLUSTER,
      "cluster-sync-interval",
      "SECONDS",
      "how often a standby syncs, 1 at least (default: 5)"),

  PEER_HEARTBEAT_INTERVAL(
      Group.TIMING,
      "peer-heartbeat-interval",
      "MS",
      "how often the leader shows that it is there (default: 100)"),
  PEER_ELECTION_TIMEOUT(
      Group.TIMING,
      "peer-election-timeout",
      "MS",
      "silence after which another leader is elected (default: 1000)"),
  RAFT_MULTIPLIER(
      Group.TIMING,
      "raft-multiplier",
      "1-10",
      "multiplies both, for slow disks, small machines, long distances (default: 1)"),

  MAX_CONNECTIONS(
      Group.LIMITS,
      "max-connections",
      "N",
      "connections of clients at once; further ones are answered 503 (default: what the file"
          + " descriptors of the process leave, less a reserve for log, snapshots and peers)"),
  MAX_PEER_CONNECTIONS(
      Group.LIMITS,
      "max-peer-connections",
      "N",
      "connections to the peer port at once; beyond, idle ones are closed, and if none is"
          + " idle, further ones are answered 503 (default: an eighth of the file descriptors, 16"
          + " to 512)"),
  MAX_CONNECTIONS_PER_ADDRESS(
      Group.LIMITS,
      "max-connections-per-address",
      "N",
      "connections of one address to each port at once, of IPv6 the first 64 bits; further"
          + " ones are answered 503 (default: as many as the port allows)"),
  MAX_PEER_STREAMS(
      Group.LIMITS,
      "max-peer-streams",
      "N",
      "streams that other peers have opened, one each; further ones are answered 503"
          + " (default: 256)"),
  MAX_HEADER_BYTES(
      Group.LIMITS,
      "max-header-bytes",
      "BYTES",
      "request line and headers on both ports; longer ones are answered 431, or 414 where the"
          + " request line alone is too long (default: 16384)"),
  MAX_REQUEST_BYTES(
      Group.LIMITS,
      "max-request-bytes",
      "BYTES",
      "the body of a client's request; larger ones are answered 413 (default: 1572864)"),
  HEADER_TIMEOUT(
      Group.LIMITS,
      "header-timeout",
      "SECONDS",
      "from the first byte of a request to the end of its headers; slower ones are answered"
          + " 408 (default: 10)"),
  BODY_TIMEOUT(
      Group.LIMITS,
      "body-timeout",
      "SECONDS",
      "from the headers of a client's request to the end of its body; slower ones are"
          + " answered 408 (default: 10)"),
  IDLE_TIMEOUT(
      Group.LIMITS,
      "idle-timeout",
      "SECONDS",
      "how long a client's connection may stand still, also one whose client does not read"
          + " its answer; then it is closed; watches are exempt (default: 30)"),
  MAX_WATCHES(
      Group.LIMITS,
      "max-watches",
      "N",
      "watches and blocking queries at once, one on a connection; further ones are answered"
          + " 503 (default: as many as connections)"),
  MAX_PENDING_WRITES(
      Group.LIMITS,
      "max-pending-writes",
      "N",
      "writes that wait for their answer; further ones are answered 503 (default: 8192)"),
  QUOTA_BYTES(
      Group.LIMITS,
      "quota-bytes",
      "BYTES",
      "memory for all keys; beyond it writes get error 405 until keys are deleted (default:"
          + " a quarter of the heap; the event history has 16 MiB of its own, on every machine)"),
  SESSION_TTL_MIN(
      Group.LIMITS,
      "session-ttl-min",
      "SECONDS",
      "the shortest time to live of a session; shorter ones are refused (default: 10)"),
  LOG_MEMORY_BYTES(
      Group.LIMITS,
      "log-memory-bytes",
      "BYTES",
      "memory for the log; beyond it a snapshot is taken (default: an eighth of the heap)"),
  REQUEST_MEMORY_BYTES(
      Group.LIMITS,
      "request-memory-bytes",
      "BYTES",
      "memory for large requests; beyond it they are answered 503 (default: an eighth of the"
          + " heap)"),
  ANSWER_MEMORY_BYTES(
      Group.LIMITS,
      "answer-memory-bytes",
      "BYTES",
      "memory for large answers; beyond it requests are answered 503 (default: an eighth of"
          + " the heap)"),
  WATCH_MEMORY_BYTES(
      Group.LIMITS,
      "watch-memory-bytes",
      "BYTES",
      "memory for events that watchers have not read; beyond it the watches end that have"
          + " read nothing for longest (default: a sixteenth of the heap)"),

  CONFIG(
      Group.OTHER,
      "config",
      "FILE",
      "a TOML file of options, used where neither the command line nor the environment gives"
          + " them; its keys are the names in this list"),
  LOG_FORMAT(
      Group.OTHER,
      "log-format",
      "FORMAT",
      "text, or json: each line of the log is an object (default: text)"),
  SLOW_REQUEST_MILLIS(
      Group.OTHER,
      "slow-request-millis",
      "N",
      "log requests of clients whose answer takes longer than this to begin, watches"
          + " excepted; 0 logs none (default: 1000)"),
  V(Group.OTHER, "v", "log configuration, membership, elections and snapshots in detail"),
  VV(Group.OTHER, "vv", "log requests and messages as well"),
  VERSION(Group.OTHER, "version", "print the version and exit"),
  HELP(Group.OTHER, "help", "print this and exit"),

  /** For machines that another process of ours has started; not for people. */
  STOP_WITH_STDIN(Group.HIDDEN, "stop-with-stdin", "stop when standard input ends");

  /** The headings of the help. */
  enum Group {
    MACHINE("This machine"),
    ADDRESSES("Addresses"),
    CLIENT_TLS("TLS on the client port"),
    PEER_TLS("TLS on the peer port"),
    TLS("TLS on both (certificates are read again when they change, and at SIGHUP)"),
    SECRET("A secret for the peer port, for machines without certificates"),
    BROWSERS("Web pages"),
    USERS("Users (made with etcdctl, or any client of /v2/auth)"),
    FINDING("Finding a cluster to join (none given: a new cluster)"),
    NEW_CLUSTER("A new cluster's config (an existing one keeps its own)"),
    TIMING("Timing (give all machines the same)"),
    LIMITS("Limits of this machine (defaults for memory depend on the heap, -Xmx)"),
    OTHER("Other"),
    HIDDEN("");

    private final String heading;

    Group(String heading) {
      this.heading = heading;
    }

    String heading() {
      return heading;
    }

    List<Flag> flags() {
      return Stream.of(Flag.values()).filter(flag -> flag.group == this).toList();
    }
  }

  private final Group group;
  private final String word;
  private final String argument;
  private final String meaning;

  /** A switch. */
  Flag(Group group, String word, String meaning) {
    this(group, word, "", meaning);
  }

  /** An option with a value. */
  Flag(Group group, String word, String argument, String meaning) {
    this.group = group;
    this.word = word;
    this.argument = argument;
    this.meaning = meaning;
  }

  /** Without dashes. */
  String word() {
    return word;
  }

  String argument() {
    return argument;
  }

  boolean takesValue() {
    return !argument.isEmpty();
  }

  String meaning() {
    return meaning;
  }

  /**
   * The environment variable that sets it. Empty for what asks for an answer rather than sets
   * something: {@code UNDERSTUDY_VERSION} may well stand in a container for other reasons; and for
   * what destroys data, which must not happen at every start of a service.
   */
  String environmentVariable() {
    return this == VERSION || this == HELP || this == FORCE || group == Group.HIDDEN
        ? ""
        : "UNDERSTUDY_" + word.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return (this == V || this == VV ? "-" : "--") + word;
  }
}
