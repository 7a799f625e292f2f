package dev.understudy.admin.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.PeerVersion;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.clusterconfig.StoreVersion;
import dev.understudy.peer.leadership.SeatPlan;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The admin API of a peer, on its peer port: config, machines, joins, and what other machines ask
 * about versions and names. Answers every path; what it does not know gets 404. Never blocks.
 */
public final class AdminApi extends Handler.Abstract.NonBlocking {
  private static final String CONFIG = "/v2/admin/config";
  private static final String MACHINES = "/v2/admin/machines";
  private static final String STANDBYS = "/v2/admin/standbys";
  private static final String PLAN = "/v2/admin/plan";
  private static final String SNAPSHOT = "/v2/admin/snapshot";

  private final ClusterAdmin admin;
  private final MachineRecord self;
  private final StandbyRegistry standbys;
  private final SnapshotDownloads snapshots = new SnapshotDownloads();
  private final LongSupplier monotonicMillis;

  /**
   * @param standbys the standbys that have synced with this peer
   * @param monotonicMillis a clock that never goes back
   */
  public AdminApi(
      ClusterAdmin admin,
      MachineRecord self,
      StandbyRegistry standbys,
      LongSupplier monotonicMillis) {
    this.admin = Objects.requireNonNull(admin);
    this.self = Objects.requireNonNull(self);
    this.monotonicMillis = Objects.requireNonNull(monotonicMillis);
    this.standbys = Objects.requireNonNull(standbys);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    response.getHeaders().put(PeerVersion.CLUSTER_ID_HEADER, Long.toHexString(admin.clusterId()));
    route(new Exchange(request, response, callback));
    return true;
  }

  private void route(Exchange exchange) {
    String path = exchange.path();
    if (path.equals(CONFIG)) {
      config(exchange);
    } else if (path.equals(MACHINES)) {
      exchange.onlyGet(() -> exchange.json(200, machines(exchange)));
    } else if (path.startsWith(MACHINES + "/")) {
      machine(exchange, path.substring(MACHINES.length() + 1));
    } else if (path.equals(STANDBYS)) {
      exchange.onlyGet(() -> exchange.json(200, standbys()));
    } else if (path.equals(PLAN)) {
      exchange.onlyGet(() -> exchange.answer(admin.plan(), this::plan));
    } else if (path.equals(SNAPSHOT)) {
      exchange.onlyGet(() -> snapshots.answer(exchange, admin.capture()));
    } else {
      about(exchange, path);
    }
  }

  private void about(Exchange exchange, String path) {
    switch (path) {
      case "/version" ->
          exchange.onlyGet(() -> exchange.text(200, Integer.toString(StoreVersion.CURRENT)));
      case "/name" -> exchange.onlyGet(() -> exchange.text(200, self.name()));
      case "/etcdURL" -> exchange.onlyGet(() -> exchange.text(200, self.clientUrl()));
      default -> {
        if (path.matches("/version/[^/]+/check")) {
          exchange.onlyGet(() -> versionCheck(exchange, path.split("/")[2]));
        } else {
          exchange.text(404, "404 page not found\n");
        }
      }
    }
  }

  private static void versionCheck(Exchange exchange, String version) {
    boolean supported =
        version.matches("\\d{1,9}") && StoreVersion.isSupported(Integer.parseInt(version));
    exchange.text(supported ? HttpStatus.OK_200 : HttpStatus.FORBIDDEN_403, "");
  }

  private void config(Exchange exchange) {
    switch (exchange.method()) {
      case "GET", "HEAD" -> exchange.json(200, admin.config().toJson());
      case "PUT" ->
          exchange.withBody(body -> exchange.answer(admin.putConfig(body), ClusterConfig::toJson));
      default -> exchange.notAllowed("GET, HEAD, PUT");
    }
  }

  /** The list; whoever names itself as a standby is noted, and told about seats by the leader. */
  private String machines(Exchange exchange) {
    Optional.ofNullable(exchange.header(StandbyNotice.HEADER))
        .flatMap(StandbyNotice::fromHeader)
        .flatMap(notice -> standbys.synced(notice, admin))
        .ifPresent(offer -> exchange.putHeader(SeatOffer.HEADER, offer.toHeader()));
    return MachineView.toJson(admin.machines());
  }

  private void machine(Exchange exchange, String encodedName) {
    Optional<String> name = decoded(encodedName);
    if (name.isEmpty()) {
      exchange.error(ApiError.of(ErrorCode.INVALID_FIELD, "the path holds no name"));
      return;
    }
    switch (exchange.method()) {
      case "GET", "HEAD" -> oneMachine(exchange, name.get());
      case "PUT" -> exchange.withBody(body -> join(exchange, name.get(), body));
      case "DELETE" -> exchange.withBody(body -> remove(exchange, name.get()));
      default -> exchange.notAllowed("GET, HEAD, PUT, DELETE");
    }
  }

  private void oneMachine(Exchange exchange, String name) {
    admin.machines().stream()
        .filter(machine -> machine.name().equals(name))
        .findFirst()
        .ifPresentOrElse(
            machine -> exchange.json(200, machine.toJson()),
            () -> exchange.error(ApiError.of(ErrorCode.KEY_NOT_FOUND, name)));
  }

  private void join(Exchange exchange, String name, String body) {
    try {
      JoinRequest request = JoinRequest.fromJson(name, body);
      exchange.answer(admin.join(request), JoinReply::toJson);
    } catch (ApiException e) {
      exchange.error(e.error());
    }
  }

  private void remove(Exchange exchange, String name) {
    exchange.answer(
        admin.remove(name),
        removed -> {
          JsonObject object = new JsonObject();
          object.addProperty("removed", removed);
          return object.toString();
        });
  }

  private String plan(SeatPlan plan) {
    return PlanJson.of(plan, standbys.candidates(admin.machines(), admin.config()));
  }

  /** The standbys that this peer has heard of lately, the best first. */
  private String standbys() {
    long now = monotonicMillis.getAsLong();
    JsonArray array = new JsonArray();
    for (StandbyRegistry.Known known : standbys.candidates(admin.machines(), admin.config())) {
      MachineRecord machine = known.notice().machine();
      JsonObject object = new JsonObject();
      object.addProperty("name", machine.name());
      object.addProperty("clientURL", machine.clientUrl());
      object.addProperty("peerURL", machine.peerUrl());
      object.addProperty("seatPriority", known.notice().seatPriority());
      object.addProperty("knownForMillis", now - known.firstHeardMillis());
      object.addProperty("lastSyncMillisAgo", now - known.lastHeardMillis());
      array.add(object);
    }
    return array.toString();
  }

  private static Optional<String> decoded(String segment) {
    if (segment.isEmpty() || segment.contains("/")) {
      return Optional.empty();
    }
    try {
      return Optional.of(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
