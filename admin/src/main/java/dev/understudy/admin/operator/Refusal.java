package dev.understudy.admin.operator;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.understudy.admin.operator.Web.Answer;
import dev.understudy.clusterconfig.TerminalText;

/**
 * An answer that says no.
 *
 * @param code the error's code; 0 when the answer has none
 * @param text for the operator, in one line
 */
record Refusal(int code, String text) {
  static final int NOT_FOUND = 100;
  private static final int LONGEST = 300;

  static Refusal of(Answer answer) {
    try {
      JsonObject error = JsonParser.parseString(answer.body()).getAsJsonObject();
      int code = error.get("errorCode").getAsInt();
      String cause = error.has("cause") ? error.get("cause").getAsString() : "";
      String message = error.get("message").getAsString();
      return new Refusal(
          code, message + (cause.isEmpty() ? "" : " (" + cause + ")") + " [" + code + "]");
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NullPointerException
        | NumberFormatException e) {
      String body = TerminalText.of(answer.body().strip());
      return new Refusal(
          answer.status() == 404 ? NOT_FOUND : 0,
          ("it answers "
                  + answer.status()
                  + " "
                  + body.substring(0, Math.min(LONGEST, body.length())))
              .strip());
    }
  }
}
