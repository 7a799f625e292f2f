package dev.understudy.clusterconfig;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * All that reads JSON, headers or names of others: of requests to the admin API, and of answers.
 */
class JsonFuzzTest {
  private static final String[] DOCUMENTS = {
    ClusterConfig.DEFAULT.toJson(),
    "{\"activeSize\":5,\"removeDelay\":1800.5,\"syncInterval\":5}",
    "{\"name\":\"m1\",\"peerURL\":\"http://10.0.0.1:2380\",\"clientURL\":\"http://10.0.0.1:2379\","
        + "\"clusterId\":\"cafe\",\"memberId\":\"7\",\"mode\":\"peer\",\"incarnation\":\"1-2\"}",
    "[{\"name\":\"m1\",\"state\":\"leader\",\"clientURL\":\"http://a:1\",\"peerURL\":\"http://a:2\"}]",
    "{\"CleanupDeadServers\":true,\"LastContactThreshold\":\"200ms\",\"MaxTrailingLogs\":250,"
        + "\"MinQuorum\":3,\"ServerStabilizationTime\":\"1h2m3.5s\"}",
    "{\"SchedulerAlgorithm\":\"spread\",\"PreemptionConfig\":{\"SystemSchedulerEnabled\":true}}",
    "{\"errorCode\":110,\"message\":\"m\",\"cause\":\"c\",\"index\":7}",
    "{\"name\":\"m2\"}",
    "name=a&raft=http%3A%2F%2F10.0.0.1%3A2380&priority=50",
    "version=0.1.0&priority=7&zone=z",
    "raft=http://a:1&etcd=http://a:2",
    "force=true&forGood=true",
    "1-7,2-8,3-ffffffffffffffff",
    "https://[fe80::1]:2380"
  };

  private static final Reader[] READERS = {
    text -> ClusterConfig.DEFAULT.merge(text),
    text -> ClusterConfig.checked(text),
    ClusterConfig::fromJsonOrDefault,
    text -> JoinRequest.fromJson("m1", text),
    FoundingRequest::fromJson,
    LeaderRequest::fromJson,
    AutopilotConfig::fromRequest,
    AutopilotConfig::fromStored,
    SchedulerConfig::fromRequest,
    SchedulerConfig::fromStored,
    MachineIdentity::fromJson,
    JoinReply::fromJson,
    MachineView::listFromJson,
    text -> MachineRecord.fromValue("m1", text),
    StandbyNotice::fromHeader,
    MachineTraits::fromHeader,
    SeatOffer::fromHeader,
    ReplicaReply::fromHeader,
    Lineage::parse,
    Incarnation::parse,
    HexId::parse,
    MachineUrl::of,
    MachineUrl::ofStored,
    Host::parse,
    GoDuration::parseMillis,
    text -> Removal.read("m1", text),
    text -> ApiError.fromJson(400, text),
    TerminalText::of
  };

  @FunctionalInterface
  private interface Reader {
    void read(String text) throws Exception;
  }

  @Test
  void whatIsNoneIsRefusedAsSuch() throws IOException {
    new Fuzz(
            JsonFuzzTest.class,
            "admin-json",
            ApiException.class,
            IllegalArgumentException.class,
            Json.Unreadable.class)
        .seed(DOCUMENTS)
        .run(
            input -> {
              String text = new String(input, UTF_8);
              for (Reader reader : READERS) {
                attempt(reader, text);
              }
            });
  }

  /** A refusal by one must not spare the others. */
  private static void attempt(Reader reader, String text) throws Exception {
    try {
      reader.read(text);
    } catch (ApiException | IllegalArgumentException | Json.Unreadable refused) {
      TerminalText.of(String.valueOf(refused.getMessage()));
    }
  }
}
