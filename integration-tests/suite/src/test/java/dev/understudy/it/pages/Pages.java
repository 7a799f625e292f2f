package dev.understudy.it.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The README and the pages of the documentation, and what they have their readers type. */
public final class Pages {
  private static final Path ROOT = Path.of("..", "..");

  /** A shell's; pictures, options of files and lines of units are none. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:[A-Z]+=\\S|(?:bin/)?understudy |java |curl |etcdctl |export |source |mvn |systemctl"
              + " |docker |git |openssl |apt).*");

  /** What else is indented: pictures, the life of a cluster, a file, a line of a unit. */
  private static final Pattern NO_COMMAND =
      Pattern.compile("(?:seats|standbys|later|[a-z_]+ =|\\[|ExecStart=|[^\\p{Lower}]).*");

  private Pages() {}

  /**
   * A line that a reader is to type.
   *
   * @param page the file's name
   * @param text without the remark behind it; lines that go on are joined
   */
  public record Command(String page, String text) {}

  /** All, in an order in which they can be typed. */
  public static List<Path> all() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.list(ROOT.resolve("admin/docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  /** Every command of a page. */
  public static List<Command> commands(Path page) throws IOException {
    List<Command> commands = new ArrayList<>();
    for (String line : indented(page)) {
      if (COMMAND.matcher(line).matches()) {
        String text = line.replaceFirst(" {2,}#.*| +# \\d{3}$", "").strip();
        commands.add(new Command(page.getFileName().toString(), text));
      } else if (!NO_COMMAND.matcher(line).matches()) {
        throw new IllegalStateException(page + ": is this a command? " + line);
      }
    }
    return commands;
  }

  /** Lines with four blanks before them, but for code in fences and what goes on in lists. */
  private static List<String> indented(Path page) throws IOException {
    String text =
        Files.readString(page).replaceAll("(?s)```.*?```", "").replaceAll(" *\\\\\n +", " ");
    return text.lines().filter(line -> line.matches(" {4}\\S.*")).map(String::strip).toList();
  }
}
