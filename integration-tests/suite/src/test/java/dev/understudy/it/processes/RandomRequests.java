package dev.understudy.it.processes;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Sequences of requests on a few keys, so that they meet: most make sense, some do not. A seed
 * always gives the same.
 */
final class RandomRequests {
  private static final List<String> KEYS =
      List.of("a", "b", "c", "_h", "a/b", "a/b/c", "b/x", "_h/k", "queue", "q/_i/j", "ab", "");
  private static final List<String> VALUES =
      List.of("1", "2", "", "grüße", "a b+c&d=e", "<\"\\\u2028>", "v".repeat(200));
  private static final List<String> BOOLEANS =
      List.of("true", "true", "true", "false", "T", "0", "yes", "");
  private static final List<String> TIMES_TO_LIVE = List.of("60", "300", "", "-1", "1e3", "0x10");
  private static final List<String> INDEXES =
      List.of("@+1", "@+2", "@+3", "@+5", "0", "7x", "-2", "", "18446744073709551616");

  private final Random random;

  RandomRequests(long seed) {
    random = new Random(seed);
  }

  V2Case sequence(String name, int length) {
    List<V2Step> steps = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      steps.add(request());
    }
    return new V2Case(name, steps);
  }

  private V2Step.Request request() {
    int dice = random.nextInt(100);
    if (dice < 45) {
      return put();
    } else if (dice < 70) {
      return get();
    } else if (dice < 86) {
      return delete();
    } else if (dice < 95) {
      return post();
    } else {
      return V2Step.Request.of(pick(List.of("HEAD", "PATCH", "OPTIONS", "TRACES")), path());
    }
  }

  private V2Step.Request put() {
    Map<String, String> query = new LinkedHashMap<>();
    Map<String, String> form = new LinkedHashMap<>();
    content(form);
    Map<String, String> where = random.nextBoolean() ? query : form;
    maybe(where, 25, "prevExist", BOOLEANS);
    maybe(where, 20, "prevValue", VALUES);
    maybe(where, 20, "prevIndex", INDEXES);
    return written("PUT", query, form);
  }

  private V2Step.Request post() {
    Map<String, String> form = new LinkedHashMap<>();
    content(form);
    return written("POST", Map.of(), form);
  }

  private void content(Map<String, String> form) {
    maybe(form, 85, "value", VALUES);
    maybe(form, 20, "ttl", TIMES_TO_LIVE);
    maybe(form, 20, "dir", BOOLEANS);
    maybe(form, 10, "refresh", BOOLEANS);
    maybe(form, 10, "noValueOnSuccess", BOOLEANS);
  }

  private V2Step.Request get() {
    Map<String, String> query = new LinkedHashMap<>();
    maybe(query, 40, "recursive", BOOLEANS);
    maybe(query, 40, "sorted", BOOLEANS);
    maybe(query, 25, "quorum", BOOLEANS);
    if (random.nextInt(100) < 6) {
      query.put("wait", "true");
      query.put("waitIndex", pick(List.of("@+1", "@+2", "z")));
    }
    return V2Step.Request.of("GET", path() + encoded("?", query));
  }

  private V2Step.Request delete() {
    Map<String, String> query = new LinkedHashMap<>();
    maybe(query, 40, "recursive", BOOLEANS);
    maybe(query, 40, "dir", BOOLEANS);
    maybe(query, 20, "prevValue", VALUES);
    maybe(query, 20, "prevIndex", INDEXES);
    return V2Step.Request.of("DELETE", path() + encoded("?", query));
  }

  private V2Step.Request written(
      String method, Map<String, String> query, Map<String, String> form) {
    String path = path() + encoded("?", query);
    return form.isEmpty()
        ? V2Step.Request.of(method, path)
        : V2Step.Request.ofForm(method, path, encoded("", form));
  }

  private String path() {
    String slashes = random.nextInt(30) == 0 ? "//" : "/";
    return "/v2/keys/$" + slashes + pick(KEYS);
  }

  private void maybe(Map<String, String> fields, int percent, String name, List<String> values) {
    if (random.nextInt(100) < percent) {
      fields.put(name, pick(values));
    }
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static String encoded(String before, Map<String, String> fields) {
    return fields.isEmpty()
        ? ""
        : fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&", before, ""));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("%40%2B", "@+");
  }
}
