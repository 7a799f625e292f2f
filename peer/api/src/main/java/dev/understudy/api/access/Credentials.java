package dev.understudy.api.access;

import dev.understudy.api.http.HttpExchange;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;

/**
 * What a request says of who sends it.
 *
 * @param user the name; empty when what was said makes no sense
 * @param password as bytes, so that it need not become text
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or shows it
record Credentials(String user, byte[] password) {
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";
  private static final String TOKEN_PARAMETER = "token=";
  private static final String CONSUL_PATHS = "/v1/";

  /** Said, but not to be understood. */
  static final Credentials MALFORMED = new Credentials("", new byte[0]);

  /**
   * Reads them: {@code Authorization: Basic}, and under {@code /v1} the ways of Consul as well,
   * with a name, a colon and a password for the token.
   *
   * @return empty when nothing was said
   */
  static Optional<Credentials> of(HttpExchange exchange) {
    boolean consul = exchange.path() != null && exchange.path().startsWith(CONSUL_PATHS);
    String header = exchange.header(HttpHeader.AUTHORIZATION);
    if (header != null && !header.isEmpty()) {
      return Optional.of(ofHeader(header, consul));
    }
    return consul ? token(exchange) : Optional.empty();
  }

  static Credentials ofHeader(String header, boolean consul) {
    if (header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      try {
        return split(Base64.getDecoder().decode(header.substring(BASIC.length()).strip()));
      } catch (IllegalArgumentException e) {
        return MALFORMED;
      }
    }
    return consul && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? split(header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8))
        : MALFORMED;
  }

  private static Optional<Credentials> token(HttpExchange exchange) {
    String token = exchange.header("X-Consul-Token");
    if (token == null || token.isEmpty()) {
      token = parameter(exchange.query());
    }
    return token.isEmpty()
        ? Optional.empty()
        : Optional.of(split(token.getBytes(StandardCharsets.UTF_8)));
  }

  static String parameter(String query) {
    if (query == null || !query.contains(TOKEN_PARAMETER)) {
      return "";
    }
    for (String field : query.split("&")) {
      if (field.startsWith(TOKEN_PARAMETER)) {
        try {
          return URLDecoder.decode(
              field.substring(TOKEN_PARAMETER.length()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          return ":"; // something was said
        }
      }
    }
    return "";
  }

  /** A query without what proves who sends it. */
  static String withoutToken(String query) {
    return query == null
        ? ""
        : Arrays.stream(query.split("&"))
            .filter(field -> !field.startsWith(TOKEN_PARAMETER))
            .collect(Collectors.joining("&"));
  }

  private static Credentials split(byte[] both) {
    for (int i = 0; i < both.length; i++) {
      if (both[i] == ':') {
        return of(both, i);
      }
    }
    return MALFORMED;
  }

  private static Credentials of(byte[] both, int colon) {
    try {
      String user =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(both, 0, colon)).toString();
      return new Credentials(user, Arrays.copyOfRange(both, colon + 1, both.length));
    } catch (CharacterCodingException e) {
      return MALFORMED;
    }
  }

  /** Whether nobody can be meant: a user has a name. */
  boolean isMalformed() {
    return user.isEmpty();
  }

  /** Without the password. */
  @Override
  public String toString() {
    return user;
  }
}
