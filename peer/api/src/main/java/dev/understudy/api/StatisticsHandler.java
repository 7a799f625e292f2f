package dev.understudy.api;

import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.store.Counter;
import dev.understudy.store.Statistics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code /v2/stats}: what this peer, its followers and its store have done. */
final class StatisticsHandler {
  private final ClientBackend backend;
  private final KeysHandler keys;

  /**
   * @param keys counts the reads, which never enter the log
   */
  StatisticsHandler(ClientBackend backend, KeysHandler keys) {
    this.backend = backend;
    this.keys = keys;
  }

  void self(HttpExchange exchange) {
    ClientBackend.PeerStatistics s = backend.statistics();
    JsonBytes out = new JsonBytes(512).ascii("{\"name\":").string(s.name());
    out.ascii(",\"id\":").string(HexId.text(s.id()));
    out.ascii(",\"state\":").string(s.leading() ? "StateLeader" : "StateFollower");
    out.ascii(",\"startTime\":\"");
    EventJson.time(out, s.startMillis());
    out.ascii("\",\"leaderInfo\":{\"leader\":");
    out.string(s.leaderId() == 0 ? "" : HexId.text(s.leaderId()));
    out.ascii(",\"uptime\":").string(uptime(s.leaderSinceMillis()));
    out.ascii(",\"startTime\":\"");
    if (s.leaderSinceMillis() == 0) {
      out.ascii("0001-01-01T00:00:00Z"); // what etcd has for never
    } else {
      EventJson.time(out, s.leaderSinceMillis());
    }
    out.ascii("\"},\"recvAppendRequestCnt\":").unsigned(s.appendsReceived());
    appendRate(out, "recv", s.rates().received(), s.rates().receivedBytes());
    out.ascii(",\"sendAppendRequestCnt\":").unsigned(s.appendsSent());
    appendRate(out, "send", s.rates().sent(), s.rates().sentBytes());
    exchange.json(200, out.raw('}'));
  }

  /** Etcd leaves out what is 0; a reader that knows the fields need not care. */
  private static void appendRate(JsonBytes out, String direction, double requests, double bytes) {
    out.ascii(",\"").ascii(direction).ascii("PkgRate\":").ascii(number(requests));
    out.ascii(",\"").ascii(direction).ascii("BandwidthRate\":").ascii(number(bytes));
  }

  void leader(HttpExchange exchange) {
    Optional<List<ClientBackend.FollowerStatistics>> followers = backend.followers();
    if (followers.isEmpty()) {
      exchange.json(403, EtcdDialect.message("not current leader"));
      return;
    }
    JsonBytes out = new JsonBytes(1024).ascii("{\"leader\":");
    out.string(HexId.text(backend.statistics().id())).ascii(",\"followers\":{");
    char between = 0;
    for (ClientBackend.FollowerStatistics follower : followers.get()) {
      if (between != 0) {
        out.raw(between);
      }
      append(out, follower);
      between = ',';
    }
    exchange.json(200, out.ascii("}}"));
  }

  void store(HttpExchange exchange) {
    JsonBytes out = new JsonBytes(512);
    out.ascii("{\"getsSuccess\":").unsigned(keys.getsSuccess());
    out.ascii(",\"getsFail\":").unsigned(keys.getsFail());
    Statistics statistics = backend.version().statistics();
    for (Counter counter : Counter.values()) {
      out.raw(',').string(counter.wireName()).raw(':').unsigned(statistics.get(counter));
    }
    out.ascii(",\"watchers\":").unsigned(backend.watchers().count()).raw('}');
    exchange.json(200, out);
  }

  private static void append(JsonBytes out, ClientBackend.FollowerStatistics follower) {
    out.string(HexId.text(follower.id())).ascii(":{\"latency\":{\"current\":");
    out.ascii(number(follower.current()));
    out.ascii(",\"average\":").ascii(number(follower.average()));
    out.ascii(",\"standardDeviation\":").ascii(number(follower.standardDeviation()));
    out.ascii(",\"minimum\":").ascii(number(follower.minimum()));
    out.ascii(",\"maximum\":").ascii(number(follower.maximum()));
    out.ascii("},\"counts\":{\"fail\":").unsigned(follower.fail());
    out.ascii(",\"success\":").unsigned(follower.success()).ascii("}}");
  }

  /** JSON knows no number for what cannot be computed, such as the average of nothing. */
  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "0";
  }

  /** As Go prints a duration: {@code 1h2m3.004s}. */
  private String uptime(long sinceMillis) {
    if (sinceMillis == 0) {
      return "0s";
    }
    Duration d =
        Duration.ofMillis(
            Math.max(0, backend.nowMillis() + backend.shownOffsetMillis() - sinceMillis));
    String hours = d.toHours() == 0 ? "" : d.toHours() + "h";
    String minutes = d.toMinutes() == 0 ? "" : d.toMinutesPart() + "m";
    return String.format("%s%s%d.%03ds", hours, minutes, d.toSecondsPart(), d.toMillisPart());
  }
}
