package dev.understudy.clusterconfig;

import dev.understudy.clusterconfig.secret.ProvenCalls;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * A {@link ClusterClient} over HTTP/1.1 with kept-alive connections.
 *
 * <p>Has threads between {@link #start()} and {@link #close()} only; before and after, every
 * question is answered {@link ClusterResponse.Unreachable}. Safe for use by many threads. {@link
 * #close()} waits for the client's own threads, so it must not be called on one of them, that is,
 * not from what depends on a future of this client.
 */
public final class HttpClusterClient implements ClusterClient {
  /** How machines are told from operators' tools. */
  public static final String USER_AGENT = "understudy";

  private static final String MACHINES = "/v2/admin/machines";
  private static final String IDENTITY = "/v2/admin/identity";
  private static final String CONFIG = "/v2/admin/config";
  private static final long STOP_TIMEOUT_MILLIS = 2_000;

  private final HttpClientFactory clients;
  private final HttpClusterClientOptions options;
  private final LongSupplier nanoClock;
  private final String threadName;
  private final Object lifecycle = new Object();
  private final Set<HttpCall<?>> underWay = ConcurrentHashMap.newKeySet();
  private volatile Caller caller;

  /** What exists only between start and close. */
  private record Caller(HttpClient http, Optional<ProvenCalls> proofs) {}

  /**
   * Starts nothing.
   *
   * @param clients makes the client underneath
   * @param nanoClock counts nanoseconds as {@link System#nanoTime} does
   * @param owner a part of the threads' names; empty for somebody who has one client
   */
  public HttpClusterClient(
      HttpClientFactory clients,
      HttpClusterClientOptions options,
      LongSupplier nanoClock,
      String owner) {
    this.threadName = owner.isEmpty() ? "cluster-client" : "cluster-client-" + owner;
    this.clients = Objects.requireNonNull(clients);
    this.options = Objects.requireNonNull(options);
    this.nanoClock = Objects.requireNonNull(nanoClock);
  }

  /** Of somebody who has one client; starts nothing. */
  public HttpClusterClient(
      HttpClientFactory clients, HttpClusterClientOptions options, LongSupplier nanoClock) {
    this(clients, options, nanoClock, "");
  }

  /** A client of {@code http} URLs; starts nothing. */
  public HttpClusterClient(HttpClusterClientOptions options, LongSupplier nanoClock) {
    this(HttpClientFactory.PLAIN, options, nanoClock);
  }

  /** The same with the usual limits; starts nothing. */
  public HttpClusterClient(LongSupplier nanoClock) {
    this(HttpClusterClientOptions.DEFAULT, nanoClock);
  }

  /**
   * Starts the client's threads.
   *
   * @throws IllegalStateException when it has been started, or cannot start; nothing is left behind
   */
  public void start() {
    synchronized (lifecycle) {
      if (caller != null) {
        throw new IllegalStateException("started twice");
      }
      HttpClient starting = configured();
      try {
        starting.start();
      } catch (Exception e) {
        stop(starting);
        throw new IllegalStateException("the HTTP client does not start", e);
      }
      // Redirects are followed here, not by Jetty; nor are passwords or packed answers wanted.
      starting.getProtocolHandlers().clear();
      starting.getContentDecoderFactories().clear();
      caller = new Caller(starting, clients.proofs(starting));
    }
  }

  private HttpClient configured() {
    QueuedThreadPool threads = new QueuedThreadPool(options.maxThreads(), 1);
    threads.setName(threadName);
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    threads.setStopTimeout(STOP_TIMEOUT_MILLIS);
    HttpClient client = clients.create(1);
    client.setName(threadName);
    client.setScheduler(new ScheduledExecutorScheduler(threadName + "-scheduler", true));
    client.setExecutor(threads);
    client.setFollowRedirects(false);
    client.setConnectTimeout(options.connectTimeoutMillis());
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, USER_AGENT));
    return client;
  }

  @Override
  public void close() {
    synchronized (lifecycle) {
      Caller stopping = caller;
      if (stopping == null) {
        return;
      }
      caller = null;
      stop(stopping.http());
    }
    underWay.forEach(question -> question.giveUp("the client was closed"));
  }

  private static void stop(HttpClient stopping) {
    try {
      stopping.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP client does not stop", e);
    }
  }

  @Override
  public CompletableFuture<ClusterResponse<List<MachineView>>> machines(
      String peerUrl, long timeoutMillis) {
    return ask(
        get(peerUrl, MACHINES), reply -> MachineView.listFromJson(reply.body()), timeoutMillis);
  }

  @Override
  public CompletableFuture<ClusterResponse<ClusterConfig>> config(
      String peerUrl, long timeoutMillis) {
    return ask(get(peerUrl, CONFIG), HttpClusterClient::readConfig, timeoutMillis);
  }

  @Override
  public CompletableFuture<ClusterResponse<SyncReply>> sync(
      String peerUrl, Optional<StandbyNotice> notice, long timeoutMillis) {
    Map<String, String> headers =
        notice.map(n -> Map.of(StandbyNotice.HEADER, n.toHeader())).orElse(Map.of());
    return ask(
            new HttpCall.RequestTemplate("GET", base(peerUrl) + MACHINES, headers, null),
            HttpClusterClient::readMachines,
            timeoutMillis)
        .thenCompose(answer -> withConfig(answer, peerUrl, timeoutMillis));
  }

  /** What the answer to a sync says: all of it, or all but the config. */
  private record Synced(SyncReply reply, boolean hasConfig) {}

  private static Synced readMachines(HttpCall.Reply reply) {
    Optional<String> config = Optional.ofNullable(reply.headers().get(SyncReply.CONFIG_HEADER));
    return new Synced(
        new SyncReply(
            MachineView.listFromJson(reply.body()),
            config.isPresent() ? configIn(config.get()) : ClusterConfig.DEFAULT,
            SeatOffer.fromHeader(reply.headers().get(SeatOffer.HEADER)),
            SyncReply.clusterIdIn(reply.headers().get(SyncReply.CLUSTER_HEADER)),
            ReplicaReply.fromHeader(reply.headers().get(ReplicaReply.HEADER))),
        config.isPresent());
  }

  /** An older peer is asked for its config in a request of its own. */
  private CompletableFuture<ClusterResponse<SyncReply>> withConfig(
      ClusterResponse<Synced> answer, String peerUrl, long timeoutMillis) {
    Optional<Synced> synced = answer.granted();
    if (synced.isEmpty() || synced.get().hasConfig()) {
      return CompletableFuture.completedFuture(answer.map(Synced::reply));
    }
    SyncReply reply = synced.get().reply();
    return config(peerUrl, timeoutMillis)
        .thenApply(
            config ->
                config.map(
                    inForce ->
                        new SyncReply(
                            reply.machines(), inForce, reply.offer(), reply.clusterId())));
  }

  @Override
  public CompletableFuture<ClusterResponse<Boolean>> callToSync(
      String peerUrl, long timeoutMillis) {
    return ask(
        put(base(peerUrl) + "/v2/admin/sync", ""),
        reply -> true,
        options.withoutRedirects(),
        timeoutMillis);
  }

  @Override
  public CompletableFuture<ClusterResponse<ClusterConfig>> putConfig(
      String peerUrl, String subsetJson, long timeoutMillis) {
    return ask(
        put(base(peerUrl) + CONFIG, subsetJson), HttpClusterClient::readConfig, timeoutMillis);
  }

  @Override
  public CompletableFuture<ClusterResponse<JoinReply>> join(
      String peerUrl, JoinRequest request, long timeoutMillis) {
    return ask(
        put(machineUrl(peerUrl, request.name()), request.toJson()),
        reply -> JoinReply.fromJson(reply.body()),
        timeoutMillis);
  }

  @Override
  public CompletableFuture<ClusterResponse<MachineIdentity>> identity(
      String peerUrl, long timeoutMillis) {
    return ask(
        get(peerUrl, IDENTITY), reply -> MachineIdentity.fromJson(reply.body()), timeoutMillis);
  }

  @Override
  public CompletableFuture<ClusterResponse<Boolean>> promise(
      String peerUrl, FoundingRequest request, long timeoutMillis) {
    return ask(
        put(base(peerUrl) + "/v2/admin/bootstrap", request.toJson()),
        reply -> reply.body().strip().equals("true"),
        timeoutMillis);
  }

  @Override
  public CompletableFuture<ClusterResponse<String>> remove(
      String peerUrl, Removal removal, long timeoutMillis) {
    String url = machineUrl(peerUrl, removal.name()) + removal.query();
    return ask(
        new HttpCall.RequestTemplate("DELETE", url, Map.of(), null),
        reply -> removal.name(),
        timeoutMillis);
  }

  @Override
  public CompletableFuture<ClusterResponse<Optional<AnsweringMachine>>> identify(
      String peerUrl, long timeoutMillis) {
    CompletableFuture<ClusterResponse<MachineIdentity>> identity =
        ask(
            get(peerUrl, IDENTITY),
            reply -> MachineIdentity.fromJson(reply.body()),
            options.withoutRedirects(),
            timeoutMillis);
    var older =
        line(peerUrl, "/name", AnsweringMachine::nameIn, timeoutMillis)
            .thenCombine(
                line(peerUrl, "/etcdURL", AnsweringMachine::clientUrlIn, timeoutMillis),
                HttpClusterClient::olderMachine);
    return identity.thenCombine(
        older,
        (present, otherwise) ->
            present.granted().isPresent()
                ? present.map(machine -> Optional.of(AnsweringMachine.of(machine)))
                : otherwise);
  }

  /** A first line of an answer; empty when a machine cannot say. */
  private CompletableFuture<ClusterResponse<Optional<String>>> line(
      String peerUrl, String path, UnaryOperator<String> check, long timeoutMillis) {
    return ask(
        get(peerUrl, path), new LineReader(check), options.withoutRedirects(), timeoutMillis);
  }

  private static ClusterResponse<Optional<AnsweringMachine>> olderMachine(
      ClusterResponse<Optional<String>> name, ClusterResponse<Optional<String>> clientUrl) {
    Optional<String> known = name.granted().flatMap(line -> line);
    return known.isEmpty()
        ? name.map(line -> Optional.empty())
        : clientUrl.map(
            line -> line.map(url -> new AnsweringMachine(known.get(), url, Optional.empty())));
  }

  /** Reads one line, or what machines of the first versions answer while they have no line. */
  private record LineReader(UnaryOperator<String> check)
      implements HttpCall.Reader<Optional<String>> {
    private static final String STANDING_BY = "this machine is a standby";

    @Override
    public Optional<String> read(HttpCall.Reply reply) {
      return Optional.of(AnsweringMachine.line(reply.body()))
          .filter(line -> !line.isEmpty())
          .map(check);
    }

    @Override
    public Optional<Optional<String>> readRefusal(HttpCall.Reply reply) {
      boolean starting =
          ApiError.fromJson(reply.status(), reply.body())
              .filter(error -> error.is(ErrorCode.LEADER_ELECTION))
              .isPresent();
      boolean standingBy = reply.status() == 404 && reply.body().startsWith(STANDING_BY);
      return starting || standingBy ? Optional.of(Optional.empty()) : Optional.empty();
    }
  }

  /** As older versions have stored it, it may end in a slash, and paths must not begin with two. */
  private static String base(String peerUrl) {
    return MachineUrl.normal(peerUrl);
  }

  private static ClusterConfig readConfig(HttpCall.Reply reply) {
    return configIn(reply.body());
  }

  private static ClusterConfig configIn(String json) {
    try {
      return ClusterConfig.DEFAULT.merge(json);
    } catch (ApiException e) {
      throw new IllegalArgumentException(e.error().cause(), e);
    }
  }

  private static HttpCall.RequestTemplate get(String peerUrl, String path) {
    return new HttpCall.RequestTemplate("GET", base(peerUrl) + path, Map.of(), null);
  }

  private static HttpCall.RequestTemplate put(String url, String body) {
    return new HttpCall.RequestTemplate("PUT", url, Map.of(), body);
  }

  private static String machineUrl(String peerUrl, String name) {
    return base(peerUrl) + MACHINES + "/" + UrlText.escaped(name);
  }

  private <T> CompletableFuture<ClusterResponse<T>> ask(
      HttpCall.RequestTemplate asked, HttpCall.Reader<T> reader, long timeoutMillis) {
    return ask(asked, reader, options, timeoutMillis);
  }

  private <T> CompletableFuture<ClusterResponse<T>> ask(
      HttpCall.RequestTemplate asked,
      HttpCall.Reader<T> reader,
      HttpClusterClientOptions limits,
      long timeoutMillis) {
    Caller now = caller;
    if (now == null) {
      return CompletableFuture.completedFuture(
          new ClusterResponse.Unreachable<>(asked.url() + ": the client is not running"));
    }
    var question =
        new HttpCall<>(now.http(), now.proofs(), limits, nanoClock, asked, reader, timeoutMillis);
    underWay.add(question);
    question.future().thenRun(() -> underWay.remove(question));
    question.send();
    if (!now.equals(caller)) {
      question.giveUp("the client was closed"); // close() may have missed it
    }
    return question.future();
  }
}
