package dev.understudy.api;

/**
 * What one client may ask of a machine. Every limit is refused with an answer that names it.
 *
 * @param maxBodyBytes the largest body of a request; more is answered 413
 * @param maxKeyBytes the longest key in bytes, unescaped; more is answered 414
 * @param maxHeaderBytes request line and headers together; more is answered 414 when the request
 *     line alone is too long, else 431
 * @param maxFormFields the fields of query and form together; more is answered 400, code 210
 * @param requestMillis how long a request may take to arrive, from its headers to the end of its
 *     body; longer is answered 408. A watch that has ended with events waiting has as long to send
 *     them
 * @param maxWaitingEvents events that wait for a watcher who does not read; one more ends the watch
 * @param maxRequestBytes memory of all bodies under way together; more is answered 503
 * @param maxAnswerBytes memory of all answers under way together; more is answered 503, and watches
 *     wait. The answer to what has been done is given in any case
 * @param maxWaitingBytes memory of all events together that wait for watchers; a stream that makes
 *     a quarter of it wait is ended, and beyond it those that have read nothing for longest
 * @param minSessionTtlMillis the shortest time to live of a session
 * @param maxWatches watches and blocking queries at once; more are answered 503
 */
public record ClientLimits(
    int maxBodyBytes,
    int maxKeyBytes,
    int maxHeaderBytes,
    int maxFormFields,
    long requestMillis,
    int maxWaitingEvents,
    long maxRequestBytes,
    long maxAnswerBytes,
    long maxWaitingBytes,
    long minSessionTtlMillis,
    int maxWatches) {
  /** An eighth of the heap each for requests and answers, and room for some of the largest. */
  private static final long SHARE_OF_HEAP = 8;

  private static final long WAITING_SHARE_OF_HEAP = 16;

  /** As Consul has it. */
  public static final long USUAL_SESSION_TTL_MILLIS = 10_000;

  private static final long MIN_MEMORY_BYTES = 8 << 20;

  /**
   * 1.5 MiB is what etcd takes as the size of a request; 100 waiting events are what its watchers
   * buffer. Keys are file names by nature, so 8 KiB are plenty, and headers that carry such a key
   * fit into 16 KiB. A form has a dozen known fields, hence 64. Ten seconds are enough for a body
   * of the largest size on a line of 1.3 Mbit/s.
   */
  public static final ClientLimits DEFAULT =
      new ClientLimits(3 * 512 * 1024, 8 * 1024, 16 * 1024, 64, 10_000, 100);

  /** With the usual memory for requests and answers. */
  public ClientLimits(
      int maxBodyBytes,
      int maxKeyBytes,
      int maxHeaderBytes,
      int maxFormFields,
      long requestMillis,
      int maxWaitingEvents) {
    this(
        maxBodyBytes,
        maxKeyBytes,
        maxHeaderBytes,
        maxFormFields,
        requestMillis,
        maxWaitingEvents,
        usualMemory(),
        usualMemory(),
        usualWaitingMemory(),
        USUAL_SESSION_TTL_MILLIS,
        Integer.MAX_VALUE);
  }

  /** What requests, and answers, may take together, by the size of the heap. */
  public static long usualMemory() {
    return Math.max(MIN_MEMORY_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /** What events that wait for watchers may take together, by the size of the heap. */
  public static long usualWaitingMemory() {
    return Math.max(MIN_MEMORY_BYTES / 2, Runtime.getRuntime().maxMemory() / WAITING_SHARE_OF_HEAP);
  }

  /** The same with other memory for requests, answers and waiting events. */
  public ClientLimits withMemory(long requestBytes, long answerBytes, long waitingBytes) {
    return new ClientLimits(
        maxBodyBytes,
        maxKeyBytes,
        maxHeaderBytes,
        maxFormFields,
        requestMillis,
        maxWaitingEvents,
        requestBytes,
        answerBytes,
        waitingBytes,
        minSessionTtlMillis,
        maxWatches);
  }

  /** The same with another shortest time to live of a session. */
  public ClientLimits withMinSessionTtl(long millis) {
    return new ClientLimits(
        maxBodyBytes,
        maxKeyBytes,
        maxHeaderBytes,
        maxFormFields,
        requestMillis,
        maxWaitingEvents,
        maxRequestBytes,
        maxAnswerBytes,
        maxWaitingBytes,
        millis,
        maxWatches);
  }

  /** The same with another size of bodies and heads, and another time for bodies. */
  public ClientLimits withRequests(int bodyBytes, int headerBytes, long bodyMillis) {
    return new ClientLimits(
        bodyBytes,
        maxKeyBytes,
        headerBytes,
        maxFormFields,
        bodyMillis,
        maxWaitingEvents,
        maxRequestBytes,
        maxAnswerBytes,
        maxWaitingBytes,
        minSessionTtlMillis,
        maxWatches);
  }

  /** The same with another number of watches at once. */
  public ClientLimits withMaxWatches(int watches) {
    return new ClientLimits(
        maxBodyBytes,
        maxKeyBytes,
        maxHeaderBytes,
        maxFormFields,
        requestMillis,
        maxWaitingEvents,
        maxRequestBytes,
        maxAnswerBytes,
        maxWaitingBytes,
        minSessionTtlMillis,
        watches);
  }

  public ClientLimits {
    if (maxBodyBytes < 1
        || maxKeyBytes < 1
        || maxFormFields < 1
        || requestMillis < 1
        || maxWaitingEvents < 1
        || maxRequestBytes < 1
        || maxAnswerBytes < 1
        || maxWaitingBytes < 1
        || minSessionTtlMillis < 1
        || maxWatches < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
    if (maxHeaderBytes <= maxKeyBytes) {
      throw new IllegalArgumentException("the headers must have room for the longest key");
    }
  }
}
