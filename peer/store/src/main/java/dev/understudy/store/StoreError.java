package dev.understudy.store;

/**
 * Why the store refused: an answer, not an exception.
 *
 * @param code the code of the v2 API, one of the constants here
 * @param cause what it was about, in etcd's words; may be empty
 * @param index the store's index at that moment
 */
public record StoreError(int code, String cause, long index) {
  public static final int KEY_NOT_FOUND = 100;
  public static final int COMPARE_FAILED = 101;
  public static final int NOT_A_FILE = 102;
  public static final int NOT_A_DIRECTORY = 104;
  public static final int KEY_EXISTS = 105;
  public static final int ROOT_READ_ONLY = 107;
  public static final int DIRECTORY_NOT_EMPTY = 108;
  public static final int WATCHER_CLEARED = 400;
  public static final int HISTORY_CLEARED = 401;
}
