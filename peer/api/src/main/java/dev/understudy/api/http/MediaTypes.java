package dev.understudy.api.http;

import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ErrorCode;
import java.util.Locale;

/**
 * The type in a {@code Content-Type} header, and the complaints of Go's parser about it. Reads each
 * character once, so that no header costs more than its length.
 */
public final class MediaTypes {
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final String header;
  private int at;

  private MediaTypes(String header, int at) {
    this.header = header;
    this.at = at;
  }

  /**
   * The type without its parameters, in lower case.
   *
   * @throws ApiException code 210 when the header is malformed
   */
  public static String parse(String header) throws ApiException {
    int semicolon = header.indexOf(';');
    String type =
        (semicolon < 0 ? header : header.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    checkType(type);
    if (semicolon >= 0 && !new MediaTypes(header, semicolon).parameters()) {
      throw malformed("mime: invalid media parameter");
    }
    return type;
  }

  private static void checkType(String type) throws ApiException {
    MediaTypes scan = new MediaTypes(type, 0);
    if (!scan.token()) {
      throw malformed("mime: no media type");
    }
    if (scan.atEnd()) {
      return;
    }
    if (!scan.take('/')) {
      throw malformed("mime: expected slash after first token");
    }
    if (!scan.token()) {
      throw malformed("mime: expected token after slash");
    }
    if (!scan.atEnd()) {
      throw malformed("mime: unexpected content after media subtype");
    }
  }

  /** Whether only parameters follow, each behind a semicolon; the last semicolon may be alone. */
  private boolean parameters() {
    while (true) {
      space();
      if (atEnd()) {
        return true;
      }
      if (!take(';')) {
        return false;
      }
      space();
      if (atEnd()) {
        return true;
      }
      if (!parameter()) {
        return false;
      }
    }
  }

  private boolean parameter() {
    if (!token()) {
      return false;
    }
    space();
    if (!take('=')) {
      return false;
    }
    space();
    return take('"') ? restOfQuoted() : token();
  }

  private boolean restOfQuoted() {
    while (!atEnd()) {
      char c = header.charAt(at++);
      if (c == '"') {
        return true;
      }
      if (c == '\\') {
        if (atEnd()) {
          return false;
        }
        c = header.charAt(at++);
      }
      if (c == '\r' || c == '\n') {
        return false;
      }
    }
    return false;
  }

  private boolean token() {
    int start = at;
    while (!atEnd() && isTokenCharacter(header.charAt(at))) {
      at++;
    }
    return at > start;
  }

  private void space() {
    while (!atEnd() && isSpace(header.charAt(at))) {
      at++;
    }
  }

  private boolean take(char c) {
    if (atEnd() || header.charAt(at) != c) {
      return false;
    }
    at++;
    return true;
  }

  private boolean atEnd() {
    return at == header.length();
  }

  private static boolean isTokenCharacter(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  private static ApiException malformed(String cause) {
    return new ApiException(ErrorCode.INVALID_FORM, cause);
  }
}
