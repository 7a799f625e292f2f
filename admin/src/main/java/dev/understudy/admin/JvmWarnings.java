package dev.understudy.admin;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the Java virtual machine's own warnings go. By default that is standard output, which
 * belongs to the lines for the process that started this one; and of threads that cannot be started
 * this program says enough itself.
 */
final class JvmWarnings {
  private static final Logger LOG = LoggerFactory.getLogger(JvmWarnings.class);

  private JvmWarnings() {}

  /** Whether whoever started this virtual machine has seen to it, and says so. */
  static boolean areOnStandardError() {
    return "stderr".equals(System.getProperty("understudy.jvm.warnings"));
  }

  /** Blocks for a tenth of a second, since the management of the virtual machine is loaded. */
  static void moveToStandardError() {
    try {
      configure("output=stderr", "what=all=warning,os+thread=off");
      configure("output=stdout", "what=all=off");
    } catch (JMException | RuntimeException e) {
      LOG.debug("this virtual machine keeps its warnings on standard output", e);
    }
  }

  /** As {@code jcmd PID VM.log} does. */
  private static void configure(String... settings) throws JMException {
    ManagementFactory.getPlatformMBeanServer()
        .invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "vmLog",
            new Object[] {settings},
            new String[] {String[].class.getName()});
  }
}
