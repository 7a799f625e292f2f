package dev.understudy.peer;

import dev.understudy.api.ClientBackend;
import dev.understudy.api.http.Elsewhere;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Principal;
import dev.understudy.api.http.proxy.LeaderProxy;
import dev.understudy.api.http.proxy.ProxyContext;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a follower does with a request that only the leader answers: it asks the leader, since
 * clients of Consul follow no redirect of a PUT; their agents ask for them. A request that was sent
 * on already is redirected.
 */
final class AtTheLeader implements Elsewhere {
  private final LeaderProxy proxy;

  private AtTheLeader(LeaderProxy proxy) {
    this.proxy = proxy;
  }

  /**
   * @param world empty where clients are sent to the leader
   * @param backend knows who leads
   */
  static Elsewhere of(Optional<ProxyContext> world, MachineRecord self, ClientBackend backend) {
    return world
        .<Elsewhere>map(
            with ->
                new AtTheLeader(
                    new LeaderProxy(
                        self, with, () -> CompletableFuture.completedFuture(leader(backend)))))
        .orElse(REDIRECT);
  }

  private static Optional<MachineView> leader(ClientBackend backend) {
    return backend
        .leader()
        .map(
            member ->
                new MachineView(
                    member.name(), MachineView.State.LEADER, member.clientUrl(), member.peerUrl()));
  }

  @Override
  public void answer(HttpExchange exchange, byte[] body, String clientUrl) {
    boolean certified = exchange.principal().standing() == Principal.Standing.CERTIFIED;
    if (certified || LeaderProxy.isForwarded(exchange)) { // whose certificate stays here
      REDIRECT.answer(exchange, body, clientUrl);
    } else {
      proxy.relay(exchange, body);
    }
  }
}
