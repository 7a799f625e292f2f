package dev.understudy.admin.machine;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * How long garbage collections have stopped this process, as the virtual machine reports each. Any
 * thread may ask; nothing is done in between.
 */
final class GcPauses implements AutoCloseable {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final LongAccumulator longestMillis = new LongAccumulator(Long::max, 0);
  private final LongAdder totalMillis = new LongAdder();
  private final LongAdder count = new LongAdder();
  private final List<NotificationEmitter> sources = new ArrayList<>();
  private final NotificationListener listener = (message, nothing) -> heard(message);

  /** Those of this process, from now on until it is closed. */
  static GcPauses ofProcess() {
    GcPauses pauses = new GcPauses();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (stopsTheProcess(collector.getName()) && collector instanceof NotificationEmitter source) {
        source.addNotificationListener(pauses.listener, null, null);
        pauses.sources.add(source);
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

  /** Hears of no more; the process may go on without the machine. Idempotent. */
  @Override
  public void close() {
    for (NotificationEmitter source : sources) {
      try {
        source.removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        throw new IllegalStateException("was added and is not there", e);
      }
    }
    sources.clear();
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
