import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a machine answers at each of its limits and one beyond, and how much memory and how many
 * threads it has meanwhile: a table. Each limit has a fresh process with a heap of 256 MB, and is
 * set lower where it would take thousands of clients to get there.
 *
 * <p>Run by limits.sh: JAR BASE-PORT [OPTION...].
 */
public final class Limits {
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int REFUSED = 503;
  private static final int MANY = 500;
  private static final int MIB = 1 << 20;
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

  private final Path jar;
  private final List<String> wanted;
  private int port;

  private Limits(Path jar, int port, List<String> wanted) {
    this.jar = jar;
    this.port = port;
    this.wanted = wanted;
  }

  /** What was answered at a limit and beyond; the machine is looked at in between. */
  private record Seen(String within, String beyond) {}

  private interface Drive {
    Seen drive(Machine machine) throws Exception;
  }

  public static void main(String[] args) throws Exception {
    String jar = args.length > 0 ? args[0] : "admin/target/understudy.jar";
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 23_000;
    List<String> wanted = List.of(args).subList(Math.min(2, args.length), args.length);
    Limits limits = new Limits(Path.of(jar).toAbsolutePath(), port, wanted);
    System.out.println("| Limit | At it | One beyond | Memory | Threads |\n|---|---|---|---|---|");
    limits.run("(nothing under way)", "", Limits::nothing);
    limits.connections();
    limits.requests();
    limits.memory();
    limits.users();
  }

  private static Seen nothing(Machine machine) throws IOException {
    machine.measure();
    return new Seen("", "");
  }

  private void connections() throws Exception {
    run("--max-connections", "2000", machine -> connections(machine, 2_000));
    run("--max-connections-per-address", "1000", machine -> connections(machine, 1_000));
    run("--max-peer-connections", "64", Limits::peerConnections);
    run("--max-peer-streams", "8", machine -> streams(machine, 8));
    run("(streams of peers that are not known)", "", machine -> streams(machine, 16));
    run("--max-watches", "1000", machine -> watches(machine, 1_000));
    run("--header-timeout", "2", Limits::slowHeads);
    run("--body-timeout", "2", Limits::slowBodies);
    run("--idle-timeout", "2", Limits::idle);
  }

  private void requests() throws Exception {
    run("--max-header-bytes", "16384", Limits::heads);
    run("--max-request-bytes", "1572864", Limits::bodies);
    run("--max-pending-writes", "16", Limits::writes);
    run("(bytes of a key)", "", Limits::keys);
    run("(fields of a form)", "", Limits::fields);
    run("--session-ttl-min", "20", Limits::sessions);
  }

  private void memory() throws Exception {
    run("--request-memory-bytes", "9437184", Limits::requestMemory);
    run("--answer-memory-bytes", "8388608", Limits::answerMemory);
    run("--watch-memory-bytes", "4194304", Limits::watchMemory);
    run("--quota-bytes", "8388608", Limits::quota);
  }

  private void users() throws Exception {
    run("--max-failed-logins", "5", Limits::logins);
    run("(bytes of a password)", "", Limits::passwords);
    run("--audit-log-bytes", "1000000", Limits::audit);
  }

  /** One line of the table. */
  private void run(String option, String value, Drive drive) throws Exception {
    if (!wanted.isEmpty() && !wanted.contains(option)) {
      return;
    }
    List<String> given = value.isEmpty() ? List.of() : List.of(option, value);
    try (Machine machine = new Machine(jar, port, given)) {
      Seen seen = drive.drive(machine);
      System.out.printf(
          "| `%s` | %s | %s | %d MB | %d |%n",
          (option + " " + value).strip(),
          seen.within,
          seen.beyond,
          machine.megabytes,
          machine.threads);
    }
    port += 2;
  }

  // ---- connections

  private static Seen connections(Machine machine, int limit) throws Exception {
    for (int i = 0; i < limit; i++) {
      machine.hold("127.0.0.1");
    }
    machine.measure();
    String from = limit == 2_000 ? "127.0.0.2" : "127.0.0.1";
    Answer more = Answer.read(machine.connect(machine.client, from));
    return new Seen("every one of " + limit + " is answered 200", more.told());
  }

  private static Seen peerConnections(Machine machine) throws Exception {
    String half = Machine.head("PUT", "/v2/admin/config", "Content-Length: 20\r\n") + "{";
    for (int i = 0; i < 64; i++) {
      machine.send(machine.peer, half);
    }
    Thread.sleep(1_000);
    machine.measure();
    String more = Answer.read(machine.connect(machine.peer, "127.0.0.1")).told();
    return new Seen("64 are being read", more);
  }

  private static Seen streams(Machine machine, int limit) throws Exception {
    String cluster = machine.ask("GET", "/v2/keys/", "").header("X-Etcd-Cluster-Id");
    Matcher self =
        Pattern.compile("\"id\":\"([0-9a-f]+)\"")
            .matcher(machine.ask("GET", "/v2/members", "").text);
    if (!self.find()) {
      throw new IOException("there is no member");
    }
    String greeting =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nUnderstudy-Cluster: "
            + cluster
            + "\r\nUnderstudy-To: "
            + self.group(1)
            + "\r\nUnderstudy-Format: 1\r\nUnderstudy-Peer-Url: http://127.0.0.1:1\r\n"
            + "Understudy-From: ";
    List<Integer> within = new ArrayList<>();
    for (int i = 1; i <= limit; i++) {
      String head = Machine.head("GET", "/raft/stream", greeting + i + "\r\n");
      within.add(Answer.read(machine.send(machine.peer, head)).status);
    }
    Thread.sleep(500); // the last one may not be counted yet
    machine.measure();
    String head = Machine.head("GET", "/raft/stream", greeting + "ff\r\n");
    return new Seen(counted(within), Answer.read(machine.send(machine.peer, head)).told());
  }

  private static Seen watches(Machine machine, int limit) throws Exception {
    String watch = Machine.head("GET", "/v2/keys/w?wait=true", "");
    List<Integer> within = new ArrayList<>();
    for (int i = 0; i < limit; i++) {
      within.add(Answer.read(machine.send(machine.client, watch)).status);
    }
    machine.measure();
    return new Seen(counted(within), machine.ask("GET", "/v2/keys/w?wait=true", "").told());
  }

  private static Seen slowHeads(Machine machine) throws Exception {
    return slow(machine, Machine.head("GET", "/version", ""));
  }

  private static Seen slowBodies(Machine machine) throws Exception {
    String form = FORM + "Content-Length: 7\r\n";
    return slow(machine, Machine.head("PUT", "/v2/keys/a", form) + "value=1");
  }

  /** Half of a request at first from many; one sends the rest in time. */
  private static Seen slow(Machine machine, String request) throws Exception {
    String half = request.substring(0, request.length() - 3);
    String rest = request.substring(half.length());
    List<Socket> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(machine.send(machine.client, half));
    }
    Thread.sleep(500);
    machine.measure();
    Socket last = machine.send(machine.client, half);
    Thread.sleep(1_000);
    machine.write(last, rest);
    int within = Answer.read(last).status;
    List<Integer> late = new ArrayList<>();
    for (Socket each : all) {
      late.add(Answer.read(each).status);
    }
    return new Seen("whole after 1 s: " + within, counted(late));
  }

  private static Seen idle(Machine machine) throws Exception {
    List<Socket> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(machine.hold("127.0.0.1"));
    }
    machine.measure();
    Socket used = machine.hold("127.0.0.1");
    Thread.sleep(1_500);
    machine.write(used, Machine.head("GET", "/version", ""));
    int within = Answer.read(used).status;
    Thread.sleep(2_000);
    int closed = 0;
    for (Socket each : all) {
      closed += each.getInputStream().read() < 0 ? 1 : 0;
    }
    return new Seen("asked again after 1.5 s: " + within, closed + " of " + MANY + " closed");
  }

  // ---- requests

  private static Seen heads(Machine machine) throws Exception {
    int shortest = Machine.head("GET", "/version", "X: \r\nConnection: close\r\n").length();
    int taken = 1;
    int refused = 20_000;
    while (refused - taken > 1) {
      int middle = (taken + refused) / 2;
      int status = machine.get("/version", "X: " + "x".repeat(middle) + "\r\n").status;
      taken = status == OK ? middle : taken;
      refused = status == OK ? refused : middle;
    }
    machine.measure();
    return new Seen(
        (shortest + taken) + " bytes: 200",
        (shortest + refused)
            + " bytes: "
            + machine.get("/version", "X: " + "x".repeat(refused) + "\r\n").told());
  }

  private static Seen bodies(Machine machine) throws Exception {
    int limit = 3 * MIB / 2 - "value=".length();
    int within = machine.put("/v2/keys/a", "x".repeat(limit)).status;
    machine.measure();
    return new Seen(
        String.valueOf(within), machine.put("/v2/keys/a", "x".repeat(limit + 1)).told());
  }

  /** How many are under way at one moment is chance. */
  private static Seen writes(Machine machine) throws Exception {
    List<Integer> within = burst(machine, 16);
    List<Integer> beyond = List.of();
    for (int i = 0; i < 50 && !beyond.contains(REFUSED); i++) {
      beyond = burst(machine, 200);
    }
    return new Seen("16 at once: " + counted(within), "200 at once: " + counted(beyond));
  }

  private static List<Integer> burst(Machine machine, int count) throws Exception {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(machine.connect(machine.client, "127.0.0.1"));
    }
    String put = Machine.head("PUT", "/v2/keys/many", FORM + "Content-Length: 7\r\n") + "value=1";
    for (Socket each : sockets) {
      machine.write(each, put);
    }
    machine.measure();
    List<Integer> statuses = new ArrayList<>();
    for (Socket each : sockets) {
      statuses.add(Answer.read(each).status);
      each.close();
    }
    return statuses;
  }

  private static Seen keys(Machine machine) throws Exception {
    int within = machine.put("/v2/keys/" + "k".repeat(8_191), "1").status;
    machine.measure();
    return new Seen(
        "8,192: " + within, "8,193: " + machine.put("/v2/keys/" + "k".repeat(8_192), "1").told());
  }

  private static Seen fields(Machine machine) throws Exception {
    int within = machine.put("/v2/keys/f", "1" + "&x=1".repeat(63)).status;
    machine.measure();
    return new Seen(
        "64: " + within, "65: " + machine.put("/v2/keys/f", "1" + "&x=1".repeat(64)).told());
  }

  private static Seen sessions(Machine machine) throws Exception {
    int within = machine.ask("PUT", "/v1/session/create", "{\"TTL\":\"20s\"}").status;
    machine.measure();
    return new Seen(
        "20s: " + within,
        "19s: " + machine.ask("PUT", "/v1/session/create", "{\"TTL\":\"19s\"}").told());
  }

  // ---- memory

  /** A body counts three times: two of the largest fill the room. */
  private static Seen requestMemory(Machine machine) throws Exception {
    String body = "value=" + "x".repeat(3 * MIB / 2 - 6);
    String head =
        Machine.head("PUT", "/v2/keys/big", FORM + "Content-Length: " + body.length() + "\r\n");
    Socket first = machine.send(machine.client, head + body.substring(0, 1_000_000));
    Socket second = machine.send(machine.client, head + body.substring(0, 1_000_000));
    Thread.sleep(500);
    machine.measure();
    String beyond = machine.put("/v2/keys/more", "x".repeat(100_000)).told();
    List<Integer> within = new ArrayList<>();
    for (Socket each : List.of(first, second)) {
      machine.write(each, body.substring(1_000_000));
      within.add(Answer.read(each).status);
    }
    return new Seen("two of 1.5 MiB: " + counted(within), "100 kB meanwhile: " + beyond);
  }

  /** Sixteen megabytes each: what is listed stays in memory until its client has taken it. */
  private static Seen answerMemory(Machine machine) throws Exception {
    for (int i = 0; i < 16; i++) {
      machine.put("/v2/keys/listed/" + i, "x".repeat(MIB));
    }
    int taken = 0;
    Answer answer = new Answer("");
    for (int i = 0; i < 100 && answer.status != REFUSED; i++) {
      Socket unread = machine.connect(machine.client, "127.0.0.1", 4_096);
      machine.write(unread, Machine.head("GET", "/v2/keys/listed", ""));
      answer = Answer.head(unread);
      taken += answer.status == OK ? 1 : 0;
      answer = answer.status == REFUSED ? Answer.rest(unread, answer.text) : answer;
    }
    machine.measure();
    return new Seen(taken + " listing of 16 MiB that nobody reads: 200", answer.told());
  }

  private static Seen watchMemory(Machine machine) throws Exception {
    List<String> events = new ArrayList<>();
    for (int values : new int[] {2, 60}) {
      Socket unread = machine.connect(machine.client, "127.0.0.1", 4_096);
      String watch = Machine.head("GET", "/v2/keys/w?wait=true&stream=true", "");
      machine.write(unread, watch);
      Answer.head(unread);
      for (int i = 0; i < values; i++) {
        machine.put("/v2/keys/w", "x".repeat(MIB / 4));
      }
      machine.measure();
      unread.setSoTimeout(2_000);
      Answer all = Answer.rest(unread, "");
      int came = all.text.split("\"action\"", -1).length - 1;
      events.add(came + " of " + values + " events come" + (all.ended ? ", then it ends" : ""));
    }
    return new Seen("a stream that is not read: " + events.get(0), events.get(1));
  }

  private static Seen quota(Machine machine) throws Exception {
    int taken = 0;
    Answer answer = machine.put("/v2/keys/q0", "x".repeat(MIB / 2));
    while (answer.status == CREATED) {
      taken++;
      answer = machine.put("/v2/keys/q" + taken, "x".repeat(MIB / 2));
    }
    machine.measure();
    int deleted = machine.ask("DELETE", "/v2/keys/q0", "").status;
    return new Seen(taken + " values of 512 KiB: 201", answer.told() + "; DELETE: " + deleted);
  }

  // ---- users

  private static void enable(Machine machine) throws Exception {
    machine.ask("PUT", "/v2/auth/users/root", "{\"user\":\"root\",\"password\":\"top\"}");
    machine.ask("PUT", "/v2/auth/roles/guest", "{\"role\":\"guest\"}");
    machine.ask("PUT", "/v2/auth/enable", "");
  }

  private static Seen logins(Machine machine) throws Exception {
    enable(machine);
    String wrong = "Authorization: Basic cm9vdDpmYWxzZQ==\r\n";
    List<Integer> within = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      within.add(machine.get("/v2/keys/", wrong).status);
    }
    machine.measure();
    return new Seen(counted(within), machine.get("/v2/keys/", wrong).told());
  }

  private static Seen passwords(Machine machine) throws Exception {
    String user = "{\"user\":\"u\",\"password\":\"%s\"}";
    int within = machine.ask("PUT", "/v2/auth/users/u", user.formatted("p".repeat(72))).status;
    machine.measure();
    String beyond = machine.ask("PUT", "/v2/auth/users/u", user.formatted("p".repeat(73))).told();
    return new Seen("72: " + within, "73: " + beyond);
  }

  private static Seen audit(Machine machine) throws Exception {
    enable(machine);
    for (int i = 0; i < 6_000; i++) {
      machine.get("/v2/keys/refused", "");
    }
    machine.measure();
    Thread.sleep(1_000);
    long files;
    long bytes = 0;
    try (Stream<Path> all = Files.list(machine.directory)) {
      List<Path> logs =
          all.filter(file -> file.getFileName().toString().startsWith("audit")).toList();
      files = logs.size();
      for (Path log : logs) {
        bytes += Files.size(log);
      }
    }
    return new Seen(
        "the first lines of 6,000 are gone", files + " files of " + bytes + " bytes in all");
  }

  private static String counted(List<Integer> statuses) {
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    statuses.forEach(status -> counts.merge(status, 1, Integer::sum));
    List<String> texts = new ArrayList<>();
    counts.forEach((status, count) -> texts.add(count + " times " + status));
    return String.join(", ", texts);
  }
}
