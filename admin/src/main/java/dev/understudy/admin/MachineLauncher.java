package dev.understudy.admin;

import dev.understudy.admin.cli.MachineOptions;

/** Runs one machine; between the command line and what it starts, so that tests start nothing. */
@FunctionalInterface
interface MachineLauncher {
  /**
   * Runs the machine until a signal stops it.
   *
   * @return the exit code of the process
   * @throws CannotRunException when the environment does not let it run
   */
  int run(MachineOptions options) throws CannotRunException;

  /** Why a machine cannot run; the message is the one line to print. */
  final class CannotRunException extends Exception {
    private static final long serialVersionUID = 1L;

    CannotRunException(String message) {
      super(message);
    }
  }
}
