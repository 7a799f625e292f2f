package dev.understudy.testkit.clients;

import dev.understudy.testkit.history.Call;
import dev.understudy.testkit.history.Call.Expected;
import dev.understudy.testkit.history.Outcome;
import dev.understudy.testkit.history.Outcome.Node;
import dev.understudy.testkit.history.Outcome.Shown;
import dev.understudy.testkit.history.Outcome.Written;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * What one client calls next, by chance: reads and writes of a few keys of all kinds. It remembers
 * what the client saw last of each key, for what swaps and deletes expect. No value is written
 * twice.
 */
public final class Repertoire {
  /** Where entries in order are. */
  public static final String QUEUE = "/queue";

  /** Where keys with a time to live are. */
  public static final String MORTALS = "/mortals";

  /** Where keys are that live until they are deleted. */
  public static final String REGISTERS = "/registers";

  private static final int LONGEST_TTL_SECONDS = 6;

  private final String prefix;
  private final Mix mix;
  private final Random random;
  private final Map<String, Node> seen = new HashMap<>();
  private int values;

  /**
   * @param client its number, which all its values have
   */
  public Repertoire(int client, Mix mix, Random random) {
    this.prefix = "c" + client + "-";
    this.mix = mix;
    this.random = random;
  }

  /** One of the keys that are read and written. */
  public static String register(int number) {
    return REGISTERS + "/r" + number;
  }

  /** Remembers what the client has seen. */
  public void note(Call call, Outcome outcome) {
    if (outcome instanceof Written written) {
      call.written().ifPresent(value -> seen.put(call.key(), new Node(value, written.index())));
    } else if (outcome instanceof Shown shown) {
      seen.put(call.key(), shown.node());
    }
  }

  /** The next call. */
  public Call next() {
    String register = register(random.nextInt(mix.registers()));
    return switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> new Call.Read(register, true);
      case 4, 5, 6 -> new Call.Read(register, false);
      case 7, 8, 9 -> new Call.Set(register, nextValue(), OptionalLong.empty());
      case 10 -> new Call.Create(register, nextValue(), OptionalLong.empty());
      case 11 -> new Call.Delete(register);
      case 12, 13 -> new Call.CompareAndSwap(register, expected(register), nextValue());
      case 14 -> new Call.CompareAndDelete(register, expected(register));
      case 15, 16 -> new Call.CreateInOrder(QUEUE, nextValue());
      default -> nextMortal(MORTALS + "/k" + random.nextInt(mix.mortals()));
    };
  }

  private Call nextMortal(String key) {
    OptionalLong ttlMillis = OptionalLong.of(1_000L * (1 + random.nextInt(LONGEST_TTL_SECONDS)));
    return switch (random.nextInt(5)) {
      case 0 -> new Call.Create(key, nextValue(), ttlMillis);
      case 1 -> new Call.Set(key, nextValue(), ttlMillis);
      default -> new Call.Read(key, random.nextBoolean());
    };
  }

  /** What the client saw last, by its value or its index. */
  private Expected expected(String key) {
    Node last = Optional.ofNullable(seen.get(key)).orElse(new Node("never", 1));
    return random.nextBoolean() ? Expected.value(last.value()) : Expected.index(last.index());
  }

  private String nextValue() {
    return prefix + values++;
  }
}
