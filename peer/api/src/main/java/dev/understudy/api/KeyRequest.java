package dev.understudy.api;

import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ErrorCode;

/**
 * What a request on a key asks for, whatever its method.
 *
 * @param path the key, clean, beginning with a slash, without one at its end
 * @param value empty when not given
 * @param dir whether the node is, or may be, a directory
 * @param ttl whether a time to live was given
 * @param ttlSeconds unsigned; 0 when not given
 * @param prevExist null when not given
 * @param prevValue empty when not given
 * @param prevIndex unsigned; 0 counts as not given
 * @param refresh whether only the time to live is renewed
 * @param noValueOnSuccess whether the answer to a successful write names the action only
 * @param recursive whether all beneath counts too
 * @param sorted whether listings are in the order of their keys
 * @param linearizable whether a quorum is asked before the read
 * @param watch whether the next change is waited for; never together with a quorum read, which goes
 *     first
 * @param waitIndex unsigned; the first index that may answer the watch; 0 for the next
 * @param stream whether the watch goes on after its first event
 */
record KeyRequest(
    String path,
    String value,
    boolean dir,
    boolean ttl,
    long ttlSeconds,
    Boolean prevExist,
    String prevValue,
    long prevIndex,
    boolean refresh,
    boolean noValueOnSuccess,
    boolean recursive,
    boolean sorted,
    boolean linearizable,
    boolean watch,
    long waitIndex,
    boolean stream) {
  /** A request without any parameter. */
  static KeyRequest plain(String path) {
    return new KeyRequest(
        path, "", false, false, 0, null, "", 0, false, false, false, false, false, false, 0, false);
  }

  /**
   * Reads the parameters. The order of the checks is etcd's, since of several mistakes the first is
   * reported.
   *
   * @throws ApiException codes 201 to 212: a parameter is malformed or contradicts another
   */
  static KeyRequest parse(boolean get, String path, Form form) throws ApiException {
    if (form.isEmpty()) {
      return plain(path);
    }
    final long prevIndex = index(form, "prevIndex");
    final long waitIndex = index(form, "waitIndex");
    final boolean recursive = flag(form, "recursive");
    final boolean sorted = flag(form, "sorted");
    final boolean watch = flag(form, "wait");
    final boolean dir = flag(form, "dir");
    final boolean quorum = flag(form, "quorum");
    final boolean stream = flag(form, "stream");
    if (watch && !get) {
      throw new ApiException(
          ErrorCode.INVALID_FIELD, "\"wait\" can only be used with GET requests");
    }
    final String prevValue = form.first("prevValue");
    if (prevValue != null && prevValue.isEmpty()) {
      throw new ApiException(ErrorCode.PREV_VALUE_REQUIRED, "\"prevValue\" cannot be empty");
    }
    final boolean noValueOnSuccess = flag(form, "noValueOnSuccess");
    final String ttl = orEmpty(form.first("ttl"));
    final long ttlSeconds = ttlSeconds(ttl);
    final String value = orEmpty(form.first("value"));
    return new KeyRequest(
        path,
        value,
        dir,
        !ttl.isEmpty(),
        ttlSeconds,
        prevExist(form),
        orEmpty(prevValue),
        prevIndex,
        refresh(form, value, ttl),
        noValueOnSuccess,
        recursive,
        sorted,
        quorum || !watch && isTrue(form.first("consistent")),
        watch && !quorum,
        waitIndex,
        stream);
  }

  private static long index(Form form, String name) throws ApiException {
    String text = form.first(name);
    if (text == null) {
      return 0;
    }
    try {
      return Flags.unsigned(text);
    } catch (NumberFormatException e) {
      throw new ApiException(ErrorCode.INDEX_NOT_A_NUMBER, "invalid value for \"" + name + '"');
    }
  }

  private static long ttlSeconds(String text) throws ApiException {
    try {
      return text.isEmpty() ? 0 : Flags.unsigned(text);
    } catch (NumberFormatException e) {
      throw new ApiException(ErrorCode.TTL_NOT_A_NUMBER, "invalid value for \"ttl\"");
    }
  }

  private static boolean flag(Form form, String name) throws ApiException {
    String text = form.first(name);
    return text != null && flag(text, '"' + name + '"');
  }

  private static boolean flag(String text, String shownAs) throws ApiException {
    Boolean flag = Flags.parse(text);
    if (flag == null) {
      throw new ApiException(ErrorCode.INVALID_FIELD, "invalid value for " + shownAs);
    }
    return flag;
  }

  /** For the parameter of etcd 0.4, of which later ones take no notice, whatever it says. */
  private static boolean isTrue(String text) {
    return text != null && Boolean.TRUE.equals(Flags.parse(text));
  }

  private static Boolean prevExist(Form form) throws ApiException {
    String text = form.first("prevExist");
    return text == null ? null : (Boolean) flag(text, "prevExist");
  }

  private static boolean refresh(Form form, String value, String ttl) throws ApiException {
    String text = form.first("refresh");
    if (text == null || !flag(text, "refresh")) {
      return false;
    }
    if (!value.isEmpty()) {
      throw new ApiException(ErrorCode.VALUE_ON_REFRESH, "A value was provided on a refresh");
    }
    if (ttl.isEmpty()) {
      throw new ApiException(ErrorCode.TTL_REQUIRED_ON_REFRESH, "No TTL value set");
    }
    return true;
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
