package dev.understudy.client;

/** The cluster has answered that it does not do this; the answer is final. */
public final class RefusedException extends ClientException {
  private static final long serialVersionUID = 1L;

  /** The codes of the keys API that programs act upon. */
  public static final int KEY_NOT_FOUND = 100;

  public static final int COMPARE_FAILED = 101;
  public static final int NOT_A_FILE = 102;
  public static final int NOT_A_DIRECTORY = 104;
  public static final int KEY_EXISTS = 105;
  public static final int DIRECTORY_NOT_EMPTY = 108;
  public static final int UNAUTHORIZED = 110;
  public static final int HISTORY_CLEARED = 401;

  private final int status;
  private final int code;
  private final long index;

  RefusedException(int status, int code, String message, long index) {
    super(message);
    this.status = status;
    this.code = code;
    this.index = index;
  }

  /** Of HTTP. */
  public int status() {
    return status;
  }

  /** The {@code errorCode} of the answer; 0 if it had none. */
  public int code() {
    return code;
  }

  /** The index of the key space then; 0 if the answer had none. */
  public long index() {
    return index;
  }

  /** Whether there is no such key. */
  public boolean isNotFound() {
    return code == KEY_NOT_FOUND;
  }

  /**
   * Whether the key was not as the write said that it should be: gone, changed, or there already.
   */
  public boolean isConflict() {
    return code == KEY_NOT_FOUND || code == COMPARE_FAILED || code == KEY_EXISTS;
  }
}
