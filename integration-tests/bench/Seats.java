import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long seats take to change hands among five machines of which three are peers, with a remove
 * delay of 2 s and a sync interval of 1 s: until the machine concerned says that its mode has
 * changed, which of a new peer it says when it has its vote. Before each change all machines are up
 * and have been for a moment.
 *
 * <p>Run by seats.sh.
 */
public final class Seats {
  private static final int MACHINES = 5;
  private static final int PEERS = 3;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /**
   * A standby is given a seat once it has been known to the leader for two seconds, which is what
   * the stabilization time is with this remove delay.
   */
  private static final long QUIET_MILLIS = 2_500;

  private final List<Member> members = new ArrayList<>();
  private final Path work;

  private Seats(List<String> java, int port, Path work) {
    this.work = work;
    StringBuilder peers = new StringBuilder();
    for (int i = 0; i < MACHINES; i++) {
      peers.append(i == 0 ? "" : ",").append("127.0.0.1:").append(port + MACHINES + i);
    }
    for (int i = 0; i < MACHINES; i++) {
      List<String> command = new ArrayList<>(java);
      command.addAll(List.of("--name", "s" + i, "--data-dir", work.resolve("s" + i).toString()));
      command.addAll(List.of("--addr", "127.0.0.1:" + (port + i)));
      command.addAll(List.of("--peer-addr", "127.0.0.1:" + (port + MACHINES + i)));
      command.addAll(List.of("--cluster-active-size", Integer.toString(PEERS)));
      command.addAll(List.of("--cluster-remove-delay", "2", "--cluster-sync-interval", "1"));
      command.addAll(List.of("--peers", peers.toString()));
      members.add(
          new Member("s" + i, command, work.resolve("s" + i + ".log"), port + MACHINES + i));
    }
  }

  public static void main(String[] arguments) throws Exception {
    int changes = Integer.parseInt(arguments[0]);
    int port = Integer.parseInt(arguments[1]);
    List<String> java = List.of(arguments[2].split(" "));
    List<String> wanted = List.of(arguments).subList(3, arguments.length);
    Path work = Files.createTempDirectory("seats");
    Seats seats = new Seats(java, port, work);
    Runtime.getRuntime().addShutdownHook(new Thread(seats::end));
    for (Member member : seats.members) {
      member.start();
    }
    seats.awaitSettled(PEERS);
    for (String what : wanted) {
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < changes; i++) {
        double took = seats.change(what);
        millis.add(took);
        System.out.printf("%-9s %2d: %7.0f ms%n", what, i + 1, took);
      }
      report(what, millis);
    }
    System.exit(0);
  }

  private double change(String what) throws Exception {
    switch (what) {
      case "remove":
        return removed();
      case "follower":
        return killed(follower());
      case "leader":
        return killed(leader());
      case "grow":
        return grown();
      default:
        throw new IllegalArgumentException(what + ": remove, follower, leader or grow");
    }
  }

  /** From the request to remove a peer until it is a standby. */
  private double removed() throws Exception {
    Member peer = follower();
    String url = leader().url + "/v2/admin/machines/" + peer.name;
    long begun = System.nanoTime();
    call("DELETE", url, "");
    double took = millisUntil(peer, "standby", begun);
    awaitSettled(PEERS);
    return took;
  }

  /** From kill -9 of a peer until a standby is a peer. */
  private double killed(Member peer) throws Exception {
    List<Member> standbys = inMode("standby");
    peer.process.destroyForcibly().waitFor();
    long begun = System.nanoTime();
    await("a standby is a peer", () -> standbys.stream().anyMatch(s -> s.isSince("peer", begun)));
    double took =
        standbys.stream()
            .filter(s -> s.isSince("peer", begun))
            .mapToDouble(s -> (s.sinceNanos - begun) / 1e6)
            .min()
            .orElseThrow();
    peer.start();
    awaitSettled(PEERS);
    return took;
  }

  /** From the request for two more seats until both standbys are peers; then back again. */
  private double grown() throws Exception {
    String url = leader().url + "/v2/admin/config";
    long begun = System.nanoTime();
    call("PUT", url, "{\"activeSize\":" + MACHINES + "}");
    await("all are peers", () -> inMode("peer").size() == MACHINES);
    double took =
        members.stream().mapToLong(member -> member.sinceNanos - begun).max().orElseThrow() / 1e6;
    awaitSettled(MACHINES);
    call("PUT", leader().url + "/v2/admin/config", "{\"activeSize\":" + PEERS + "}");
    awaitSettled(PEERS);
    return took;
  }

  private static void report(String what, List<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    int last = (int) Math.ceil(0.99 * sorted.size()) - 1;
    System.out.printf(
        "%-9s %d times: median %.0f ms, p99 %.0f ms, worst %.0f ms, best %.0f ms%n",
        what,
        sorted.size(),
        sorted.get(sorted.size() / 2),
        sorted.get(last),
        sorted.get(sorted.size() - 1),
        sorted.get(0));
  }

  private static double millisUntil(Member member, String mode, long begun) throws Exception {
    await(member.name + " is a " + mode, () -> member.isSince(mode, begun));
    return (member.sinceNanos - begun) / 1e6;
  }

  private List<Member> inMode(String mode) {
    return members.stream().filter(member -> member.mode.equals(mode)).toList();
  }

  private Member leader() {
    String seats = seats();
    return members.stream().filter(m -> holds(seats, m, "leader")).findFirst().orElseThrow();
  }

  private Member follower() {
    String seats = seats();
    return members.stream().filter(m -> holds(seats, m, "follower")).findFirst().orElseThrow();
  }

  private static boolean holds(String seats, Member member, String state) {
    return seats.contains("{\"name\":\"" + member.name + "\",\"state\":\"" + state + "\"");
  }

  /** As the leader lists them; a learner has no vote yet and is listed as such. */
  private String seats() {
    for (Member member : members) {
      String seats = call("GET", member.url + "/v2/admin/machines", "");
      if (holds(seats, member, "leader")) {
        return seats;
      }
    }
    return "";
  }

  private void awaitSettled(int peers) throws Exception {
    await(
        peers + " peers, and all others standbys that the leader knows",
        () -> {
          String seats = seats();
          return count(seats, "\"state\":\"leader\"") + count(seats, "\"state\":\"follower\"")
                  == peers
              && inMode("peer").size() == peers
              && inMode("standby").size() == MACHINES - peers
              && count(call("GET", leader().url + "/v2/admin/standbys", ""), "\"name\"")
                  == MACHINES - peers;
        });
    Thread.sleep(QUIET_MILLIS);
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  private static String call(String method, String url, String body) {
    try {
      HttpURLConnection call = (HttpURLConnection) URI.create(url).toURL().openConnection();
      call.setRequestMethod(method);
      call.setInstanceFollowRedirects(false);
      call.setConnectTimeout(1_000);
      call.setReadTimeout(5_000);
      if (!body.isEmpty()) {
        call.setDoOutput(true);
        call.setRequestProperty("Content-Type", "application/json");
        call.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
      }
      int status = call.getResponseCode();
      return status >= 300
          ? ""
          : new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(String what, Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        System.err.println("not within a minute: " + what);
        System.exit(1);
      }
      Thread.sleep(20);
    }
  }

  private void end() {
    for (Member member : members) {
      if (member.process != null) {
        member.process.destroyForcibly();
      }
    }
    if (System.getenv("KEEP") != null) {
      System.err.println("data and logs: " + work);
      return;
    }
    try (Stream<Path> all = Files.walk(work)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A machine, and the mode that it said last. */
  private static final class Member {
    private final String name;
    private final List<String> command;
    private final Path log;
    private final String url;
    private volatile Process process;
    private volatile String mode = "";
    private volatile long sinceNanos;

    Member(String name, List<String> command, Path log, int peerPort) {
      this.name = name;
      this.command = command;
      this.log = log;
      this.url = "http://127.0.0.1:" + peerPort;
    }

    void start() throws IOException {
      mode = "";
      Process started =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      process = started;
      Thread reader = new Thread(() -> read(started), name);
      reader.setDaemon(true);
      reader.start();
    }

    private void read(Process started) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.contains(" mode=")) {
            sinceNanos = System.nanoTime();
            mode = line.replaceFirst(".* mode=(\\w+).*", "$1");
          }
        }
      } catch (IOException e) {
        System.err.println(name + ": " + e);
      }
      if (process == started) {
        mode = "";
      }
    }

    boolean isSince(String wanted, long nanos) {
      return mode.equals(wanted) && sinceNanos >= nanos;
    }
  }
}
