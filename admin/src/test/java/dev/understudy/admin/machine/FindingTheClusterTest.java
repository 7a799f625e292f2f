package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.MachineOptions.ClusterState;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.wal.WalIdentity;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of what a machine begins as, by its data directory, what it was given and what it is
 * answered. {@link ClusterFinderTest} has each row's fine print, the tests of discovery the rows of
 * tokens.
 */
class FindingTheClusterTest {
  private static final MachineRecord SELF = new MachineRecord("self", "http://self:1", "http://c");
  private static final String LOGGED = "http://logged:1";
  private static final String GIVEN = "http://given:1";
  private static final long MEMBER = 7;
  private static final long CLUSTER = 1;

  private final List<String> asked = new ArrayList<>();
  private final ManualLoop loop = new ManualLoop();

  /** What lies in the data directory. */
  private enum Disk {
    EMPTY,
    LOG,
    LOG_OF_ANOTHER_NAME,
    LOG_WITH_OWN_REMOVAL,
    NOTE_OF_RUNNING_STANDBY
  }

  /** What every machine that is asked says. */
  private enum Answer {
    FULL,
    ALREADY_IN,
    ACCEPTED,
    NOBODY
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "log; its peer URL has another name,   LOG_OF_ANOTHER_NAME,     GIVEN, ALREADY_IN, refused,    "
        + "  ''",
    "log; it says this member was removed, LOG_WITH_OWN_REMOVAL,    GIVEN, ALREADY_IN, standby,    "
        + "  ''",
    "log; the cluster is full,             LOG,                     GIVEN, FULL,       standby,    "
        + "  logged",
    "log; already in,                      LOG,                     GIVEN, ALREADY_IN, own seat,   "
        + "  logged",
    "log; accepted as another member,      LOG,                     GIVEN, ACCEPTED,   new seat,   "
        + "  logged",
    "log; nobody can be reached,           LOG,                     GIVEN, NOBODY,     own seat,   "
        + "  logged given",
    "log; nothing given; nobody there,     LOG,                     '',    NOBODY,     own seat,   "
        + "  logged",
    "note of a running standby,            NOTE_OF_RUNNING_STANDBY, GIVEN, ACCEPTED,   standby,    "
        + "  ''",
    "empty; peers given; full,             EMPTY,                   GIVEN, FULL,       standby,    "
        + "  given",
    "empty; peers given; accepted,         EMPTY,                   GIVEN, ACCEPTED,   new seat,   "
        + "  given",
    "empty; peers given; nobody there,     EMPTY,                   GIVEN, NOBODY,     refused,    "
        + "  given given given",
    "empty; nothing given,                 EMPTY,                   '',    NOBODY,     new cluster,"
        + "  ''",
  })
  void aMachineBeginsAsTheTableSays(
      String row, Disk disk, String given, Answer answer, String outcome, String asks) {
    List<String> urls = given.isEmpty() ? List.of() : List.of(GIVEN);
    CompletableFuture<StartupMode> search =
        new ClusterFinder(
                SELF,
                new ClusterFinder.Given(urls, false, ClusterState.AUTO),
                true,
                client(answer),
                Starting.with(SELF),
                new ClusterFinder.Patience(3, 500, 1_000, 4_000),
                loop)
            .find(note(disk), log(disk));
    loop.settle();
    assertThat(search).as(row).isDone();
    assertThat(outcomeOf(search)).isEqualTo(outcome);
    assertThat(String.join(" ", asked)).as("who is asked, in order").isEqualTo(asks);
  }

  private static String outcomeOf(CompletableFuture<StartupMode> search) {
    StartupMode mode;
    try {
      mode = search.join();
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(StartRefusedException.class);
      return "refused";
    }
    if (mode instanceof StartupMode.AsStandby) {
      return "standby";
    }
    if (mode instanceof StartupMode.AsReturningPeer) {
      return "own seat";
    }
    return mode instanceof StartupMode.AsNewPeer ? "new seat" : "new cluster";
  }

  private static Optional<StandbyInfo> note(Disk disk) {
    return disk == Disk.NOTE_OF_RUNNING_STANDBY
        ? Optional.of(
            new StandbyInfo(
                true, List.of(new MachineView("logged", MachineView.State.LEADER, "", LOGGED)), 5))
        : Optional.empty();
  }

  private static Optional<RecoveredIdentity> log(Disk disk) {
    TreeMap<String, Seat> seats = new TreeMap<>();
    seats.put("logged", new Seat(new MachineRecord("logged", LOGGED, ""), 100));
    switch (disk) {
      case EMPTY, NOTE_OF_RUNNING_STANDBY -> {
        return Optional.empty();
      }
      case LOG -> seats.put("self", new Seat(SELF, MEMBER));
      case LOG_OF_ANOTHER_NAME ->
          seats.put("other", new Seat(new MachineRecord("other", SELF.peerUrl(), ""), MEMBER + 1));
      case LOG_WITH_OWN_REMOVAL -> {}
    }
    Set<Long> removed = disk == Disk.LOG_WITH_OWN_REMOVAL ? Set.of(MEMBER) : Set.of();
    return Optional.of(
        new RecoveredIdentity(
            new WalIdentity(CLUSTER, MEMBER),
            new Registry(seats, removed),
            Lineage.parse("3-c,2-b"),
            OptionalLong.of(40),
            OptionalLong.of(3)));
  }

  private ClusterClient client(Answer answer) {
    return (ClusterClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ClusterClient.class},
            (proxy, method, arguments) -> {
              String url = (String) arguments[0];
              if (!method.getName().equals("join")) {
                return CompletableFuture.completedFuture(
                    new ClusterResponse.Unreachable<>(url + ": silence"));
              }
              asked.add(url.equals(LOGGED) ? "logged" : "given");
              return CompletableFuture.completedFuture(answered(answer, url));
            });
  }

  private static ClusterResponse<JoinReply> answered(Answer answer, String url) {
    ApiError full = ApiError.of(ErrorCode.NO_MORE_PEERS, "");
    return switch (answer) {
      case FULL -> new ClusterResponse.Refused<>(full.httpStatus(), Optional.of(full), url);
      case ALREADY_IN -> new ClusterResponse.Granted<>(new JoinReply(42, MEMBER, CLUSTER), url);
      case ACCEPTED -> new ClusterResponse.Granted<>(new JoinReply(43, 8, CLUSTER), url);
      case NOBODY -> new ClusterResponse.Unreachable<>(url + ": silence");
    };
  }
}
