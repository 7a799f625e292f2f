package dev.understudy.it.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.io.IOUtils;

/**
 * Requests that belong together, as a file holds them:
 *
 * <pre>
 * == name                                          begins a case
 * # comment
 * METHOD PATH [form-field=value ...]
 * raw METHOD PATH CONTENT-TYPE BODY                a body as it stands
 * as USER:PASSWORD (any of the two before)         with these credentials
 * watch NAME GET PATH
 * join NAME
 * sleep SECONDS
 * finally (any request)                            when the case is over, whatever came of it
 * </pre>
 */
record V2Case(String name, List<V2Step> steps, List<V2Step.Request> cleanup) {
  /** One that leaves nothing behind but keys. */
  V2Case(String name, List<V2Step> steps) {
    this(name, steps, List.of());
  }

  V2Case {
    steps = List.copyOf(steps);
    cleanup = List.copyOf(cleanup);
  }

  @Override
  public String toString() {
    return name;
  }

  /** Reads the cases of a file among the resources of the tests. */
  static List<V2Case> read(String resource) {
    try {
      return parse(IOUtils.resourceToString(resource, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<V2Case> parse(String text) {
    List<V2Case> cases = new ArrayList<>();
    String name = null;
    List<V2Step> steps = new ArrayList<>();
    List<V2Step.Request> cleanup = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("== ")) {
        finish(cases, name, steps, cleanup);
        name = line.substring(3).strip();
        steps = new ArrayList<>();
        cleanup = new ArrayList<>();
      } else if (line.startsWith("finally ")) {
        cleanup.add((V2Step.Request) step(line.split(" ", 2)[1]));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        steps.add(step(line));
      }
    }
    finish(cases, name, steps, cleanup);
    return cases;
  }

  private static void finish(
      List<V2Case> cases, String name, List<V2Step> steps, List<V2Step.Request> cleanup) {
    if (name != null) {
      cases.add(new V2Case(name, steps, cleanup));
    }
  }

  private static V2Step step(String line) {
    String[] words = line.strip().split("\\s+");
    if (words[0].equals("as")) {
      return ((V2Step.Request) step(line.split(" ", 3)[2])).as(words[1]);
    }
    return switch (words[0]) {
      case "sleep" -> new V2Step.Pause((long) (Double.parseDouble(words[1]) * 1_000));
      case "join" -> new V2Step.Join(words[1]);
      case "watch" -> new V2Step.Watch(words[1], V2Step.Request.of(words[2], words[3]));
      case "raw" -> raw(line.split(" ", 5));
      default -> request(words);
    };
  }

  private static V2Step raw(String[] parts) {
    return V2Step.Request.raw(parts[1], parts[2], parts[3], parts[4]);
  }

  private static V2Step request(String[] words) {
    if (words.length == 2) {
      return V2Step.Request.of(words[0], words[1]);
    }
    String form =
        Arrays.stream(words).skip(2).map(V2Case::formField).collect(Collectors.joining("&"));
    return V2Step.Request.ofForm(words[0], words[1], form);
  }

  /** Encoded, but for the mark of an index, which becomes a number before it is sent. */
  private static String formField(String field) {
    String[] sides = field.split("=", 2);
    return URLEncoder.encode(sides[0], StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(sides[1], StandardCharsets.UTF_8).replace("%40%2B", "@+");
  }
}
