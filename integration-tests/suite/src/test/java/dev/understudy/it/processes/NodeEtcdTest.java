package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.IOUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * node-etcd against a leader and against a follower, as {@code node-etcd/tour.js} leads it. npm
 * fetches the package into {@code target/}; where node or npm is missing, or the registry cannot be
 * reached, the test is skipped, except where {@code UNDERSTUDY_REQUIRE_TOOLS=1} forbids that.
 */
class NodeEtcdTest {
  private static final String PACKAGE = "node-etcd@7.0.0";
  private static final int INSTALL_SECONDS = 180;
  private static final int TOUR_SECONDS = 60;

  @RegisterExtension static final Machines MACHINES = Machines.ofAllTests();

  private static TestCluster cluster;
  private static Tool node;
  private static Path modules;

  @BeforeAll
  static void install() throws IOException {
    node = Tool.require("node", "Debian: nodejs");
    Tool npm = Tool.require("npm", "Debian: npm");
    modules = MACHINES.directory().resolveSibling("node-etcd").toAbsolutePath();
    Files.createDirectories(modules);
    if (!Files.exists(modules.resolve("node_modules/node-etcd/package.json"))) {
      // Nothing that a package brings is run: its native part is there for the calls that block.
      Tool.Result installed =
          npm.run(
              modules,
              Map.of(),
              INSTALL_SECONDS,
              "install",
              "--ignore-scripts",
              "--no-audit",
              "--no-fund",
              "--no-save",
              PACKAGE);
      if (installed.exit() != 0) {
        Tool.missing(PACKAGE + " cannot be installed:\n" + installed.printed());
      }
    }
    cluster = TestCluster.start(MACHINES, 3, 3, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"leader", "follower"})
  void goesOnATour(String role) throws IOException {
    MachineUnderTest asked = role.equals("leader") ? cluster.leader() : cluster.follower();
    Path tour = modules.resolve("tour.js");
    FileUtils.copyURLToFile(IOUtils.resourceToURL("/node-etcd/tour.js"), tour.toFile());
    Tool.Result result =
        node.run(
            modules, Map.of(), TOUR_SECONDS, tour.toString(), asked.clientUrl(), "/node-" + role);
    assertThat(result.exit()).as(result.printed()).isZero();
    assertThat(result.printed()).contains("tour done");
  }
}
