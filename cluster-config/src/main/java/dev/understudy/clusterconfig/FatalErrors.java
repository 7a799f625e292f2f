package dev.understudy.clusterconfig;

import java.util.function.Consumer;

/**
 * Errors behind which a process must not go on: memory or threads are exhausted, or the virtual
 * machine itself has failed. Any thread may be the one that they hit, with what it did left half
 * done; a machine that goes on could lead and answer nothing.
 *
 * <p>Whatever catches everything, so that one request or task cannot end a thread, gives what it
 * caught to {@link #check}. One for the whole process, because the errors are.
 */
public final class FatalErrors {
  private static final int MAX_CAUSES = 10;

  private static volatile Consumer<Throwable> end = error -> {};

  private FatalErrors() {}

  /**
   * Sets what ends the process.
   *
   * @param next must need next to no memory, and need not return
   */
  public static void endWith(Consumer<Throwable> next) {
    end = next;
  }

  /** Ends the process if that is what was caught. */
  public static void check(Throwable caught) {
    if (isFatal(caught)) {
      end.accept(caught);
    }
  }

  /** Whether this, or what caused it, is such an error. A stack that was too deep is none. */
  public static boolean isFatal(Throwable caught) {
    Throwable each = caught;
    for (int i = 0; each != null && i < MAX_CAUSES; i++) {
      if (each instanceof VirtualMachineError && !(each instanceof StackOverflowError)) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }
}
