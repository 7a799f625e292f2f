package dev.understudy.it.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.IOUtils;

/**
 * A package of npm, fetched into {@code target/}, and node to run it. Where node or npm is missing,
 * or the registry cannot be reached, the test is skipped, except where {@code
 * UNDERSTUDY_REQUIRE_TOOLS=1} forbids that.
 */
record NpmPackage(Tool node, Path directory) {
  private static final int INSTALL_SECONDS = 180;

  /** Fetches a package unless it is there. */
  static NpmPackage install(Machines machines, String name, String version) throws IOException {
    Tool node = Tool.require("node", "Debian: nodejs");
    Tool npm = Tool.require("npm", "Debian: npm");
    Path directory = machines.directory().resolveSibling("npm-" + name).toAbsolutePath();
    Files.createDirectories(directory);
    if (!Files.exists(directory.resolve("node_modules/" + name + "/package.json"))) {
      // Nothing that a package brings is run.
      Tool.Result installed =
          npm.run(
              directory,
              Map.of(),
              INSTALL_SECONDS,
              "install",
              "--ignore-scripts",
              "--no-audit",
              "--no-fund",
              "--no-save",
              name + "@" + version);
      if (installed.exit() != 0) {
        Tool.missing(name + " " + version + " cannot be installed:\n" + installed.printed());
      }
    }
    return new NpmPackage(node, directory);
  }

  /** Runs a script of the tests' resources. */
  Tool.Result run(int seconds, String resource, String... arguments) {
    Path script = directory.resolve("tour.js");
    try {
      FileUtils.copyURLToFile(IOUtils.resourceToURL(resource), script.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String[] all = new String[arguments.length + 1];
    all[0] = script.toString();
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return node.run(directory, Map.of(), seconds, all);
  }
}
