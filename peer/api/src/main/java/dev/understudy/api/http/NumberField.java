package dev.understudy.api.http;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * A header with a number that many answers in a row have in common, so the bytes of the last one
 * are kept. Any thread; two that come at once with different numbers cost each other the encoding,
 * no more.
 */
public final class NumberField {
  private final String name;
  private volatile Encoded last;

  private record Encoded(long value, HttpField field) {}

  public NumberField(String name) {
    this.name = name;
    this.last = encode(0);
  }

  /**
   * The header with this number.
   *
   * @param value unsigned
   */
  public HttpField of(long value) {
    Encoded encoded = last;
    if (encoded.value != value) {
      encoded = encode(value);
      last = encoded;
    }
    return encoded.field;
  }

  private Encoded encode(long value) {
    return new Encoded(value, new PreEncodedHttpField(name, Long.toUnsignedString(value)));
  }
}
