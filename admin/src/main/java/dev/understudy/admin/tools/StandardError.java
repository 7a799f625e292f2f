package dev.understudy.admin.tools;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this process's standard error is. */
public final class StandardError {
  private static final Logger LOG = LoggerFactory.getLogger(StandardError.class);
  private static final long ANSWER_SECONDS = 2;

  private StandardError() {}

  /**
   * Whether somebody looks at it. Java knows only of a console, which there is none of once the
   * output goes to a file, and which newer versions make up where there is none; so a shell is
   * asked, which is given our standard error for its own. Blocks for some milliseconds, two seconds
   * at most.
   */
  public static boolean isTerminal() {
    try {
      Process shell =
          new ProcessBuilder("sh", "-c", "test -t 2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      boolean ended = shell.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        shell.destroyForcibly();
      }
      return ended && shell.exitValue() == 0;
    } catch (IOException e) {
      LOG.debug("no shell here", e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
