package dev.understudy.admin.bench;

import dev.understudy.admin.cli.BenchOptions;
import dev.understudy.admin.cli.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** What one client asks, request by request. Not safe for several threads. */
abstract class Script {
  private static final String FOLDER = "/v2/keys/bench/";

  /** Of every request, behind its first line. */
  private final String headers;

  private Script(BenchOptions options, HostPort endpoint) {
    headers =
        " HTTP/1.1\r\nHost: "
            + (endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host())
            + ":"
            + endpoint.port()
            + options.login().map(login -> "\r\nAuthorization: " + login.authorization()).orElse("")
            + "\r\n";
  }

  /** The next request, from its first line to the end of its body. */
  abstract byte[] next();

  /** What came of the last one. */
  void answered(int status) {}

  byte[] get(String key, String query) {
    return ascii("GET " + FOLDER + key + query + headers + "\r\n");
  }

  byte[] put(String key, String form) {
    return putTo(FOLDER + key, form);
  }

  byte[] putTo(String path, String body) {
    return ascii(
        "PUT "
            + path
            + headers
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The script of a client. */
  static Script of(BenchOptions options, HostPort endpoint, int client) {
    String value = "value=" + "x".repeat(options.valueBytes());
    RandomGenerator chance = new SplittableRandom(client);
    return switch (options.workload()) {
      case CAS -> new CompareAndSwap(options, endpoint, client);
      default ->
          new Script(options, endpoint) {
            @Override
            byte[] next() {
              String key = "k" + chance.nextInt(options.keys());
              return switch (options.workload()) {
                case PUT -> put(key, value);
                case QUORUM_GET -> get(key, "?quorum=true");
                case MIXED ->
                    chance.nextInt(100) < options.putPercent() ? put(key, value) : get(key, "");
                default -> get(key, "");
              };
            }
          };
    };
  }

  /**
   * Writes each key once, and then again.
   *
   * @param turn tells all who fill which key is the next
   */
  static Script filling(BenchOptions options, HostPort endpoint, LongSupplier turn) {
    String value = "value=" + "x".repeat(options.valueBytes());
    return new Script(options, endpoint) {
      @Override
      byte[] next() {
        return put("k" + turn.getAsLong() % options.keys(), value);
      }
    };
  }

  /** Writes one key of its own that others watch. */
  static Script watched(BenchOptions options, HostPort endpoint) {
    String value = "value=" + "x".repeat(options.valueBytes());
    return new Script(options, endpoint) {
      @Override
      byte[] next() {
        return put("watched", value);
      }
    };
  }

  /** Takes a lock of its own and gives it back, in turn. */
  static Script locking(BenchOptions options, HostPort endpoint, int client, String session) {
    String lock = "/v1/kv/bench/lock" + client;
    String value = "x".repeat(options.valueBytes());
    return new Script(options, endpoint) {
      private boolean held;

      @Override
      byte[] next() {
        return putTo(lock + (held ? "?release=" : "?acquire=") + session, value);
      }

      /** After anything but success nobody knows whether it is held: to take it twice is well. */
      @Override
      void answered(int status) {
        held = status == 200 && !held;
      }
    };
  }

  /** Renews a session. */
  static Script renewing(BenchOptions options, HostPort endpoint, String session) {
    return new Script(options, endpoint) {
      @Override
      byte[] next() {
        return putTo("/v1/session/renew/" + session, "");
      }
    };
  }

  /** Waits for the first change of the watched key from an index on. */
  static final class Watching extends Script {
    private long fromIndex;

    Watching(BenchOptions options, HostPort endpoint) {
      super(options, endpoint);
    }

    void from(long index) {
      fromIndex = index;
    }

    @Override
    byte[] next() {
      return get("watched", "?wait=true&waitIndex=" + fromIndex);
    }
  }

  /** Changes a key of its own, comparing with what it wrote before. */
  private static final class CompareAndSwap extends Script {
    private final String key;
    private final String[] values;
    private int next;
    private boolean known;

    CompareAndSwap(BenchOptions options, HostPort endpoint, int client) {
      super(options, endpoint);
      key = "cas" + client;
      String rest = "x".repeat(options.valueBytes() - 1);
      values = new String[] {rest + "0", rest + "1"};
    }

    @Override
    byte[] next() {
      String form = "value=" + values[next];
      return put(key, known ? form + "&prevValue=" + values[1 - next] : form);
    }

    /** After anything but success nobody knows what is there. */
    @Override
    void answered(int status) {
      known = status == 200 || status == 201;
      next = 1 - next;
    }
  }
}
