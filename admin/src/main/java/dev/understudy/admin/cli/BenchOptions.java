package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.tls.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be measured.
 *
 * @param workload what clients do
 * @param label what the result is called
 * @param endpoints client ports, among which the connections are shared out
 * @param connections how many clients there are, each with one request at a time; how many watchers
 *     for {@link Workload#WATCH}
 * @param valueBytes the length of a value
 * @param keys how many keys there are
 * @param fill whether the keys are written first, when the workload reads them
 * @param putPercent of {@link Workload#MIXED}, how many of a hundred requests are puts
 * @param warmUpSeconds load before anything is recorded
 * @param seconds how long is recorded, unless the count is reached before
 * @param count how many requests are recorded at most; no limit is {@link Long#MAX_VALUE}
 * @param rate requests a second of an open loop; 0 for a closed one, in which each client begins
 *     its next request when the last is answered
 * @param json whether standard output is one JSON object instead of a table
 * @param html where a report with plots goes
 * @param tls how it speaks to endpoints that speak TLS
 * @param login which user its clients are
 */
public record BenchOptions(
    Workload workload,
    String label,
    List<HostPort> endpoints,
    int connections,
    int valueBytes,
    int keys,
    boolean fill,
    int putPercent,
    int warmUpSeconds,
    int seconds,
    long count,
    int rate,
    boolean json,
    Optional<Path> html,
    Tls tls,
    Optional<Login> login) {
  /** What clients do. */
  public enum Workload {
    PUT("put"),
    GET("get"),
    QUORUM_GET("quorum-get"),
    MIXED("mixed"),
    CAS("cas"),
    LOCK("lock"),
    RENEW("renew"),
    WATCH("watch");

    private final String word;

    Workload(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /** Whether each client has a session. */
    public boolean needsSessions() {
      return this == LOCK || this == RENEW;
    }

    private boolean readsKeys() {
      return this == GET || this == QUORUM_GET || this == MIXED;
    }
  }

  /** Of endpoints whose certificates Java believes, if they have any, and that ask for no user. */
  public BenchOptions(
      Workload workload,
      String label,
      List<HostPort> endpoints,
      int connections,
      int valueBytes,
      int keys,
      boolean fill,
      int putPercent,
      int warmUpSeconds,
      int seconds,
      long count,
      int rate,
      boolean json,
      Optional<Path> html) {
    this(
        workload,
        label,
        endpoints,
        connections,
        valueBytes,
        keys,
        fill,
        putPercent,
        warmUpSeconds,
        seconds,
        count,
        rate,
        json,
        html,
        Tls.SYSTEM,
        Optional.empty());
  }

  /** Whether keys have to be written before. */
  public boolean fillsFirst() {
    return fill && workload.readsKeys();
  }

  public BenchOptions {
    Objects.requireNonNull(workload);
    Objects.requireNonNull(label);
    Objects.requireNonNull(html);
    Objects.requireNonNull(tls);
    Objects.requireNonNull(login);
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("--endpoints names nobody");
    }
    if (workload == Workload.WATCH && rate > 0) {
      throw new IllegalArgumentException(
          "watch writes one key after the other and takes no --rate");
    }
  }
}
