package dev.understudy.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLContext;

/**
 * Reads, writes and watches keys.
 *
 * <pre>{@code
 * KeysClient client = KeysClient.to("http://10.0.0.1:2379", "http://10.0.0.2:2379").build();
 * Node node = client.put("/config/mode", "fast");
 * client.compareAndSwap("/config/mode", node.modifiedIndex(), "safe");
 * }</pre>
 *
 * <p>Any thread may call; every call blocks until it is done, and tries for as long as {@link
 * Builder#timeout} says. What a write throws means that it was not done, but for {@link
 * OutcomeUnknownException} and {@link InterruptedException}, which leave that open. There is
 * nothing to close: connections end by themselves, and the only threads are those of watches.
 */
public final class KeysClient {
  private final Caller caller;
  private final Poller poller;
  private final Reads reads;
  private final Settlement settlement;
  private final ClientTime time;

  private KeysClient(Builder builder, ClientTime time) {
    this.time = time;
    HttpSender sender =
        new HttpSender(time, builder.timeouts.connect(), builder.tls, builder.login);
    caller = new Caller(builder.endpoints, sender, time, builder.timeouts);
    poller = new Poller(caller, builder.timeouts);
    reads = new Reads(caller);
    settlement = new Settlement(caller, poller);
  }

  /** Settings of a client. */
  public static final class Builder {
    private final Endpoints endpoints;
    private Timeouts timeouts = Timeouts.DEFAULT;
    private Optional<SSLContext> tls = Optional.empty();
    private Optional<String> login = Optional.empty();

    private Builder(List<String> endpoints) {
      this.endpoints = new Endpoints(endpoints);
    }

    /**
     * How long a call tries, 20 s by default. If a write has been sent by then, the call waits for
     * its answer, at most as long again.
     */
    public Builder timeout(Duration call) {
      timeouts = timeouts.withCall(call);
      return this;
    }

    /** Trusted CAs and the client's certificate. Without it, the CAs that Java trusts. */
    public Builder tls(SSLContext context) {
      tls = Optional.of(context);
      return this;
    }

    /** A user of the cluster; sent with every request. */
    public Builder login(String user, String password) {
      if (user.contains(":")) {
        throw new IllegalArgumentException("a user's name has no colon");
      }
      login = Optional.of(user + ":" + Objects.requireNonNull(password));
      return this;
    }

    /** Connects to nobody yet. */
    public KeysClient build() {
      return new KeysClient(this, new ClientThreads());
    }

    KeysClient build(ClientTime time) {
      return new KeysClient(this, time);
    }
  }

  /**
   * A client of a cluster.
   *
   * @param endpoints client URLs of some of its machines, {@code http://HOST:PORT}
   * @throws IllegalArgumentException if one is none
   */
  public static Builder to(String... endpoints) {
    return new Builder(List.of(endpoints));
  }

  /** The same with a list. */
  public static Builder to(List<String> endpoints) {
    return new Builder(endpoints);
  }

  /** The key or directory as the cluster has it now, confirmed by a majority. */
  public Reading get(String key) throws ClientException, InterruptedException {
    return reads.read(key, true, false);
  }

  /** The same as the machine that answers has it; cheaper, but it may be out of date. */
  public Reading getLocal(String key) throws ClientException, InterruptedException {
    return reads.read(key, false, false);
  }

  /** What is directly in a directory, in the order of names; hidden keys are left out. */
  public List<Node> list(String directory) throws ClientException, InterruptedException {
    return get(directory).node().map(Node::children).orElse(List.of());
  }

  /** A directory with everything that is beneath it. */
  public Reading getTree(String directory) throws ClientException, InterruptedException {
    return reads.read(directory, true, true);
  }

  /** Sets a key, whatever it was. */
  public Node put(String key, String value) throws ClientException, InterruptedException {
    return put(key, value, WriteOptions.NONE);
  }

  /** The same with options. */
  public Node put(String key, String value, WriteOptions options)
      throws ClientException, InterruptedException {
    return Writes.node(caller.call(Writes.put(key, value, options)));
  }

  /**
   * Makes a key that is not there.
   *
   * @throws RefusedException with {@link RefusedException#KEY_EXISTS} if it is
   */
  public Node create(String key, String value, WriteOptions options)
      throws ClientException, InterruptedException {
    Request request = Writes.put(key, value, options).with("prevExist", "false");
    return write(request, key, value, options, OptionalLong.empty());
  }

  /**
   * Sets a key that was last changed at an index.
   *
   * @throws RefusedException with {@link RefusedException#COMPARE_FAILED} if it has been changed
   *     since
   */
  public Node compareAndSwap(String key, long expectedIndex, String value)
      throws ClientException, InterruptedException {
    return compareAndSwap(key, expectedIndex, value, WriteOptions.NONE);
  }

  /** The same with options. */
  public Node compareAndSwap(String key, long expectedIndex, String value, WriteOptions options)
      throws ClientException, InterruptedException {
    Request request = Writes.put(key, value, options).with("prevIndex", expectedIndex);
    return write(request, key, value, options, OptionalLong.of(expectedIndex));
  }

  private Node write(
      Request request, String key, String value, WriteOptions options, OptionalLong swapped)
      throws ClientException, InterruptedException {
    return options.hasUniqueValue()
        ? settlement.write(request, key, value, swapped)
        : Writes.node(caller.call(request));
  }

  /** Sets a key that has a value; which write gave it that does not matter. */
  public Node compareAndSwap(String key, String expectedValue, String value, WriteOptions options)
      throws ClientException, InterruptedException {
    Request request = Writes.put(key, value, options).with("prevValue", expectedValue);
    return Writes.node(caller.call(request));
  }

  /**
   * Starts the time to live of a key with this value again; watches are not told. The client
   * repeats this if need be, which does no harm.
   */
  public Node refresh(String key, String expectedValue, Duration ttl)
      throws ClientException, InterruptedException {
    Request request =
        Writes.withTtl(Request.write("PUT", key), ttl)
            .on("refresh")
            .with("prevValue", expectedValue);
    return Writes.node(caller.call(request.asRepeatable()));
  }

  /** Makes a key in a directory, with a name that sorts behind all that are there. */
  public Node createInOrder(String directory, String value, WriteOptions options)
      throws ClientException, InterruptedException {
    Request request =
        Writes.withTtl(Request.write("POST", directory).with("value", value), options);
    return Writes.node(caller.call(request));
  }

  /** Deletes a key; what it was is the {@code previous} of the event. */
  public KeyEvent delete(String key) throws ClientException, InterruptedException {
    return Writes.event(caller.call(Request.write("DELETE", key)));
  }

  /** Deletes a directory with everything that is beneath it. */
  public KeyEvent deleteTree(String directory) throws ClientException, InterruptedException {
    return Writes.event(caller.call(Request.write("DELETE", directory).on("recursive")));
  }

  /** Deletes a key that was last changed at an index. */
  public KeyEvent compareAndDelete(String key, long expectedIndex)
      throws ClientException, InterruptedException {
    Request request = Request.write("DELETE", key).with("prevIndex", expectedIndex);
    return Writes.event(caller.call(request));
  }

  /**
   * Deletes a key that has a value.
   *
   * @param options whether nobody else writes this value: then it is done as often as it takes to
   *     know that it was, and it is no error if the key is another's by then, or nobody's
   */
  public void compareAndDelete(String key, String expectedValue, WriteOptions options)
      throws ClientException, InterruptedException {
    Request request = Request.write("DELETE", key).with("prevValue", expectedValue);
    try {
      caller.call(options.hasUniqueValue() ? request.asRepeatable() : request);
    } catch (RefusedException e) {
      if (!options.hasUniqueValue() || !e.isConflict()) {
        throw e;
      }
    }
  }

  /**
   * Watches a key, from now on.
   *
   * @return to be closed
   */
  public Watch watch(String key, WatchListener listener) {
    return new Watch(key, false, 0, listener, reads, poller, time).start();
  }

  /** Watches a directory and everything beneath it, from now on; to be closed. */
  public Watch watchTree(String directory, WatchListener listener) {
    return new Watch(directory, true, 0, listener, reads, poller, time).start();
  }

  /**
   * Waits for the first change of a key from an index on.
   *
   * @param recursive whether changes of what is beneath it count
   * @param patience how long
   * @return empty if there is none by then, or nobody has answered
   * @throws RefusedException with {@link RefusedException#HISTORY_CLEARED} if the cluster no longer
   *     has the history from there
   */
  public Optional<KeyEvent> nextChange(
      String key, boolean recursive, long fromIndex, Duration patience)
      throws ClientException, InterruptedException {
    long end = time.nanos() + patience.toNanos();
    Caller.Backoff backoff = new Caller.Backoff(time);
    long leftMillis = patience.toMillis();
    while (leftMillis > 0) {
      Poller.Poll poll = poller.poll(key, recursive, fromIndex, leftMillis);
      if (poll instanceof Poller.Poll.Event told) {
        return Optional.of(told.event());
      }
      if (poll instanceof Poller.Poll.Failed
          || (poll instanceof Poller.Poll.Quiet quiet && quiet.atOnce())) {
        backoff.pause();
      }
      leftMillis = (end - time.nanos()) / 1_000_000;
    }
    return Optional.empty();
  }

  /** Time and threads as this client has them, for recipes. */
  public ClientTime time() {
    return time;
  }
}
