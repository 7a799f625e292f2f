package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.FailureText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/**
 * A file of options in TOML. Keys are the words of options, with underscores or hyphens; a table's
 * name comes before its keys' ({@code [cluster] active_size} is {@code --cluster-active-size}), so
 * that a file of etcd 0.4 can be read as it is.
 */
final class ConfigFile {
  private static final int MAX_BYTES = 64 << 10;

  /** No option has lists within lists. The library takes memory by the square of the depth. */
  private static final int MAX_DEPTH = 32;

  private final Path file;
  private final EtcdOptions etcd;
  private final Map<String, OptionValue> values = new LinkedHashMap<>();

  private ConfigFile(Path file, EtcdOptions etcd) {
    this.file = file;
    this.etcd = etcd;
  }

  /**
   * Reads it. An empty value counts as not given.
   *
   * @return by the word of the option
   * @throws UsageException when it cannot be read, or holds what is no option of a machine
   */
  static Map<String, OptionValue> read(Path file, EtcdOptions etcd) throws UsageException {
    ConfigFile config = new ConfigFile(file, etcd);
    TomlParseResult content = config.parsed();
    for (List<String> path : content.keyPathSet()) {
      config.take(path, content);
    }
    return config.values;
  }

  private TomlParseResult parsed() throws UsageException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UsageException(Flag.CONFIG + ": " + file + " is not a regular file");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new UsageException(
            Flag.CONFIG + ": " + file + " is longer than " + MAX_BYTES + " bytes");
      }
      String text = Files.readString(file);
      if (depth(text) > MAX_DEPTH) {
        throw nestedTooDeeply();
      }
      TomlParseResult content = Toml.parse(text);
      if (content.hasErrors()) {
        TomlParseError first = content.errors().get(0);
        throw new UsageException(
            Flag.CONFIG
                + ": "
                + file
                + ", line "
                + first.position().line()
                + ", column "
                + first.position().column()
                + ": "
                + first.getMessage().replaceAll("\\s+", " "));
      }
      return content;
    } catch (StackOverflowError e) { // the library goes as deep as a dotted key; nothing is held
      throw nestedTooDeeply();
    } catch (CharacterCodingException e) {
      throw new UsageException(Flag.CONFIG + ": " + file + " is not text in UTF-8");
    } catch (NoSuchFileException e) {
      throw new UsageException(Flag.CONFIG + ": there is no file " + file);
    } catch (IOException e) {
      throw new UsageException(Flag.CONFIG + ": " + file + " cannot be read: " + FailureText.of(e));
    }
  }

  private UsageException nestedTooDeeply() {
    return new UsageException(Flag.CONFIG + ": " + file + " is nested too deeply");
  }

  /**
   * How many brackets are open at most. Those within texts count as well: they come in pairs where
   * an option has any, as in the address {@code [::1]:2379}.
   */
  private static int depth(String text) {
    int depth = 0;
    int deepest = 0;
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == '[' || each == '{') {
        depth++;
        deepest = Math.max(deepest, depth);
      } else if (each == ']' || each == '}') {
        depth = Math.max(0, depth - 1);
      }
    }
    return deepest;
  }

  private void take(List<String> path, TomlParseResult content) throws UsageException {
    String key = String.join(".", path);
    String as = key + " (" + file + ", line " + content.inputPositionOf(path).line() + ")";
    String word = String.join("-", path).replace('_', '-');
    String text = text(as, content.get(path));
    if (text.isEmpty()) {
      known(word, as);
      return;
    }
    Optional<Flag> own = ours(word);
    if (own.isPresent()) {
      put(own.get(), text, as);
    } else {
      Optional<EtcdOptions.Ours> read = etcd.read(known(word, as), as, text);
      if (read.isPresent()) {
        put(read.get().flag(), read.get().value(), as);
      }
    }
  }

  private void put(Flag flag, String text, String as) throws UsageException {
    OptionValue before = values.put(flag.word(), new OptionValue(text, as));
    if (before != null && !before.text().equals(text)) {
      throw new UsageException(before.as() + " and " + as + " say different things");
    }
  }

  /** What may be in a file is what may be in the environment. */
  private static Optional<Flag> ours(String word) {
    return Arrays.stream(Flag.values())
        .filter(flag -> flag.word().equals(word))
        .filter(flag -> !flag.environmentVariable().isEmpty() && flag != Flag.CONFIG)
        .findFirst();
  }

  /** An option of etcd's; null for one of ours. */
  private EtcdOption known(String word, String as) throws UsageException {
    if (word.equals(Flag.FORCE.word())) {
      throw new UsageException(as + ": data are dropped by --force on the command line only");
    }
    if (word.equals(Flag.CONFIG.word())) {
      throw new UsageException(as + ": a file of options does not name another one");
    }
    EtcdOption option = EtcdOption.of(word);
    if (option == null && ours(word).isEmpty()) {
      List<String> words =
          Arrays.stream(Flag.values())
              .filter(flag -> ours(flag.word()).isPresent())
              .map(Flag::word)
              .toList();
      throw new UsageException(
          "unknown option "
              + as
              + NearestWord.to(word, words)
                  .map(nearest -> ", did you mean " + nearest + "?")
                  .orElse(""));
    }
    return option;
  }

  private static String text(String as, Object value) throws UsageException {
    if (value instanceof TomlArray array) {
      List<String> parts = new ArrayList<>();
      for (Object part : array.toList()) {
        if (!(part instanceof String)) {
          throw new UsageException(as + " needs a list of texts");
        }
        parts.add((String) part);
      }
      return String.join(",", parts);
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new UsageException(as + " needs a text, a number, true or false");
  }
}
