package dev.understudy.store;

/**
 * What a watch is for.
 *
 * @param path a clean path
 * @param segments those of the path
 * @param recursive whether also what is beneath
 */
record WatchFilter(String path, String[] segments, boolean recursive) {
  static WatchFilter in(String path, boolean recursive) {
    String clean = KeyPath.clean(path);
    return new WatchFilter(clean, KeyPath.segments(clean), recursive);
  }

  /**
   * Whether an event of the history is of interest: at the path; beneath it, if the watch is
   * recursive and nothing on the way is hidden; or the removal of a directory above it.
   *
   * <p>Live events are matched by {@link WatchTrie}. The one difference, which is etcd's as well: a
   * live removal of a directory concerns those beneath that watch a node that was there, and here,
   * where it is no longer known what was there, all beneath.
   */
  boolean inPast(Event event) {
    if (event.refresh()) {
      return false;
    }
    String key = event.node().key();
    return key.equals(path)
        || (recursive && KeyPath.isBeneath(key, path) && !isHidden(key))
        || (event.removesDirectory() && KeyPath.isBeneath(path, key));
  }

  /** Whether a segment of a key below the path is hidden. */
  private boolean isHidden(String key) {
    return key.indexOf("/_", path.length() == 1 ? 0 : path.length()) >= 0;
  }
}
