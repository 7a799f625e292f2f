package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.understudy.it.processes.Tool.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of their own for machines: each lives in a network namespace with an address of its
 * own, at a bridge to which the tests belong, too. What passes between two machines can be stopped
 * while clients still reach both. Linux with the right to make namespaces.
 */
final class NetworkSpaces implements AutoCloseable {
  /** For measurements between networks (RFC 2544), so nobody has it at home. */
  private static final String NETWORK = "198.18." + (77 + Fork.NUMBER) + ".";

  private static final int SECONDS = 20;

  private static final Pattern NAME =
      Pattern.compile("\\b(us(\\d+)(?:-[a-z]\\w*|o\\d+)?)(?=[@: \\n])");

  private final Machines machines;
  private final Tool ip;
  private final String prefix = "us" + ProcessHandle.current().pid();
  private final List<String> names;

  private NetworkSpaces(Machines machines, Tool ip, List<String> names) {
    this.machines = machines;
    this.ip = ip;
    this.names = names;
  }

  /**
   * Makes a namespace for each of these machines, which the fixture makes in it from now on. Skips
   * the test where that is not permitted.
   */
  static NetworkSpaces of(Machines machines, String... names) {
    NetworkSpaces spaces =
        new NetworkSpaces(machines, Tool.require("ip", "Debian: iproute2"), List.of(names));
    try {
      spaces.make();
    } catch (RuntimeException | Error e) {
      spaces.close();
      throw e;
    }
    machines.launch(
        name -> List.of(spaces.ip.path().toString(), "netns", "exec", spaces.space(name)));
    machines.lodge(spaces::address);
    return spaces;
  }

  /** What is left of a test process that was killed has the same addresses. */
  private void clearAway() {
    for (Result named : List.of(tryTo("netns", "list"), tryTo("-o", "link"))) {
      Matcher name = NAME.matcher(named.printed());
      while (name.find()) {
        if (ProcessHandle.of(Long.parseLong(name.group(2))).isEmpty()) {
          tryTo(name.group(1).contains("-") ? "netns" : "link", "del", name.group(1));
        }
      }
    }
  }

  private void make() {
    clearAway();
    Result first = tryTo("link", "add", prefix, "type", "bridge");
    if (first.exit() != 0) {
      abort("network namespaces can be made only by root: " + first.printed().strip());
    }
    must("addr", "add", NETWORK + "254/24", "dev", prefix);
    must("link", "set", prefix, "up");
    for (String name : names) {
      must("netns", "add", space(name));
      must("link", "add", outer(name), "type", "veth", "peer", "name", inner(name));
      must("link", "set", inner(name), "netns", space(name));
      must("link", "set", outer(name), "master", prefix, "up");
      within(name, "addr", "add", address(name) + "/24", "dev", inner(name));
      within(name, "link", "set", inner(name), "up");
      within(name, "link", "set", "lo", "up");
    }
  }

  private String space(String name) {
    return prefix + "-" + name;
  }

  private String outer(String name) {
    return prefix + "o" + (1 + names.indexOf(name));
  }

  private String inner(String name) {
    return prefix + "i" + (1 + names.indexOf(name));
  }

  private String address(String name) {
    return NETWORK + (1 + names.indexOf(name));
  }

  /** Nothing passes between this machine and the others; clients reach it. */
  void cutOff(MachineUnderTest machine) {
    others(machine)
        .forEach(other -> within(machine.name(), "route", "add", "blackhole", address(other)));
  }

  /** Ends what {@link #cutOff} began. */
  void heal(MachineUnderTest machine) {
    others(machine)
        .forEach(other -> within(machine.name(), "route", "del", "blackhole", address(other)));
  }

  /** Nobody reaches this machine, nor does it reach anybody. */
  void unplug(MachineUnderTest machine) {
    must("link", "set", outer(machine.name()), "down");
  }

  /** Ends what {@link #unplug} began. */
  void plugIn(MachineUnderTest machine) {
    must("link", "set", outer(machine.name()), "up");
  }

  private List<String> others(MachineUnderTest machine) {
    return names.stream().filter(name -> !name.equals(machine.name())).toList();
  }

  private void within(String name, String... arguments) {
    List<String> all = new ArrayList<>(List.of("-n", space(name)));
    all.addAll(List.of(arguments));
    must(all.toArray(String[]::new));
  }

  private void must(String... arguments) {
    Result result = tryTo(arguments);
    assertThat(result.exit())
        .as("ip %s: %s", String.join(" ", arguments), result.printed())
        .isZero();
  }

  private Result tryTo(String... arguments) {
    return ip.run(machines.directory(), Map.of(), SECONDS, arguments);
  }

  /** Takes the network away; what still lives in it is on its own. */
  @Override
  public void close() {
    for (String name : names) {
      tryTo("link", "del", outer(name));
      tryTo("netns", "del", space(name));
    }
    tryTo("link", "del", prefix);
  }
}
