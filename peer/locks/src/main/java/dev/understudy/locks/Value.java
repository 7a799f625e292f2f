package dev.understudy.locks;

import java.util.Arrays;

/** Bytes that never change. */
public final class Value {
  /** No bytes. */
  public static final Value EMPTY = new Value(new byte[0]);

  private final byte[] bytes;

  private Value(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of these. */
  public static Value of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Value(bytes.clone());
  }

  /** A copy of them. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** How many there are. */
  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Value value && Arrays.equals(bytes, value.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
