package dev.understudy.admin.local;

import dev.understudy.admin.local.MachineStatus.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells in words what changed from one look at the machines to the next. Keeps what was last known
 * of each; the owner looks in one thread.
 */
final class StatusChanges {
  private final Map<String, MachineStatus> last = new HashMap<>();

  /** Peer or standby as last seen, kept while a machine is silent or dead. */
  private final Map<String, Role> lastRole = new HashMap<>();

  private final List<String> deaths = new ArrayList<>();

  /** Who died between the last two looks. */
  List<String> deaths() {
    return List.copyOf(deaths);
  }

  /** What changed since the look before, one line each. */
  List<String> changes(List<MachineStatus> look) {
    List<String> lines = new ArrayList<>();
    deaths.clear();
    for (MachineStatus now : look) {
      MachineStatus before = last.put(now.name(), now);
      addProcessChanges(lines, before, now);
      addRoleChanges(lines, now);
    }
    return lines;
  }

  private void addProcessChanges(List<String> lines, MachineStatus before, MachineStatus now) {
    boolean lived = before != null && before.role().isAlive();
    boolean lives = now.role().isAlive();
    if (lived && !lives) {
      lines.add(now.name() + " died (pid " + before.pid() + ")");
      deaths.add(now.name());
    } else if (!lived && lives) {
      lines.add(now.name() + " started (pid " + now.pid() + ")");
    } else if (lives && before.pid() != now.pid() && before.pid() != 0 && now.pid() != 0) {
      lines.add(now.name() + " died and started (pid " + before.pid() + ", now " + now.pid() + ")");
    }
  }

  private void addRoleChanges(List<String> lines, MachineStatus now) {
    if (!now.role().isAlive() || now.role() == Role.SILENT || now.role() == Role.CATCHING_UP) {
      if (lastRole.get(now.name()) == Role.LEADER) {
        lastRole.put(now.name(), Role.FOLLOWER); // so that its next election is told
      }
      return;
    }
    Role before = lastRole.put(now.name(), now.role());
    boolean hadSeat = before != null && before.hasSeat();
    if (hadSeat && !now.role().hasSeat()) {
      lines.add(now.name() + " lost its seat, is a standby now");
    } else if (!hadSeat && now.role().hasSeat()) {
      lines.add(now.name() + (before == null ? " has a seat" : " took a seat"));
    } else if (before == null) {
      lines.add(now.name() + " is a standby");
    }
    if (now.role() == Role.LEADER && before != Role.LEADER) {
      lines.add(now.name() + " was elected" + (now.term() < 0 ? "" : " in term " + now.term()));
    }
  }
}
