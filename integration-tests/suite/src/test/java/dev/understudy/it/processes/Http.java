package dev.understudy.it.processes;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A client that does what it is told: follows no redirect and repeats nothing by itself. */
final class Http {
  /** Longer than a machine may take to say that it does not know the outcome. */
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(2))
          .sslContext(takingAnyCertificate())
          .build();

  private Http() {}

  /** What came back. */
  record Answer(int status, Map<String, String> headers, String body) {
    JsonElement json() {
      return JsonParser.parseString(body);
    }

    JsonObject object() {
      return json().getAsJsonObject();
    }

    boolean succeeded() {
      return status / 100 == 2;
    }

    /** By its name in lower case; empty when there is none. */
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  static Answer get(String url) throws IOException {
    return send(request(url).GET());
  }

  /** Puts form fields, as clients of keys do. */
  static Answer put(String url, Map<String, String> fields) throws IOException {
    return send(formTo(url).PUT(form(fields)));
  }

  /** The same with POST, which makes an entry in order. */
  static Answer post(String url, Map<String, String> fields) throws IOException {
    return send(formTo(url).POST(form(fields)));
  }

  private static HttpRequest.Builder formTo(String url) {
    return request(url).header("Content-Type", "application/x-www-form-urlencoded");
  }

  private static HttpRequest.BodyPublisher form(Map<String, String> fields) {
    return BodyPublishers.ofString(
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&")));
  }

  static Answer putValue(String url, String value) throws IOException {
    return put(url, Map.of("value", value));
  }

  static Answer putJson(String url, String json) throws IOException {
    return send(
        request(url).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(json)));
  }

  static Answer delete(String url) throws IOException {
    return send(request(url).DELETE());
  }

  /** A user and a password stand before the host, as {@code http://root:secret@127.0.0.1:2379}. */
  private static HttpRequest.Builder request(String url) {
    URI uri = URI.create(url);
    HttpRequest.Builder request = HttpRequest.newBuilder().timeout(TIMEOUT);
    if (uri.getUserInfo() == null) {
      return request.uri(uri);
    }
    byte[] login = uri.getUserInfo().getBytes(StandardCharsets.UTF_8);
    return request
        .uri(URI.create(url.replace(uri.getRawUserInfo() + "@", "")))
        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
  }

  /** Whether certificates are the right ones is looked at by the tests that are about that. */
  private static SSLContext takingAnyCertificate() {
    X509ExtendedTrustManager all =
        new X509ExtendedTrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {all}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A value as it stands in a form or a query. */
  static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static Answer send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
      Map<String, String> headers =
          response.headers().map().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      header -> header.getKey().toLowerCase(java.util.Locale.ROOT),
                      header -> header.getValue().get(0)));
      return new Answer(response.statusCode(), headers, response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }
}
