package dev.understudy.admin;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import dev.understudy.clusterconfig.TerminalText;
import java.util.stream.Collectors;

/** The trace of a bug, below its line in the log: messages of exceptions hold what clients sent. */
public final class SafeTrace extends ThrowableProxyConverter {
  @Override
  protected String throwableProxyToString(IThrowableProxy thrown) {
    return super.throwableProxyToString(thrown)
        .lines()
        .map(SafeTrace::safe)
        .collect(Collectors.joining(System.lineSeparator(), "", System.lineSeparator()));
  }

  /** Tabs in front are the trace's own. */
  private static String safe(String line) {
    return line.startsWith("\t") ? "\t" + safe(line.substring(1)) : TerminalText.of(line);
  }
}
