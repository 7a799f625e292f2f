package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.IOUtils;

/**
 * Makes the disks of machines fail while they run: a few lines of C, compiled here and preloaded
 * into each, that let calls fail as long as a file exists, and note those that made something
 * durable.
 */
final class BrokenDisk {
  private static final String SOURCE = "broken-disk.c";
  private static final int COMPILE_SECONDS = 60;

  /** Which of a machine's calls fail. */
  enum Call {
    SYNC,
    WRITE;

    private String variable() {
      return "FAIL_" + name() + "_WHEN";
    }
  }

  private final Path shim;
  private final Path triggers;

  private BrokenDisk(Path shim, Path triggers) {
    this.shim = shim;
    this.triggers = triggers;
  }

  /**
   * Gives every machine that the fixture makes from now on a disk that can fail. Ends the test when
   * there is no compiler.
   */
  static BrokenDisk of(Machines machines) throws IOException {
    Tool compiler = Tool.require("gcc", "Debian: gcc, libc6-dev");
    Path directory = Files.createDirectories(machines.directory().resolve("broken-disk"));
    FileUtils.copyURLToFile(
        IOUtils.resourceToURL("/broken-disk/" + SOURCE), directory.resolve(SOURCE).toFile());
    Path shim = directory.resolve("broken-disk.so");
    Tool.Result compiled =
        compiler.run(
            directory,
            Map.of(),
            COMPILE_SECONDS,
            "-shared",
            "-fPIC",
            "-Wall",
            "-o",
            shim.toString(),
            SOURCE,
            "-ldl");
    assertThat(compiled.exit()).as(compiled.printed()).isZero();
    BrokenDisk disk = new BrokenDisk(shim, directory);
    machines.surround(disk::environment);
    return disk;
  }

  private Map<String, String> environment(String machine) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("LD_PRELOAD", shim.toString());
    environment.put("NOTE_SYNCS_IN", notes(machine).toString());
    for (Call call : Call.values()) {
      environment.put(call.variable(), trigger(machine, call).toString());
    }
    return environment;
  }

  private Path notes(String machine) {
    return triggers.resolve(machine + ".syncs");
  }

  /**
   * The syncs and renamings of a machine so far, in their order, as {@code sync PATH} and {@code
   * rename FROM TO}.
   */
  List<String> syncs(MachineUnderTest machine) {
    try {
      return Files.readAllLines(notes(machine.name()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path trigger(String machine, Call call) {
    return triggers.resolve(machine + "." + call);
  }

  /** From now on, and until {@link #mend}, such a call of the machine fails with EIO. */
  void fail(MachineUnderTest machine, Call call) {
    try {
      Files.createFile(trigger(machine.name(), call));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void mend(MachineUnderTest machine, Call call) {
    try {
      Files.delete(trigger(machine.name(), call));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
