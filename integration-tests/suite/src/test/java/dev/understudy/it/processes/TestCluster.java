package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Machines that know each other: the first has founded the cluster, the others asked to join. */
final class TestCluster {
  private static final Pattern VOTERS = Pattern.compile("(?m)^understudy_voters (\\d+)\\.0$");

  private final List<MachineUnderTest> machines = new ArrayList<>();
  private final int seats;

  private TestCluster(int seats) {
    this.seats = seats;
  }

  /**
   * Makes a cluster and waits until it is whole. The first machines have the seats.
   *
   * @param more options for all of its machines
   */
  static TestCluster start(
      Machines fixture, int count, int seats, int removeDelaySeconds, String... more) {
    TestCluster cluster = new TestCluster(Math.min(count, seats));
    int[] peerPorts = IntStream.range(0, count).map(i -> Ports.free()).toArray();
    List<String> founding = new ArrayList<>(List.of(more));
    founding.addAll(List.of("--cluster-active-size", Integer.toString(seats)));
    founding.addAll(List.of("--cluster-remove-delay", Integer.toString(removeDelaySeconds)));
    founding.addAll(List.of("--cluster-sync-interval", "1"));
    MachineUnderTest founder = fixture.machineAt("m1", peerPorts[0], founding);
    cluster.machines.add(founder);
    for (int i = 1; i < count; i++) {
      int number = i;
      List<String> joining = new ArrayList<>(List.of(more));
      joining.addAll(List.of("--retry-interval", "1", "--max-retry-attempts", "30"));
      // All of them: who has a seat when the machine is started again, nobody knows.
      joining.add("--peers");
      joining.add(
          IntStream.range(0, count)
              .filter(other -> other != number)
              .mapToObj(other -> fixture.host("m" + (other + 1)) + ":" + peerPorts[other])
              .collect(Collectors.joining(",")));
      cluster.machines.add(fixture.machineAt("m" + (i + 1), peerPorts[i], joining));
    }
    founder.start().awaitReady();
    cluster.startTogether(1, cluster.seats);
    cluster.startTogether(cluster.seats, count);
    cluster.awaitPeers(cluster.seats);
    return cluster;
  }

  private void startTogether(int from, int to) {
    List<MachineUnderTest> some = machines.subList(from, to);
    some.forEach(MachineUnderTest::start);
    some.forEach(MachineUnderTest::awaitReady);
  }

  List<MachineUnderTest> machines() {
    return List.copyOf(machines);
  }

  MachineUnderTest machine(String name) {
    return machines.stream()
        .filter(machine -> machine.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  List<MachineUnderTest> alive() {
    return machines.stream().filter(MachineUnderTest::isAlive).toList();
  }

  private static Map<String, String> seatsSeenBy(MachineUnderTest machine) throws IOException {
    Answer answer = Http.get(machine.peerUrl() + "/v2/admin/machines");
    Map<String, String> seats = new TreeMap<>();
    if (answer.status() == 200) {
      for (JsonElement each : answer.json().getAsJsonArray()) {
        JsonObject seat = each.getAsJsonObject();
        seats.put(seat.get("name").getAsString(), seat.get("state").getAsString());
      }
    }
    return seats;
  }

  /** Who leads, in the eyes of itself. */
  Optional<MachineUnderTest> leaderNow() {
    return leaderAmong(alive());
  }

  /** Who leads of the others; the one that may be held still is not asked. */
  Optional<MachineUnderTest> leaderBeside(MachineUnderTest held) {
    return leaderAmong(alive().stream().filter(machine -> machine != held).toList());
  }

  private static Optional<MachineUnderTest> leaderAmong(List<MachineUnderTest> asked) {
    return asked.stream()
        .filter(machine -> "leader".equals(seats(machine).get(machine.name())))
        .findFirst();
  }

  MachineUnderTest leader() {
    return Deadlines.await("a leader").until(this::leaderNow, Optional::isPresent).orElseThrow();
  }

  MachineUnderTest follower() {
    return Deadlines.await("a follower")
        .until(this::followerNow, Optional::isPresent)
        .orElseThrow();
  }

  private Optional<MachineUnderTest> followerNow() {
    return alive().stream()
        .filter(machine -> "follower".equals(seats(machine).get(machine.name())))
        .findFirst();
  }

  /**
   * The state of every machine that has a seat, by name, as one machine sees it; a machine that
   * does not answer sees none.
   */
  static Map<String, String> seats(MachineUnderTest machine) {
    try {
      return seatsSeenBy(machine);
    } catch (IOException silent) {
      return Map.of();
    }
  }

  /** Every machine that has a seat, is alive and knows of its seat. */
  List<MachineUnderTest> livePeers() {
    Optional<MachineUnderTest> leader = leaderNow();
    if (leader.isEmpty()) {
      return List.of();
    }
    Map<String, String> seats = seats(leader.get());
    return alive().stream()
        .filter(machine -> seats.containsKey(machine.name()))
        .filter(machine -> seats(machine).containsKey(machine.name()))
        .toList();
  }

  /**
   * Waits until exactly so many machines have seats and votes, all of them alive, all others
   * standbys. Before a new peer has its vote, the death of another one may leave no quorum.
   */
  List<MachineUnderTest> awaitPeers(int count) {
    return Deadlines.await(count + " live peers with a leader")
        .until(
            this::livePeers,
            peers ->
                peers.size() == count
                    && votes() == count
                    && peers.stream().allMatch(peer -> seats(peer).size() == count)
                    && alive().stream()
                        .filter(machine -> !peers.contains(machine))
                        .allMatch(machine -> machine.mode().equals("standby")));
  }

  /** How many members have votes, in the eyes of the leader. */
  private int votes() {
    return leaderNow().map(TestCluster::votesSeenBy).orElse(0);
  }

  private static int votesSeenBy(MachineUnderTest machine) {
    try {
      Matcher voters = VOTERS.matcher(Http.get(machine.clientUrl() + "/metrics").body());
      return voters.find() ? Integer.parseInt(voters.group(1)) : 0;
    } catch (IOException silent) {
      return 0;
    }
  }

  /** Starts whatever is not alive and waits until every seat is taken. */
  void makeWhole() {
    machines.stream()
        .filter(machine -> !machine.isAlive())
        .map(MachineUnderTest::start)
        .toList()
        .forEach(MachineUnderTest::awaitReady);
    awaitPeers(seats);
  }

  /** Those that have said so last: whom a leader counts may change while it is asked. */
  List<MachineUnderTest> standbys() {
    return alive().stream().filter(machine -> machine.mode().equals("standby")).toList();
  }

  /** The ids of the members by the names of their machines. */
  static Map<String, String> memberIds(MachineUnderTest asked) throws IOException {
    Map<String, String> ids = new TreeMap<>();
    for (JsonElement each :
        Http.get(asked.clientUrl() + "/v2/members").object().getAsJsonArray("members")) {
      JsonObject member = each.getAsJsonObject();
      ids.put(member.get("name").getAsString(), member.get("id").getAsString());
    }
    return ids;
  }

  JsonObject config() throws IOException {
    return Http.get(leader().peerUrl() + "/v2/admin/config").object();
  }

  /** Changes the config at the leader, which may be another by the time that it is asked. */
  void configure(String json) {
    Deadlines.await("the config is changed")
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              Answer answer = Http.putJson(leader().peerUrl() + "/v2/admin/config", json);
              assertThat(answer.status()).as(answer.body()).isIn(200, 307, 503);
              return answer.status() == 200;
            });
  }

  /**
   * Takes a seat away as an operator does, who asks again when told to: a leader that has not heard
   * of a voter for half a second, or was late itself, counts on no vote of it (409).
   */
  static void remove(String name, MachineUnderTest asked) {
    AtomicBoolean mayBeDone = new AtomicBoolean(); // 500 is an outcome that is not known
    Deadlines.await(name + " is removed")
        .until(
            () -> {
              Answer answer = Http.delete(asked.peerUrl() + "/v2/admin/machines/" + name);
              if (answer.status() == 307) {
                answer = Http.delete(answer.header("location"));
              }
              if (answer.status() == 404 && mayBeDone.get()) {
                return true;
              }
              assertThat(answer.status()).as(answer.body()).isIn(200, 307, 409, 500, 503);
              mayBeDone.compareAndSet(false, answer.status() == 500);
              return answer.status() == 200;
            });
  }
}
