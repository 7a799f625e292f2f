package dev.understudy.api.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * Passwords and their hashes by bcrypt, which take some fifty milliseconds on purpose: on a thread
 * of their own, with a bound for what waits there. Any thread; never blocks.
 */
final class Passwords {
  /** As etcd has it: 2^10 rounds. */
  private static final int COST = 10;

  /** In etcd's form, so that hashes could be taken from one to the other. */
  private static final String VERSION = "2a";

  private static final int SALT_BYTES = 16;

  /** Some three seconds of work. */
  private static final int MAX_WAITING = 64;

  /** Each is 32 bytes and a name. */
  private static final int MAX_KNOWN = 10_000;

  private static final String UNKNOWN_USER = "";

  private final Executor executor;
  private final SecureRandom random = new SecureRandom();
  private final byte[] digestSalt = new byte[32];
  private final AtomicInteger waiting = new AtomicInteger();

  /** By user: the digest of what was right. */
  private final Map<String, byte[]> known = new ConcurrentHashMap<>();

  /** By digest: what many connections of one client ask at once is worked out once. */
  private final Map<ByteBuffer, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();

  /** Of no user; to take as long over one who is not there as over one who is. */
  private volatile String nobodysHashOrNull;

  Passwords(Executor executor) {
    this.executor = executor;
    random.nextBytes(digestSalt);
  }

  /** Fails with {@link RejectedExecutionException} when too many wait already. */
  CompletableFuture<String> hash(byte[] password) {
    return submit(() -> hashNow(password));
  }

  private String hashNow(byte[] password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return OpenBSDBCrypt.generate(VERSION, password, salt, COST);
  }

  /** Whether this was found to be right before, with this very hash. */
  boolean isKnown(String user, String hash, byte[] password) {
    byte[] right = known.get(user);
    return right != null && MessageDigest.isEqual(right, digest(user, hash, password));
  }

  /** What will be known of a password that is being tried just now. */
  Optional<CompletableFuture<Boolean>> underWay(String user, String hash, byte[] password) {
    return underWay.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(underWay.get(ByteBuffer.wrap(digest(user, hash, password))));
  }

  /**
   * Whether a password is right. Fails with {@link RejectedExecutionException} when too many wait
   * already.
   *
   * @param hash empty for a user that is not there
   */
  CompletableFuture<Boolean> check(String user, String hash, byte[] password) {
    byte[] digest = digest(user, hash, password);
    ByteBuffer key = ByteBuffer.wrap(digest);
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    CompletableFuture<Boolean> before = underWay.putIfAbsent(key, asked);
    if (before != null) {
      return before;
    }
    submit(() -> isRight(hash, password))
        .whenComplete(
            (right, failure) -> {
              if (failure == null && right) {
                remember(user, digest);
              }
              underWay.remove(key);
              if (failure == null) {
                asked.complete(right);
              } else {
                asked.completeExceptionally(failure);
              }
            });
    return asked;
  }

  private void remember(String user, byte[] digest) {
    if (known.size() >= MAX_KNOWN) {
      known.clear();
    }
    known.put(user, digest);
  }

  private boolean isRight(String hash, byte[] password) {
    boolean nobody = hash.equals(UNKNOWN_USER);
    try {
      return OpenBSDBCrypt.checkPassword(nobody ? nobodysHash() : hash, password) && !nobody;
    } catch (IllegalArgumentException e) {
      return false; // what is no hash fits no password
    }
  }

  private String nobodysHash() {
    if (nobodysHashOrNull == null) {
      nobodysHashOrNull = hashNow(new byte[] {0});
    }
    return nobodysHashOrNull;
  }

  private <T> CompletableFuture<T> submit(Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      result.completeExceptionally(new RejectedExecutionException("too many passwords wait"));
      return result;
    }
    try {
      executor.execute(() -> run(work, result));
    } catch (RejectedExecutionException stopping) {
      waiting.decrementAndGet();
      result.completeExceptionally(stopping);
    }
    return result;
  }

  private <T> void run(Supplier<T> work, CompletableFuture<T> result) {
    try {
      result.complete(work.get());
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private byte[] digest(String user, String hash, byte[] password) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(digestSalt);
      sha.update(user.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      sha.update(hash.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      return sha.digest(password);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
