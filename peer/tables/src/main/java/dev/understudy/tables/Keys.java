package dev.understudy.tables;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Keys that begin with other keys, in an order in which those that begin alike stand together.
 *
 * @param <K> the keys' type
 */
public interface Keys<K> extends Comparator<K> {
  /** Well-formed texts, in the order of their UTF-8 bytes, which is that of their code points. */
  Keys<String> TEXT =
      new Keys<>() {
        @Override
        public int compare(String left, String right) {
          int common = Math.min(left.length(), right.length());
          for (int i = 0; i < common; i++) {
            char one = left.charAt(i);
            char other = right.charAt(i);
            if (one != other) {
              return Integer.compare(rank(one), rank(other));
            }
          }
          return Integer.compare(left.length(), right.length());
        }

        @Override
        public int length(String key) {
          return key.length();
        }

        @Override
        public String head(String key, int length) {
          return key.substring(0, length);
        }

        @Override
        public boolean begins(String key, String prefix) {
          return key.startsWith(prefix);
        }
      };

  /** Bytes without sign. An array that has become a key must not be changed any more. */
  Keys<byte[]> BYTES =
      new Keys<>() {
        @Override
        public int compare(byte[] left, byte[] right) {
          return Arrays.compareUnsigned(left, right);
        }

        @Override
        public int length(byte[] key) {
          return key.length;
        }

        @Override
        public byte[] head(byte[] key, int length) {
          return Arrays.copyOf(key, length);
        }
      };

  /** How long a key is; 0 for the one that all begin with. */
  int length(K key);

  /**
   * The beginning of a key.
   *
   * @param length not more than the key's
   */
  K head(K key, int length);

  /** Whether a key begins with another. */
  default boolean begins(K key, K prefix) {
    int length = length(prefix);
    return length <= length(key) && compare(head(key, length), prefix) == 0;
  }

  /** Halves of surrogate pairs stand for code points beyond all others. */
  private static int rank(char unit) {
    return Character.isSurrogate(unit) ? unit + Character.MAX_VALUE : unit;
  }
}
