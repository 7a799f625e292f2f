package dev.understudy.admin.embedded;

/**
 * Understudy inside another application: a whole machine, which takes part in a cluster like one
 * that is a process.
 *
 * <pre>{@code
 * EmbeddedOptions options =
 *     EmbeddedOptions.named("a").dataDir(Path.of("/var/lib/app/store")).peers("10.0.0.2:2380");
 * try (EmbeddedMachine machine = Understudy.machine(options).start()) {
 *   String keys = machine.clientUrl() + "/v2/keys/";
 *   ...
 * }
 * }</pre>
 */
public final class Understudy {
  private Understudy() {}

  /**
   * A machine that is not started yet. Any number of them live in one process, each with a data
   * directory and two ports of its own; a port 0 is a free one.
   *
   * @throws IllegalArgumentException when the options ask for what cannot be; the message is one
   *     line, as the command line has it
   */
  public static EmbeddedMachine machine(EmbeddedOptions options) {
    return new EmbeddedMachine(options);
  }
}
