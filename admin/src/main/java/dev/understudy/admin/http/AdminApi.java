package dev.understudy.admin.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.understudy.api.access.Guard;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Principal;
import dev.understudy.api.http.RequestPath;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.RouteTable;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LeaderRequest;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.SeatPermission;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.clusterconfig.StoreVersion;
import dev.understudy.clusterconfig.SyncReply;
import dev.understudy.peer.AdminOutcome;
import dev.understudy.peer.ClusterAdmin;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin API of a peer, on its peer port: config, machines, joins, and what other machines ask
 * about versions and names. Answers every path; what it does not know gets 404. Never blocks.
 */
public final class AdminApi {
  private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);

  private static final String[] READS = {"GET", "HEAD"};
  private static final String NOTE =
      "it stands by and may take an open seat after one sync interval, when no other standby"
          + " does; to keep it out, stop it, start it with --seat-priority 0, or repeat with"
          + " --for-good (in the API ?forGood=true)";
  private static final String NO_SEAT = "no machine of that name has a seat now; ";
  private static final String NOTE_FOR_GOOD =
      "it stands by until understudy standbys allow NAME (in the API PUT /v2/admin/standbys/NAME"
          + " with {\"mayTakeSeat\":true})";
  private static final String NO_NAME = "the path holds no name";

  private final ClusterAdmin admin;
  private final MachineRecord self;
  private final MachineRemoval removal;
  private final MachineJoining joining;
  private final StandbyRegistry standbys;
  private final SnapshotDownloads snapshots = new SnapshotDownloads();
  private final LongSupplier monotonicMillis;
  private final Guard guard;
  private final Door door;

  /**
   * @param removal removes machines
   * @param joining gives seats
   * @param standbys the standbys that have synced with this peer
   * @param monotonicMillis a clock that never goes back
   * @param guard says who is an operator
   */
  public AdminApi(
      ClusterAdmin admin,
      MachineRecord self,
      MachineRemoval removal,
      MachineJoining joining,
      StandbyRegistry standbys,
      LongSupplier monotonicMillis,
      Guard guard) {
    this.guard = Objects.requireNonNull(guard);
    this.admin = Objects.requireNonNull(admin);
    this.self = Objects.requireNonNull(self);
    this.removal = Objects.requireNonNull(removal);
    this.joining = Objects.requireNonNull(joining);
    this.monotonicMillis = Objects.requireNonNull(monotonicMillis);
    this.standbys = Objects.requireNonNull(standbys);
    this.door = new Door(new AdminDialect(admin), routes(), guard);
  }

  private RouteTable routes() {
    return RouteTable.of(
        Route.at("/v2/admin/config").on(this::config, READS).on(guarded(this::putConfig), "PUT"),
        Route.at("/v2/admin/machines").on(this::machines, READS),
        Route.at("/v2/admin/machines/**")
            .on(this::machine, READS)
            .on(this::join, "PUT")
            .on(guarded(this::remove), "DELETE"),
        Route.at("/v2/admin/leader").on(guarded(this::transfer), "PUT"),
        Route.at("/v2/admin/standbys").on(this::standbys, READS),
        Route.at("/v2/admin/standbys/**").on(guarded(this::allow), "PUT"),
        Route.at("/v2/admin/plan").on(guarded(this::plan), READS),
        Route.at("/v2/admin/snapshot").on(guarded(this::snapshot), READS),
        Route.at("/version").on(e -> e.text(200, Integer.toString(StoreVersion.CURRENT)), READS),
        Route.at("/version/*/check").on(AdminApi::versionCheck, READS),
        Route.at("/name").on(exchange -> exchange.text(200, self.name()), READS),
        Route.at("/etcdURL").on(exchange -> exchange.text(200, self.clientUrl()), READS));
  }

  /**
   * For operators, once auth is on. What machines ask of each other is not: to join, and to follow
   * what the cluster agrees on. It is for the cluster's secret or its certificates to guard those.
   */
  private Route.Action guarded(Route.Action action) {
    return exchange -> {
      if (!guard.permitsOperator(exchange)) {
        ApiError refusal = ApiError.of(ErrorCode.UNAUTHORIZED, guard.refused(exchange));
        int status = exchange.principal().refusalStatus(refusal.httpStatus());
        exchange.error(refusal.withHttpStatus(status));
      } else {
        action.handle(exchange);
      }
    };
  }

  /** Answers all paths: what is in no route gets 404. Never blocks. */
  public Door handler() {
    return door;
  }

  private static void versionCheck(HttpExchange exchange) {
    exchange.text(isSupported(exchange.wildcard()) ? 200 : 403, "");
  }

  private static boolean isSupported(String version) {
    return version.matches("\\d{1,9}") && StoreVersion.isSupported(Integer.parseInt(version));
  }

  private void config(HttpExchange exchange) {
    exchange.jsonLine(200, admin.config().toJson());
  }

  private void putConfig(HttpExchange exchange) {
    exchange.textBody(
        body -> {
          ClusterConfig before = admin.config();
          answer(
              exchange,
              body.strip(),
              admin.putConfig(body),
              config -> {
                LOG.info(
                    "cluster config changed from {} to {} by {}",
                    before.toJson(),
                    config.toJson(),
                    exchange.remoteAddress());
                return config.toJson();
              });
        });
  }

  /** The list; a standby that names itself is noted, and the leader offers it a seat. */
  private void machines(HttpExchange exchange) {
    Optional<StandbyNotice> notice =
        Optional.ofNullable(exchange.header(StandbyNotice.HEADER))
            .flatMap(StandbyNotice::fromHeader);
    if (notice.isEmpty()) {
      list(exchange);
      return;
    }
    exchange.await(
        standbys.synced(notice.get(), admin, exchange.remoteAddress()),
        offer -> {
          exchange.addHeader(SyncReply.CONFIG_HEADER, admin.config().toJson());
          offer.ifPresent(o -> exchange.addHeader(SeatOffer.HEADER, o.toHeader()));
          standbys
              .replicaAnswer(notice.get(), admin)
              .ifPresent(answer -> exchange.addHeader(ReplicaReply.HEADER, answer.toHeader()));
          list(exchange);
        });
  }

  private void list(HttpExchange exchange) {
    exchange.jsonLine(200, MachineView.toJson(admin.machines()));
  }

  private void machine(HttpExchange exchange) throws ApiException {
    String name = name(exchange);
    MachineView found =
        admin.machines().stream()
            .filter(machine -> machine.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new ApiException(ErrorCode.KEY_NOT_FOUND, name));
    exchange.jsonLine(200, found.toJson());
  }

  private void join(HttpExchange exchange) throws ApiException {
    String name = name(exchange);
    exchange.textBody(
        body -> {
          JoinRequest request = JoinRequest.fromJson(name, body);
          answer(
              exchange,
              "at " + request.peerUrl(),
              joining.join(request),
              reply -> {
                LOG.info(
                    "{} ({}) at {} has been given a seat, as asked for by {}",
                    name,
                    HexId.text(reply.memberId()),
                    request.peerUrl(),
                    exchange.remoteAddress());
                return reply.toJson();
              });
        });
  }

  private void remove(HttpExchange exchange) throws ApiException {
    String name = name(exchange);
    Removal removal = Removal.read(name, exchange.query());
    OptionalLong member = admin.memberOf(name); // nobody has the id afterwards
    answer(
        exchange,
        "",
        this.removal.remove(removal, nobodyIsAsked(exchange)),
        removed -> {
          LOG.warn(
              "{} {}: removed{} by the operator at {}",
              member.isPresent() ? name + " (" + HexId.text(member.getAsLong()) + ")" : name,
              member.isPresent() ? "has lost its seat" : "gets no seat",
              removal.forGood() ? " for good" : "",
              exchange.remoteAddress());
          return removed(removal, member.isPresent());
        });
  }

  /** Else the next leader has to hear it from the operator. */
  private static boolean nobodyIsAsked(HttpExchange exchange) {
    return exchange.principal().equals(Principal.ANYONE);
  }

  private void transfer(HttpExchange exchange) {
    exchange.textBody(
        body -> {
          String name = LeaderRequest.fromJson(body).name();
          answer(
              exchange,
              "to " + name,
              admin.transferLeadership(name),
              leader -> {
                LOG.info(
                    "leadership handed to {}, as asked for by {}",
                    leader,
                    exchange.remoteAddress());
                return LeaderRequest.answer(leader);
              });
        });
  }

  /** A name without a seat may be misspelt, or that of a machine that is yet to come. */
  private static String removed(Removal removal, boolean hadSeat) {
    JsonObject object = new JsonObject();
    object.addProperty("removed", removal.name());
    String note = removal.forGood() ? NOTE_FOR_GOOD : NOTE;
    object.addProperty("note", hadSeat ? note : NO_SEAT + note);
    object.addProperty("forGood", removal.forGood());
    return object.toString();
  }

  /** Takes back what was said for good. */
  private void allow(HttpExchange exchange) throws ApiException {
    String name = name(exchange);
    exchange.textBody(
        body -> {
          SeatPermission.require(body);
          answer(
              exchange,
              "",
              admin.allow(name),
              allowed -> {
                LOG.info(
                    "{} may take a seat again, says the operator at {}",
                    name,
                    exchange.remoteAddress());
                return SeatPermission.answer(name);
              });
        });
  }

  private void plan(HttpExchange exchange) {
    answer(
        exchange,
        "",
        admin.plan(),
        plan ->
            exchange.jsonLine(
                200,
                PlanJson.of(
                    plan,
                    standbys.candidates(admin.machines(), admin.config()),
                    admin.seatPreference().newVersion())));
  }

  private void snapshot(HttpExchange exchange) {
    exchange.await(
        admin.capture(),
        outcome -> answer(exchange, "", outcome, state -> snapshots.answer(exchange, state)));
  }

  /** The standbys that this peer has heard of lately, the best first. */
  private void standbys(HttpExchange exchange) {
    long now = monotonicMillis.getAsLong();
    Set<String> out = admin.takenOut();
    Map<String, Long> lags = admin.replicaLags();
    JsonArray array = new JsonArray();
    for (StandbyRegistry.Known known : standbys.candidates(admin.machines(), admin.config())) {
      MachineRecord machine = known.notice().machine();
      JsonObject object = new JsonObject();
      object.addProperty("name", machine.name());
      object.addProperty("clientURL", machine.clientUrl());
      object.addProperty("peerURL", machine.peerUrl());
      object.addProperty("seatPriority", known.notice().seatPriority());
      object.addProperty("mayTakeSeat", !out.contains(machine.name()));
      object.addProperty("zone", known.notice().traits().zone());
      object.addProperty("version", known.notice().traits().version());
      object.addProperty("replica", lags.containsKey(machine.name()));
      if (lags.containsKey(machine.name())) {
        object.addProperty("lagEntries", lags.get(machine.name()));
      }
      object.addProperty("knownForMillis", now - known.firstHeardMillis());
      object.addProperty("lastSyncMillisAgo", now - known.lastHeardMillis());
      array.add(object);
    }
    exchange.jsonLine(200, array.toString());
  }

  /** The name of a machine in the path. */
  private static String name(HttpExchange exchange) throws ApiException {
    String segment = exchange.wildcard().substring(1);
    String name = segment.isEmpty() || segment.contains("/") ? null : RequestPath.decode(segment);
    if (name == null) {
      throw new ApiException(ErrorCode.INVALID_FIELD, NO_NAME);
    }
    return name;
  }

  /** Answers with what becomes of a change, whenever that is known. */
  private <T> void answer(
      HttpExchange exchange,
      String detail,
      CompletableFuture<AdminOutcome<T>> future,
      Function<T, String> toJson) {
    exchange.await(
        future,
        outcome ->
            answer(exchange, detail, outcome, done -> exchange.jsonLine(200, toJson.apply(done))));
  }

  private <T> void answer(
      HttpExchange exchange, String detail, AdminOutcome<T> outcome, Consumer<T> onDone) {
    if (outcome instanceof AdminOutcome.Done<T> done) {
      guard.asked(exchange, detail, "done");
      onDone.accept(done.value());
    } else if (outcome instanceof AdminOutcome.Refused<T> refused) {
      guard.asked(exchange, detail, refused.error().message() + ": " + refused.error().cause());
      exchange.error(refused.error());
    } else if (outcome instanceof AdminOutcome.NotLeader<T> notLeader) {
      notLeader
          .leaderPeerUrl()
          .ifPresentOrElse(
              url -> exchange.redirect(MachineUrl.normal(url) + exchange.pathQuery()),
              () -> exchange.notNow("no leader is known"));
    }
  }
}
