package dev.understudy.it.rules;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.filefilter.FileFilterUtils;
import org.apache.commons.io.filefilter.NameFileFilter;
import org.apache.commons.io.filefilter.SuffixFileFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

/** Who may know whom, over all modules at once. What is pure besides is {@link PurityTest}'s. */
class HouseRulesTest {
  private static final String CLUSTER_CONFIG = "dev.understudy.clusterconfig..";
  private static final String CLIENT = "dev.understudy.client..";
  private static final String RAFT = "dev.understudy.raft..";
  private static final String WAL = "dev.understudy.wal..";
  private static final String STORE = "dev.understudy.store..";
  private static final String TABLES = "dev.understudy.tables..";
  private static final String LOCKS = "dev.understudy.locks..";
  private static final String USERS = "dev.understudy.users..";
  private static final String STATE_MACHINE = "dev.understudy.statemachine..";
  private static final String TRANSPORT = "dev.understudy.transport..";
  private static final String API = "dev.understudy.api..";
  private static final String HTTP = "dev.understudy.api.http..";
  private static final String DASHBOARD = "dev.understudy.api.dashboard..";
  private static final String PEER = "dev.understudy.peer..";
  private static final String STANDBY = "dev.understudy.standby..";
  private static final String ADMIN = "dev.understudy.admin..";
  private static final String MACHINE = "dev.understudy.admin.machine..";
  private static final String TESTKIT = "dev.understudy.testkit..";
  private static final String PEER_SERVER = "dev.understudy.peer.PeerServer";
  private static final String STANDBY_SERVER = "dev.understudy.standby.StandbyServer";
  private static final List<String> ROOMS =
      List.of(
          CLUSTER_CONFIG,
          CLIENT,
          RAFT,
          WAL,
          STORE,
          TABLES,
          LOCKS,
          USERS,
          STATE_MACHINE,
          TRANSPORT,
          API,
          PEER,
          STANDBY,
          ADMIN,
          TESTKIT);

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.understudy")
          .that(not(resideInAPackage("dev.understudy.it..")).as("are not of this module"));

  /** Otherwise a room that was renamed would obey every rule. */
  @Test
  void everyRoomIsThereAndEveryClassLivesInOne() {
    for (String room : ROOMS) {
      assertThat(HOUSE.that(resideInAPackage(room))).as(room).isNotEmpty();
    }
    classes().should().resideInAnyPackage(ROOMS.toArray(String[]::new)).check(HOUSE);
  }

  @Test
  void theGroundFloorImportsNothingOfOurs() {
    knowsOfOursOnly(CLUSTER_CONFIG);
    knowsOfOursOnly(CLIENT);
    knowsOfOursOnly(RAFT);
    knowsOfOursOnly(STORE);
    knowsOfOursOnly(TABLES);
    knowsOfOursOnly(LOCKS, TABLES);
    knowsOfOursOnly(USERS);
  }

  @Test
  void theLogKnowsOnlyTheConsensusCore() {
    knowsOfOursOnly(WAL, RAFT);
  }

  @Test
  void whatAPeerIsMadeOfDoesNotKnowThePeer() {
    knowsOfOursOnly(STATE_MACHINE, CLUSTER_CONFIG, RAFT, STORE, TABLES, LOCKS, USERS);
    knowsOfOursOnly(TRANSPORT, CLUSTER_CONFIG, RAFT, WAL);
    knowsOfOursOnly(API, CLUSTER_CONFIG, STORE, TABLES, LOCKS, USERS);
  }

  /** Every door speaks HTTP with it, whatever is behind the door. */
  @Test
  void httpKnowsNothingOfKeysAndPeers() {
    noClasses()
        .that()
        .resideInAPackage(HTTP)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.understudy..")
                .and(not(resideInAPackage(HTTP)))
                .and(not(resideInAPackage(CLUSTER_CONFIG))))
        .check(HOUSE);
  }

  @Test
  void peersAndStandbysDoNotKnowEachOther() {
    knowsOfOursOnly(
        PEER,
        CLUSTER_CONFIG,
        RAFT,
        WAL,
        STORE,
        TABLES,
        LOCKS,
        USERS,
        STATE_MACHINE,
        TRANSPORT,
        API);
    knowsOfOursOnly(STANDBY, CLUSTER_CONFIG, API);
    noClasses()
        .that()
        .resideInAPackage(STANDBY)
        .should()
        .dependOnClassesThat(
            resideInAPackage(API)
                .and(not(resideInAPackage(HTTP)))
                .and(not(resideInAPackage(DASHBOARD))))
        .as("a standby knows of the client API only how HTTP is spoken, and the page")
        .check(HOUSE);
  }

  /** Two packages that import each other are one package with two names. */
  @Test
  void noPackagesImportEachOther() {
    slices().matching("dev.understudy.(**)").should().beFreeOfCycles().check(HOUSE);
  }

  /** Everybody else sees records; what is on disk can then change in one place. */
  @Test
  void onlyItsCodecsKnowTheMessagesOfTheStateMachine() {
    String generated = "dev.understudy.statemachine.proto..";
    noClasses()
        .that()
        .resideOutsideOfPackage(generated)
        .and()
        .haveNameNotMatching(
            "dev\\.understudy\\.statemachine"
                + "\\.(CommandCodec|LockMessages|UserMessages|StateImageCodec|SnapshotRecords|\\w+Section)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(generated)
        .check(HOUSE);
  }

  /** What simulates machines reads which of the two a machine has at the moment. */
  @Test
  void onlyTheMachineHoldsBothModes() {
    noClasses()
        .that()
        .resideOutsideOfPackages(MACHINE, TESTKIT)
        .should(
            new ArchCondition<>("hold a PeerServer and a StandbyServer") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                boolean both = knows(type, PEER_SERVER) && knows(type, STANDBY_SERVER);
                events.add(
                    new SimpleConditionEvent(type, both, type.getName() + " knows both modes"));
              }
            })
        .check(HOUSE);
  }

  @Test
  void onlyTheMachineMakesAndEndsAMode() {
    noClasses()
        .that()
        .resideOutsideOfPackages(MACHINE, PEER, STANDBY)
        .should()
        .accessTargetWhere(MAKES_OR_ENDS_A_MODE)
        .check(HOUSE);
  }

  private static final DescribedPredicate<JavaAccess<?>> MAKES_OR_ENDS_A_MODE =
      DescribedPredicate.describe(
          "constructor, start or close of a PeerServer or a StandbyServer",
          access ->
              Set.of(PEER_SERVER, STANDBY_SERVER).contains(access.getTargetOwner().getName())
                  && Set.of("<init>", "start", "close").contains(access.getTarget().getName()));

  private static boolean knows(JavaClass type, String name) {
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(dependency -> dependency.getTargetClass().getName().equals(name));
  }

  @Test
  void nobodyUsesTheLoggingOfTheJdk() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..")
        .check(HOUSE);
  }

  @Test
  void onlyTheProcessSpeaksToTheTerminal() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ADMIN)
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(HOUSE);
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(HOUSE);
  }

  /** Waiting is a timer's business, so that virtual time can pass in its place. */
  @Test
  void nobodySleeps() {
    noClasses().should().accessTargetWhere(SLEEPS).check(HOUSE);
  }

  private static final DescribedPredicate<JavaAccess<?>> SLEEPS =
      DescribedPredicate.describe(
          "Thread.sleep or TimeUnit.sleep",
          access ->
              access.getTarget().getName().equals("sleep")
                  && access
                      .getTargetOwner()
                      .getName()
                      .matches("java\\.lang\\.Thread|java\\.util\\.concurrent\\.TimeUnit"));

  /**
   * Clocks, timers and threads are handed in, so that simulated ones can stand in their place. The
   * real ones come from where a world is made, and nowhere else.
   */
  private static final Map<String, String> WORLDS =
      Map.ofEntries(
          Map.entry("dev.understudy.admin.machine.SystemContext", "the clocks of a machine"),
          Map.entry("dev.understudy.peer.PeerThreads", "the threads and the timer of a peer"),
          Map.entry(
              "dev.understudy.standby.ThreadLoop", "the thread of a standby, and of a mode switch"),
          Map.entry("dev.understudy.admin.MachineProcess", "what waits for signals to the process"),
          Map.entry(
              "dev.understudy.admin.local.LocalCluster",
              "a tool: starts and stops processes, and prints when"),
          Map.entry("dev.understudy.admin.local.Child", "a tool: reads what a process prints"),
          Map.entry("dev.understudy.admin.tools.Tools", "a tool: the clock of its progress bar"),
          Map.entry("dev.understudy.admin.bench.Bench", "a tool: the clock by which it measures"),
          Map.entry(
              "dev.understudy.admin.imports.Import",
              "a tool: its clock, and the pause before it tries again"),
          Map.entry(
              "dev.understudy.client.ClientThreads",
              "the clock and the threads of a client elsewhere"),
          Map.entry(
              "dev.understudy.testkit.local.Deadline", "how long tests wait for real machines"));

  @Test
  void timeAndThreadsComeFromWhereAWorldIsMade() {
    Set<String> makers =
        HOUSE.stream()
            .filter(HouseRulesTest::makesTimeOrThreads)
            .map(HouseRulesTest::outermost)
            .collect(Collectors.toSet());
    assertThat(makers).isEqualTo(WORLDS.keySet());
  }

  private static boolean makesTimeOrThreads(JavaClass type) {
    return type.isAssignableTo(Thread.class)
        || type.getAccessesFromSelf().stream().anyMatch(TIME_OR_THREADS)
        || type.getDirectDependenciesFromSelf().stream()
            .anyMatch(used -> EXECUTORS.contains(used.getTargetClass().getName()));
  }

  private static String outermost(JavaClass type) {
    return type.getName().replaceFirst("\\$.*", "");
  }

  private static final Set<String> EXECUTORS =
      Set.of(
          "java.util.Timer",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool",
          "java.util.concurrent.ScheduledExecutorService",
          "java.util.concurrent.ScheduledThreadPoolExecutor",
          "java.util.concurrent.ThreadPoolExecutor");

  private static final Predicate<JavaAccess<?>> TIME_OR_THREADS =
      access ->
          switch (access.getTargetOwner().getName()) {
            case "java.lang.System" ->
                access.getTarget().getName().matches("nanoTime|currentTimeMillis");
            case "java.lang.Thread" -> access.getTarget().getName().equals("<init>");
            case "java.util.concurrent.CompletableFuture" ->
                access
                    .getTarget()
                    .getName()
                    .matches("orTimeout|completeOnTimeout|delayedExecutor|supplyAsync|runAsync");
            default ->
                access.getTargetOwner().getName().startsWith("java.time.")
                    && access.getTarget().getName().matches("now|system.*|tick.*");
          };

  @ParameterizedTest
  @ValueSource(strings = {"Manager", "Helper", "Helpers", "Util", "Utils", "Impl"})
  void noClassHasANameThatSaysNothing(String suffix) {
    noClasses().should().haveSimpleNameEndingWith(suffix).check(HOUSE);
  }

  @Test
  void noFileIsLongerThanFiveHundredLines() throws IOException {
    Path top = Path.of("").toAbsolutePath().getParent().getParent();
    assertThat(top.resolve("CONTRIBUTING.md")).exists();
    Collection<File> sources =
        FileUtils.listFiles(
            top.toFile(),
            new SuffixFileFilter(".java"),
            FileFilterUtils.notFileFilter(new NameFileFilter("target")));
    assertThat(sources).hasSizeGreaterThan(600);
    for (File source : sources) {
      assertThat(Files.readAllLines(source.toPath())).as(source.getPath()).hasSizeLessThan(501);
    }
  }

  /** In a house whose first noun is the log, a logger is another thing. */
  @Test
  void loggersAreCalledLog() {
    fields()
        .that()
        .haveRawType(Logger.class.getName())
        .should()
        .haveName("LOG")
        .andShould()
        .bePrivate()
        .andShould()
        .beStatic()
        .andShould()
        .beFinal()
        .check(HOUSE);
  }

  /**
   * What a process may know of the peer that it runs; its tools read a peer's files as well, and do
   * another product's log again in a store of ours.
   */
  @Test
  void theProcessSeesAPeersFaceOnly() {
    noClasses()
        .that()
        .resideInAPackage(ADMIN)
        .should()
        .dependOnClassesThat(INSIDE_OF_A_PEER)
        .check(HOUSE);
    noClasses()
        .that()
        .resideInAPackage(ADMIN)
        .and()
        .resideOutsideOfPackages(
            "dev.understudy.admin.tools..",
            "dev.understudy.admin.imports..",
            MACHINE,
            "dev.understudy.admin.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            RAFT, WAL, STORE, TABLES, LOCKS, USERS, STATE_MACHINE, TRANSPORT, API, PEER)
        .check(HOUSE);
    noClasses()
        .that()
        .resideInAPackage("dev.understudy.admin.imports..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(RAFT, WAL, TABLES, LOCKS, USERS, STATE_MACHINE, TRANSPORT, API, PEER)
        .check(HOUSE);
    noClasses()
        .that()
        .resideInAnyPackage(MACHINE, "dev.understudy.admin.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(RAFT, STORE, TABLES, LOCKS, USERS)
        .check(HOUSE);
  }

  private static final DescribedPredicate<JavaClass> INSIDE_OF_A_PEER =
      DescribedPredicate.describe(
          "are inside of a peer, and not what its face answers with",
          type ->
              type.getPackageName().startsWith("dev.understudy.peer.")
                  && !type.getName()
                      .matches(
                          ".*\\.(driver\\.(PeerEvents|StateCapture)|leadership\\.(SeatPlan|Standbys|Preemption))(\\$.*)?"));

  private static void knowsOfOursOnly(String room, String... known) {
    List<String> strangers =
        ROOMS.stream()
            .filter(other -> !other.equals(room) && !List.of(known).contains(other))
            .toList();
    noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(strangers.toArray(String[]::new))
        .check(HOUSE);
  }
}
