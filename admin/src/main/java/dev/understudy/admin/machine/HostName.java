package dev.understudy.admin.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What this host is called, whether that name can be looked up or not. Every machine without a name
 * of its own is called so; hence never {@code localhost}, which all of them would share.
 */
public final class HostName {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
  private static final Path FILE = Path.of("/etc/hostname");

  private HostName() {}

  /** The name; empty when the host has none. Blocks for a moment. */
  public static String find(Map<String, String> environment) {
    return first(
        List.of(
            () -> content(KERNEL),
            HostName::lookedUp,
            () -> environment.getOrDefault("HOSTNAME", ""),
            () -> content(FILE)));
  }

  /** The first that is a name. */
  static String first(List<Supplier<String>> sources) {
    return sources.stream()
        .map(source -> source.get().strip())
        .filter(name -> !name.isEmpty() && !name.equals("(none)"))
        .filter(name -> !name.equals("localhost") && !name.startsWith("localhost."))
        .findFirst()
        .orElse("");
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return ""; // not on every system
    }
  }

  private static String lookedUp() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }
}
