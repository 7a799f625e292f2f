package dev.understudy.api;

import dev.understudy.api.http.Escapes;
import dev.understudy.api.http.Utf8;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a request: those of the form in its body, then those of its query. Of several
 * with one name the first counts, so the form goes before the query.
 *
 * <p>Malformed input is reported as Go's parser does, since etcd shows its words to the client: the
 * first broken escape, unless a semicolon stands somewhere, and the form's error before the
 * query's.
 *
 * <p>A value that is not UTF-8 is kept as etcd shows it, with U+FFFD for what cannot be shown. To
 * be compared with such a thing is no use: as {@code prevValue} it is refused.
 */
public final class Form {
  static final Form EMPTY = new Form(List.of());

  private static final String PREV_VALUE = "prevValue";
  private static final String SEMICOLON = "invalid semicolon separator in query";

  /** Names and values in turn: so few that a search beats a map. */
  private final List<String> fields;

  private Form(List<String> fields) {
    this.fields = fields;
  }

  /**
   * Reads both parts.
   *
   * @param body the form's bytes; null for none
   * @param query the query, still escaped; null for none
   * @throws ApiException code 210 when one of them is malformed or there are too many fields
   */
  public static Form parse(byte[] body, String query, int maxFields) throws ApiException {
    if (body == null && query == null) {
      return EMPTY;
    }
    Reader reader = new Reader(maxFields);
    if (body != null) {
      reader.read(body);
    }
    reader.throwError();
    if (query != null) {
      reader.read(query.getBytes(StandardCharsets.UTF_8));
    }
    reader.throwError();
    return new Form(reader.fields);
  }

  boolean isEmpty() {
    return fields.isEmpty();
  }

  /** The first value of that name; null when it was not given at all. */
  public String first(String name) {
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equals(name)) {
        return fields.get(i + 1);
      }
    }
    return null;
  }

  private static final class Reader {
    private final int maxFields;
    private final List<String> fields = new ArrayList<>(8);
    private String error;

    /** Whether the last text was not UTF-8. */
    private boolean lossy;

    Reader(int maxFields) {
      this.maxFields = maxFields;
    }

    void throwError() throws ApiException {
      if (error != null) {
        throw new ApiException(ErrorCode.INVALID_FORM, error);
      }
    }

    void read(byte[] text) throws ApiException {
      int start = 0;
      int equals = -1;
      boolean semicolon = false;
      for (int i = 0; i <= text.length; i++) {
        byte b = i == text.length ? (byte) '&' : text[i];
        if (b == '&') {
          readField(text, start, equals, i, semicolon);
          start = i + 1;
          equals = -1;
          semicolon = false;
        } else if (b == '=' && equals < 0) {
          equals = i;
        } else if (b == ';') {
          semicolon = true;
        }
      }
    }

    private void readField(byte[] text, int start, int equals, int end, boolean semicolon)
        throws ApiException {
      if (semicolon) {
        error = SEMICOLON;
        return;
      }
      if (start == end) {
        return;
      }
      if (fields.size() >= 2 * maxFields) {
        throw new ApiException(
            ErrorCode.INVALID_FORM, "a request may have at most " + maxFields + " fields");
      }
      String name = unescape(text, start, equals < 0 ? end : equals);
      String value = equals < 0 ? "" : name == null ? null : unescape(text, equals + 1, end);
      if (lossy && PREV_VALUE.equals(name)) {
        throw new ApiException(ErrorCode.INVALID_FIELD, "\"prevValue\" is not UTF-8");
      }
      if (name != null && value != null) {
        fields.add(name);
        fields.add(value);
      }
    }

    /** The text with its escapes undone; null, and an error noted, when one is broken. */
    private String unescape(byte[] text, int start, int end) {
      for (int i = start; i < end; i++) {
        if (text[i] == '%' || text[i] == '+') {
          return unescapeFrom(text, start, end);
        }
      }
      return text(text, start, end - start);
    }

    private String text(byte[] bytes, int from, int length) {
      String text = Utf8.decode(bytes, from, length);
      lossy = text == null;
      return lossy ? new String(bytes, from, length, StandardCharsets.UTF_8) : text;
    }

    private String unescapeFrom(byte[] text, int start, int end) {
      byte[] out = new byte[end - start];
      int to = 0;
      for (int i = start; i < end; i++) {
        byte b = text[i];
        if (b == '+') {
          b = ' ';
        } else if (b == '%') {
          int value = Escapes.hexPair(text, i + 1, end);
          if (value < 0) {
            if (error == null) {
              error = "invalid URL escape " + Escapes.quoteBroken(text, i, end);
            }
            return null;
          }
          b = (byte) value;
          i += 2;
        }
        out[to++] = b;
      }
      return text(out, 0, to);
    }
  }
}
