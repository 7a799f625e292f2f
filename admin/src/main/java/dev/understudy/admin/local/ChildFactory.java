package dev.understudy.admin.local;

import dev.understudy.admin.cli.LocalClusterOptions;
import dev.understudy.admin.cli.LogFormat;
import dev.understudy.admin.tools.TestCertificates;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes the machines of a local cluster out of its options: names, ports, directories, commands.
 */
final class ChildFactory {
  private static final String HOST = "127.0.0.1";

  private final LocalClusterOptions options;
  private final Path base;

  private ChildFactory(LocalClusterOptions options, Path base) {
    this.options = options;
    this.base = base;
  }

  /**
   * @param base the directory of the cluster, absolute
   */
  static List<Child> create(LocalClusterOptions options, Path base) {
    ChildFactory factory = new ChildFactory(options, base);
    List<Child> children = new ArrayList<>();
    for (int i = 0; i < options.machines(); i++) {
      children.add(factory.child(i));
    }
    return children;
  }

  private Child child(int machine) {
    String name = name(machine);
    Path data = base.resolve(name);
    return new Child(
        name,
        (options.tls() ? "https://" : "http://") + HOST + ":" + options.clientPort(machine),
        command(machine, name, data),
        data,
        base.resolve(name + ".log"));
  }

  private static String name(int machine) {
    return "m" + (machine + 1);
  }

  private List<String> command(int machine, String name, Path data) {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("--name", name, "--data-dir", data.toString()));
    command.addAll(List.of("--addr", HOST + ":" + options.clientPort(machine)));
    command.addAll(List.of("--peer-addr", HOST + ":" + options.peerPort(machine)));
    if (machine == 0) {
      var config = options.config();
      command.addAll(List.of("--cluster-active-size", Integer.toString(config.activeSize())));
      command.addAll(List.of("--cluster-remove-delay", plain(config.removeDelaySeconds())));
      command.addAll(List.of("--cluster-sync-interval", plain(config.syncIntervalSeconds())));
    } else {
      command.addAll(List.of("--peers", peersBefore(machine)));
    }
    if (options.tls()) {
      command.addAll(certificates(name));
    }
    if (options.logFormat() == LogFormat.JSON) {
      command.addAll(List.of("--log-format", "json"));
    }
    if (options.verbosity() > 0) {
      command.add(options.verbosity() == 1 ? "-v" : "-vv");
    }
    return command;
  }

  private List<String> certificates(String name) {
    TestCertificates files = new TestCertificates(base.resolve("tls"));
    String certificate = files.certificate(name).toString();
    String key = files.key(name).toString();
    String ca = files.ca().toString();
    List<String> words = new ArrayList<>();
    for (String port : List.of("--", "--peer-")) {
      words.addAll(
          List.of(port + "cert-file", certificate, port + "key-file", key, port + "ca-file", ca));
    }
    return words;
  }

  /** The names of all machines. */
  static List<String> names(LocalClusterOptions options) {
    return IntStream.range(0, options.machines()).mapToObj(ChildFactory::name).toList();
  }

  /** The first machine founds the cluster; each later one asks those that were there before it. */
  private String peersBefore(int machine) {
    return IntStream.range(0, machine)
        .mapToObj(i -> HOST + ":" + options.peerPort(i))
        .collect(Collectors.joining(","));
  }

  private static String plain(double seconds) {
    return seconds == (long) seconds ? Long.toString((long) seconds) : Double.toString(seconds);
  }

  /** The same Java and the same program as this process. */
  private static List<String> java() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // Small heaps, and no threads that fight over the cores that all machines share.
    List<String> start = new ArrayList<>(List.of(java, "-Xmx256m", "-XX:+UseSerialGC"));
    try {
      Path program =
          Path.of(ChildFactory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isRegularFile(program)) {
        start.addAll(List.of("-jar", program.toString()));
        return start;
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the program does not know where it is", e);
    }
    start.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.understudy.admin.Main"));
    return start;
  }
}
