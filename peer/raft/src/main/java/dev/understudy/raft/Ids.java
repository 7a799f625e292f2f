package dev.understudy.raft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sets of member ids as arrays in ascending order, ids being unsigned. */
final class Ids {
  static final long[] NONE = new long[0];

  private Ids() {}

  static long[] of(List<Long> ids) {
    long[] sorted = NONE;
    for (long id : ids) {
      sorted = with(sorted, id);
    }
    return sorted;
  }

  static boolean contains(long[] ids, long id) {
    for (long each : ids) {
      if (each == id) {
        return true;
      }
    }
    return false;
  }

  static long[] with(long[] ids, long id) {
    int at = 0;
    while (at < ids.length && Long.compareUnsigned(ids[at], id) < 0) {
      at++;
    }
    if (at < ids.length && ids[at] == id) {
      return ids;
    }
    long[] more = new long[ids.length + 1];
    System.arraycopy(ids, 0, more, 0, at);
    more[at] = id;
    System.arraycopy(ids, at, more, at + 1, ids.length - at);
    return more;
  }

  static long[] without(long[] ids, long id) {
    if (!contains(ids, id)) {
      return ids;
    }
    long[] fewer = Arrays.stream(ids).filter(each -> each != id).toArray();
    return fewer.length == 0 ? NONE : fewer;
  }

  static long[] union(long[] left, long[] right) {
    long[] all = left;
    for (long id : right) {
      all = with(all, id);
    }
    return all;
  }

  static List<Long> list(long[] ids) {
    List<Long> list = new ArrayList<>(ids.length);
    for (long id : ids) {
      list.add(id);
    }
    return list;
  }
}
