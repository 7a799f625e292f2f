package dev.understudy.admin.local;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.LoopbackPorts;
import dev.understudy.clusterconfig.tls.Tls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterTest {
  /** A machine that is slow on a busy processor tells its term late, and not nothing of it. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PipedOutputStream keyboard = new PipedOutputStream();
  private final List<Child> children = new ArrayList<>();
  private LocalCluster cluster;
  private Thread running;

  @BeforeEach
  void startThreeMachines() throws IOException {
    children.add(child("m1", "leader"));
    children.add(child("m2", "standby"));
    children.add(child("m3", "broken"));
    Screen screen =
        new Screen(
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            Optional.empty(),
            LocalTime::now);
    cluster =
        new LocalCluster(
            children, 3, screen, new PipedInputStream(keyboard), new Probe(Tls.SYSTEM, PATIENCE));
    running =
        new Thread(
            () -> {
              try {
                cluster.runUntilEnd();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    running.start();
  }

  @AfterEach
  void stopAll() {
    cluster.close();
  }

  private Child child(String name, String role) throws IOException {
    int port = LoopbackPorts.free();
    Path data = directory.resolve(name);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "@" + classPathFile(),
            "dev.understudy.admin.local.FakeMachine",
            role,
            Integer.toString(port),
            name,
            data.toString());
    return new Child(
        name, "http://127.0.0.1:" + port, command, data, directory.resolve(name + ".log"));
  }

  /** In a file, since only the first 4 KiB of another process's command line can be read. */
  private Path classPathFile() throws IOException {
    String classPath = System.getProperty("java.class.path").replace("\\", "\\\\");
    return Files.writeString(directory.resolve("class-path"), "-cp \"" + classPath + "\"\n");
  }

  private void type(String line) throws IOException {
    keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  private void awaitPrinted(String text) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(printed.toString(StandardCharsets.UTF_8)).contains(text));
  }

  @Test
  void whatHappensToMachinesIsToldLineByLineAndNothingIsLeftInTheEnd() throws Exception {
    awaitPrinted("m1 was elected in term 3");
    awaitPrinted("m2 is a standby");
    awaitPrinted("m3 ended before it was ready");
    assertThat(children.get(2).handle()).isEmpty();

    type("kill m1");
    awaitPrinted("m1 died");
    type("restart m1");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(printed.toString(StandardCharsets.UTF_8).split("m1 was elected"))
                    .hasSize(3));
    type("frobnicate m1");
    awaitPrinted("not understood: frobnicate m1");
    type("help");
    awaitPrinted("kill NAME     ends it as kill -9 does");
    type("table");
    awaitPrinted("m1         ");

    type("quit");
    running.join(30_000);
    cluster.close();

    assertThat(running.isAlive()).isFalse();
    assertThat(children).allSatisfy(child -> assertThat(child.handle()).isEmpty());
  }

  @Test
  void aMachineIsPausedAndGoesOnAndOneThatIsPausedIsStoppedLikeAnyOther() throws Exception {
    awaitPrinted("m2 is a standby");
    ProcessHandle second = children.get(1).handle().orElseThrow();
    type("pause m2");
    awaitPrinted("m2 is paused");
    awaitState(second, true);
    type("resume m2");
    awaitPrinted("m2 is resumed");
    awaitState(second, false);
    type("pause m3");
    awaitPrinted("m3 does not run");

    type("pause m2");
    awaitState(second, true);
    type("stop m2");
    awaitPrinted("m2 died");
  }

  /** A process is told to stop or to go on, and does when it is next given processor time. */
  private static void awaitState(ProcessHandle process, boolean held) {
    await().atMost(PATIENCE).until(() -> state(process).equals("T") == held);
  }

  /** As {@code ps} shows it: T for one that is held. */
  private static String state(ProcessHandle process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
  }

  @Test
  void aMachineThatWasStartedByHandIsSeenAndStoppedToo() throws Exception {
    awaitPrinted("m2 is a standby");
    type("kill m2");
    awaitPrinted("m2 died");

    Process byHand = new ProcessBuilder("sh", "-c", children.get(1).commandLine()).start();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(printed.toString(StandardCharsets.UTF_8).split("m2 started"))
                    .hasSize(3));
    cluster.close();

    assertThat(byHand.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }
}
