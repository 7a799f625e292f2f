package dev.understudy.api.http;

import dev.understudy.clusterconfig.ApiException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * One line of a {@link RouteTable}: a pattern of paths, the methods that it has, and who handles
 * each. Immutable.
 *
 * <p>A pattern is a path, in which one segment may be a star for any name, or which may end in
 * {@code /**} for itself and everything beneath. What star or stars stand for is {@link
 * HttpExchange#wildcard}. The pattern {@code **} matches even what is not a path, such as that of
 * {@code OPTIONS *}.
 */
public final class Route {
  /** Handles one request. */
  @FunctionalInterface
  public interface Action {
    /**
     * Answers now or later, and does not block.
     *
     * @throws ApiException to answer with that error
     */
    void handle(HttpExchange exchange) throws ApiException;
  }

  private static final String REST = "/**";

  /** RFC 9110 §9.3: a body that is sent with them has no meaning. */
  private static final Set<String> BODILESS = Set.of("GET", "HEAD", "DELETE");

  private enum Kind {
    EVERYTHING,
    SUBTREE,
    SEGMENT,
    EXACT
  }

  private final String pattern;
  private final Kind kind;
  private final String before;
  private final String behind;
  private final List<String> methods;
  private final List<Action> actions;
  private final Action anyMethod;

  private Route(String pattern, List<String> methods, List<Action> actions, Action anyMethod) {
    this.pattern = pattern;
    this.methods = methods;
    this.actions = actions;
    this.anyMethod = anyMethod;
    this.kind = kind(pattern);
    int star = pattern.indexOf('*');
    this.before =
        switch (kind) {
          case EVERYTHING -> "";
          case SUBTREE -> pattern.substring(0, pattern.length() - REST.length());
          case SEGMENT -> pattern.substring(0, star);
          case EXACT -> pattern;
        };
    this.behind = kind == Kind.SEGMENT ? pattern.substring(star + 1) : "";
  }

  private static Kind kind(String pattern) {
    if (pattern.equals("**")) {
      return Kind.EVERYTHING;
    }
    boolean subtree = pattern.endsWith(REST);
    String rest = subtree ? pattern.substring(0, pattern.length() - REST.length()) : pattern;
    int star = rest.indexOf('*');
    boolean starIsASegment =
        star > 0
            && rest.charAt(star - 1) == '/'
            && (star + 1 == rest.length() || rest.charAt(star + 1) == '/')
            && rest.indexOf('*', star + 1) < 0;
    if (!pattern.startsWith("/") || star >= 0 && (subtree || !starIsASegment)) {
      throw new IllegalArgumentException("not a pattern: " + pattern);
    }
    return subtree ? Kind.SUBTREE : star >= 0 ? Kind.SEGMENT : Kind.EXACT;
  }

  /** A route that has no method yet. */
  public static Route at(String pattern) {
    return new Route(pattern, List.of(), List.of(), null);
  }

  /** The same route with more methods; {@code Allow} lists them in the order of their addition. */
  public Route on(Action action, String... added) {
    List<String> allMethods = new ArrayList<>(methods);
    List<Action> allActions = new ArrayList<>(actions);
    for (String method : added) {
      if (allMethods.contains(method)) {
        throw new IllegalArgumentException(pattern + " has two actions for " + method);
      }
      allMethods.add(method);
      allActions.add(action);
    }
    return new Route(pattern, List.copyOf(allMethods), List.copyOf(allActions), anyMethod);
  }

  /** The same route with an action for every method that has none of its own. */
  public Route onAny(Action action) {
    return new Route(pattern, methods, actions, action);
  }

  /** The pattern of the paths. */
  public String pattern() {
    return pattern;
  }

  /** The methods in the order that {@code Allow} has; {@code *} alone when every one is taken. */
  public List<String> methods() {
    return anyMethod == null ? methods : Collections.singletonList("*");
  }

  /** The open part of a path that matches; null when the path does not match. */
  String match(String path) {
    return switch (kind) {
      case EVERYTHING -> path == null ? "" : path;
      case SUBTREE -> isBelow(path) ? path.substring(before.length()) : null;
      case SEGMENT -> segment(path);
      case EXACT -> path.equals(before) ? "" : null;
    };
  }

  private boolean isBelow(String path) {
    return path.startsWith(before)
        && (path.length() == before.length() || path.charAt(before.length()) == '/');
  }

  private String segment(String path) {
    int end = path.length() - behind.length();
    if (end <= before.length() || !path.startsWith(before) || !path.endsWith(behind)) {
      return null;
    }
    String segment = path.substring(before.length(), end);
    return segment.indexOf('/') < 0 ? segment : null;
  }

  /** Whether a body that comes with that method means nothing here. */
  boolean hasNoUseForBody(String method) {
    return anyMethod == null && BODILESS.contains(method);
  }

  /** Who handles that method; null for nobody. */
  Action action(String method) {
    for (int i = 0; i < methods.size(); i++) {
      if (methods.get(i).equals(method)) {
        return actions.get(i);
      }
    }
    return anyMethod;
  }

  /** The pattern and its methods, as a line of documentation. */
  @Override
  public String toString() {
    return String.join(",", methods()) + " " + pattern;
  }
}
