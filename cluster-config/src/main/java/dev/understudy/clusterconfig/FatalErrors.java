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

  /**
   * The same task for an executor that would keep to itself what it throws, and go on: it is given
   * to the handler of the thread, as if the thread had ended by it.
   */
  public static Runnable heard(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    };
  }

  /** Whether this, or what caused it, is such an error. A stack that was too deep is none. */
  public static boolean isFatal(Throwable caught) {
    return fatalOrNull(caught) != null;
  }

  /** The error itself: this, or what caused it; null when there is none. Needs no memory. */
  public static VirtualMachineError fatalOrNull(Throwable caught) {
    Throwable each = caught;
    for (int i = 0; each != null && i < MAX_CAUSES; i++) {
      if (each instanceof VirtualMachineError error && !(each instanceof StackOverflowError)) {
        return error;
      }
      each = each.getCause();
    }
    return null;
  }
}
