package dev.understudy.clusterconfig.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Feeds a parser what a hostile hand could: sound inputs, and those with bits turned, pieces
 * doubled, cut out, put in or taken from one another, numbers made extreme, and depths made great.
 *
 * <p>A parser passes when each input is either read or refused as it says, and neither takes more
 * than a fixed memory beyond a multiple of its length (what a length that was not checked would
 * take) nor more than a second of the processor. What it does not pass is kept in {@code
 * target/fuzz}, and repeated by {@code -Dunderstudy.parsers.seed=…}.
 *
 * <p>A build tries so many inputs, always the same; {@code -Dunderstudy.parsers.seconds=3600} goes
 * on for so long with ever new ones. Sound inputs are given in the test, or are files in {@code
 * /fuzz/NAME} among its resources, to which an input that was not passed once is added.
 */
public final class Fuzz {
  private static final int INPUTS = Integer.getInteger("understudy.parsers.inputs", 600);
  private static final long SECONDS = Long.getLong("understudy.parsers.seconds", 0);
  private static final long SEED = Long.getLong("understudy.parsers.seed", 1);

  private static final long FREE_BYTES = 24 << 20;
  private static final long MAX_CPU_MILLIS = 1_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Class<?> test;
  private final String name;
  private final List<Class<?>> refusals;
  private final List<byte[]> seeds = new ArrayList<>();
  private final List<byte[]> words = new ArrayList<>();
  private long bytesForAByte = 2_000;

  /** Takes what it is given apart. */
  @FunctionalInterface
  public interface Parser {
    /**
     * Reads an input, or refuses it by one of the exceptions that are its refusals.
     *
     * @throws Exception a refusal, or what is a bug
     */
    void parse(byte[] input) throws Exception;
  }

  /**
   * @param test whose resources hold the files
   * @param name of the parser
   * @param refusals what it may throw
   */
  public Fuzz(Class<?> test, String name, Class<?>... refusals) {
    this.test = test;
    this.name = name;
    this.refusals = List.of(refusals);
  }

  /** Adds a sound input. */
  public Fuzz seed(byte[]... inputs) {
    seeds.addAll(List.of(inputs));
    return this;
  }

  /** Adds sound inputs that are text. */
  public Fuzz seed(String... inputs) {
    Stream.of(inputs).map(input -> input.getBytes(UTF_8)).forEach(seeds::add);
    return this;
  }

  /** Adds pieces of which inputs consist, and which are put in anywhere. */
  public Fuzz words(String... pieces) {
    Stream.of(pieces).map(piece -> piece.getBytes(UTF_8)).forEach(words::add);
    return this;
  }

  /** Says what memory a byte of an input may take, where it is another's parser that takes it. */
  public Fuzz bytesForAByte(long bytes) {
    bytesForAByte = bytes;
    return this;
  }

  /** Tries all. */
  public void run(Parser parser) throws IOException {
    seeds.addAll(files());
    if (seeds.isEmpty()) {
      throw new IllegalStateException("there is nothing to begin with");
    }
    for (byte[] seed : List.copyOf(seeds)) {
      attempt(parser, seed, "as it was given");
    }
    long start = System.nanoTime();
    long seed = SEED;
    while (seed - SEED < INPUTS
        || TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) < SECONDS) {
      Mutations mutations = new Mutations(new SplittableRandom(seed), seeds, words);
      attempt(parser, mutations.next(), "-Dunderstudy.parsers.seed=" + seed);
      seed++;
    }
    if (SECONDS > 0) {
      System.out.printf("%s: %d inputs, from seed %d%n", name, seed - SEED, SEED);
    }
  }

  private List<byte[]> files() throws IOException {
    URL folder = test.getResource("/fuzz/" + name);
    if (folder == null) {
      return List.of();
    }
    List<byte[]> contents = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      for (Path file : files.sorted().toList()) {
        contents.add(Files.readAllBytes(file));
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    return contents;
  }

  private void attempt(Parser parser, byte[] input, String how) throws IOException {
    long thread = Thread.currentThread().getId();
    long bytesBefore = THREADS.getThreadAllocatedBytes(thread);
    long cpuBefore = THREADS.getCurrentThreadCpuTime();
    try {
      parser.parse(input);
    } catch (Throwable thrown) {
      if (refusals.stream().noneMatch(refusal -> refusal.isInstance(thrown))) {
        throw failed(input, how + ": " + thrown, thrown);
      }
    }
    long cpuMillis = TimeUnit.NANOSECONDS.toMillis(THREADS.getCurrentThreadCpuTime() - cpuBefore);
    long bytes = THREADS.getThreadAllocatedBytes(thread) - bytesBefore;
    if (bytes > FREE_BYTES + bytesForAByte * input.length) {
      throw failed(input, how + ": took " + bytes + " bytes of memory", null);
    }
    if (cpuMillis > MAX_CPU_MILLIS) {
      throw failed(input, how + ": took " + cpuMillis + " ms of the processor", null);
    }
  }

  private AssertionError failed(byte[] input, String what, Throwable cause) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "fuzz"));
    Path file =
        folder.resolve(name + "-" + Integer.toHexString(new String(input, UTF_8).hashCode()));
    Files.write(file, input);
    return new AssertionError(name + ", " + what + "; the input is in " + file, cause);
  }
}
