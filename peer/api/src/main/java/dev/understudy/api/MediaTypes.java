package dev.understudy.api;

import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ErrorCode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The type in a {@code Content-Type} header, and the complaints of Go's parser about it. */
final class MediaTypes {
  private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
  private static final Pattern TYPE = Pattern.compile(TOKEN + "(/" + TOKEN + ")?");
  private static final Pattern PARAMETERS =
      Pattern.compile(
          "(\\s*;\\s*" + TOKEN + "\\s*=\\s*(" + TOKEN + "|\"([^\"\\\\\r\n]|\\\\.)*\"))*\\s*;?\\s*");

  private MediaTypes() {}

  /**
   * The type without its parameters, in lower case.
   *
   * @throws ApiException code 210 when the header is malformed
   */
  static String of(String header) throws ApiException {
    int semicolon = header.indexOf(';');
    String type =
        (semicolon < 0 ? header : header.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    Matcher matcher = TYPE.matcher(type);
    if (!matcher.lookingAt()) {
      throw malformed("mime: no media type");
    }
    if (matcher.end() != type.length()) {
      throw malformed(complaint(type, matcher));
    }
    if (semicolon >= 0 && !PARAMETERS.matcher(header.substring(semicolon)).matches()) {
      throw malformed("mime: invalid media parameter");
    }
    return type;
  }

  private static String complaint(String type, Matcher matcher) {
    if (matcher.group(1) != null) {
      return "mime: unexpected content after media subtype";
    }
    return type.charAt(matcher.end()) == '/'
        ? "mime: expected token after slash"
        : "mime: expected slash after first token";
  }

  private static ApiException malformed(String cause) {
    return new ApiException(ErrorCode.INVALID_FORM, cause);
  }
}
