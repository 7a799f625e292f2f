package dev.understudy.clusterconfig;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Text of users as a part of a URL: whatever it holds, the server reads it as it was. Pure. */
public final class UrlText {
  private UrlText() {}

  /** As one segment of a path, or as a value in a query; a slash is escaped, too. */
  public static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** As a path whose slashes stay what they are. */
  public static String escapedPath(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(UrlText::escaped)
        .collect(Collectors.joining("/"));
  }

  /** As a value in a form: a space is a plus sign there. */
  public static String inForm(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
