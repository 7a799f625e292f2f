package dev.understudy.api.http.proxy;

import dev.understudy.api.http.HttpExchange;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.jetty.client.HttpClient;

/**
 * Asks the leader what clients ask this machine, and gives them its answer as it comes: watches and
 * streams as well. What is under way takes one piece of an answer, and the body of a request, of
 * memory.
 *
 * <p>For any thread; never blocks.
 */
public final class LeaderProxy {
  /**
   * Says that a standby is to ask the leader rather than to send this client there, whatever it
   * does with others. A web page of another origin cannot set it: its browser would ask first
   * whether it may.
   */
  public static final String RELAY_HEADER = "X-Understudy-Relay";

  private final MachineRecord self;
  private final ProxyContext world;
  private final Supplier<CompletableFuture<Optional<MachineView>>> leaderNow;
  private final Set<ForwardedRequest> underWay = ConcurrentHashMap.newKeySet();

  /**
   * @param world stays its owner's
   * @param leaderNow finds the leader
   */
  public LeaderProxy(
      MachineRecord self,
      ProxyContext world,
      Supplier<CompletableFuture<Optional<MachineView>>> leaderNow) {
    this.self = self;
    this.world = world;
    this.leaderNow = leaderNow;
  }

  /** Whether another proxy has sent this request, so that it must not be sent on once more. */
  public static boolean isForwarded(HttpExchange exchange) {
    return exchange.header(ForwardedRequest.MARK) != null;
  }

  /** Whether a client wants this machine to ask the leader for it, and nobody has done so yet. */
  public static boolean isRelayWanted(HttpExchange exchange) {
    return exchange.header(RELAY_HEADER) != null && !isForwarded(exchange);
  }

  /**
   * Whether another machine has sent this request because its client wanted that, or because only a
   * leader answers it: no operator has said that the clients of that machine are to have the rights
   * of its certificate.
   */
  public static boolean isRelayed(HttpExchange exchange) {
    return exchange.header(RELAY_HEADER) != null && isForwarded(exchange);
  }

  /**
   * Answers a request with what the leader answers.
   *
   * @param body of the request, which has been read
   * @param blockingMillis how long it asks the leader to wait before it answers
   */
  public void forward(HttpExchange exchange, byte[] body, long blockingMillis) {
    new ForwardedRequest(exchange, body, blockingMillis, this, false).begin();
  }

  /**
   * The same for a client that may not have the rights of this machine's certificate, as {@link
   * #isRelayed} tells the leader.
   */
  public void relay(HttpExchange exchange, byte[] body) {
    new ForwardedRequest(exchange, body, 0, this, true).begin();
  }

  /** How many requests are under way. */
  public int underWay() {
    return underWay.size();
  }

  /**
   * Breaks off what is asked of machines that have no seat any more: one that died without a word
   * would keep a watch waiting for ever.
   */
  public void seatsAre(List<MachineView> machines) {
    for (ForwardedRequest request : underWay) {
      Optional<String> asked = request.askedBase();
      boolean seated =
          asked.isEmpty()
              || machines.stream().anyMatch(m -> MachineUrl.same(m.clientUrl(), asked.get()));
      if (!seated) {
        request.breakOff();
      }
    }
  }

  /** Where the leader answers clients; never this machine. */
  CompletableFuture<Optional<String>> leader() {
    return leaderNow.get().thenApply(leader -> leader.flatMap(this::base));
  }

  private Optional<String> base(MachineView machine) {
    return machine.name().equals(self.name()) ? Optional.empty() : base(machine.clientUrl());
  }

  /** The base of a URL that a machine was said to have. */
  Optional<String> base(String clientUrl) {
    return MachineUrl.same(clientUrl, self.clientUrl())
        ? Optional.empty()
        : MachineUrl.ofStored(clientUrl).map(MachineUrl::toString);
  }

  HttpClient http() {
    return world.http();
  }

  String name() {
    return self.name();
  }

  void began(ForwardedRequest request) {
    underWay.add(request);
  }

  void ended(ForwardedRequest request) {
    underWay.remove(request);
  }
}
