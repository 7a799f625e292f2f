package dev.understudy.client;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A request, without the machine that it goes to.
 *
 * @param fields in the body of a PUT or POST, else in the query
 * @param repeatable whether to do it twice is the same as to do it once
 */
record Request(String method, String path, Map<String, String> fields, boolean repeatable) {
  static Request read(String key) {
    return new Request("GET", pathOf(key), Map.of(), true);
  }

  static Request write(String method, String key) {
    return new Request(method, pathOf(key), Map.of(), false);
  }

  private static String pathOf(String key) {
    String path = key.startsWith("/") ? key : "/" + key;
    StringBuilder escaped = new StringBuilder("/v2/keys");
    for (String segment : path.substring(1).split("/", -1)) {
      escaped.append('/').append(encoded(segment).replace("+", "%20"));
    }
    return escaped.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  Request with(String field, String value) {
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.put(field, value);
    return new Request(method, path, all, repeatable);
  }

  Request with(String field, long value) {
    return with(field, Long.toString(value));
  }

  Request on(String field) {
    return with(field, "true");
  }

  /** The same, which may be done twice. */
  Request asRepeatable() {
    return new Request(method, path, fields, true);
  }

  boolean isRead() {
    return method.equals("GET");
  }

  boolean hasBody() {
    return method.equals("PUT") || method.equals("POST");
  }

  /** The fields as a form. */
  String form() {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  URI at(URI machine) {
    String query = hasBody() || fields.isEmpty() ? "" : "?" + form();
    return URI.create(machine + path + query);
  }
}
