package dev.understudy.admin.imports;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.understudy.clusterconfig.TerminalText;

/**
 * An answer of a v2 API that says no.
 *
 * @param code of the API; 0 where there is none, as when a user or a password is not known
 */
record Refusal(int status, int code, String text) {
  /** More than any answer that says no. */
  static final int MAX_BYTES = 1 << 16;

  static final int NOT_FOUND = 100;
  static final int NOT_A_FILE = 102;
  static final int NOT_A_DIRECTORY = 104;
  static final int NOT_EMPTY = 108;
  static final int HISTORY_CLEARED = 401;

  private static final int SHOWN_CHARS = 200;

  static Refusal of(int status, String body) {
    try {
      JsonElement answer = JsonParser.parseString(body);
      if (answer instanceof JsonObject object
          && object.get("errorCode") instanceof JsonPrimitive code) {
        String text = code.getAsInt() + " " + text(object, "message") + " " + text(object, "cause");
        return new Refusal(status, code.getAsInt(), TerminalText.of(text.strip()));
      }
    } catch (JsonParseException | NumberFormatException e) {
      // What is said below is all that there is to say of it.
      return plain(status, body);
    }
    return plain(status, body);
  }

  private static Refusal plain(int status, String body) {
    String start = body.strip().substring(0, Math.min(SHOWN_CHARS, body.strip().length()));
    return new Refusal(status, 0, TerminalText.of("status " + status + " " + start).strip());
  }

  private static String text(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive value ? value.getAsString() : "";
  }

  /** Whether there is a key where a directory was thought to be, or the other way round. */
  boolean isConflict() {
    return code == NOT_A_FILE || code == NOT_A_DIRECTORY || code == NOT_EMPTY;
  }

  /** Whether the same may be answered otherwise in a moment: no leader, too many requests. */
  boolean mayPass() {
    return status >= 500 || status == 429 || status == 408;
  }
}
