package dev.understudy.admin.machine;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * How long garbage collections have stopped this process, as the virtual machine reports each. Any
 * thread may ask; nothing is done in between.
 */
final class GcPauses {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final LongAccumulator longestMillis = new LongAccumulator(Long::max, 0);
  private final LongAdder totalMillis = new LongAdder();
  private final LongAdder count = new LongAdder();

  /** Those of this process, from now on. */
  static GcPauses ofProcess() {
    GcPauses pauses = new GcPauses();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (stopsTheProcess(collector.getName()) && collector instanceof NotificationEmitter source) {
        source.addNotificationListener((message, nothing) -> pauses.heard(message), null, null);
      }
    }
    return pauses;
  }

  /** ZGC and Shenandoah report their cycles as well, in which the process goes on. */
  static boolean stopsTheProcess(String collector) {
    return !collector.endsWith("Cycles");
  }

  private void heard(Notification message) {
    if (message.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)
        && message.getUserData() instanceof CompositeData data) {
      GcInfo collection = GarbageCollectionNotificationInfo.from(data).getGcInfo();
      add(collection.getDuration());
    }
  }

  /** One more pause. */
  void add(long millis) {
    longestMillis.accumulate(millis);
    totalMillis.add(millis);
    count.increment();
  }

  double longestSeconds() {
    return longestMillis.get() / MILLIS_PER_SECOND;
  }

  double totalSeconds() {
    return totalMillis.sum() / MILLIS_PER_SECOND;
  }

  double count() {
    return count.sum();
  }
}
