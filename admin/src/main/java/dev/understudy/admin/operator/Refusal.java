package dev.understudy.admin.operator;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
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

  /** Of the admin API, where what is not found is a machine, whose name is the cause. */
  static Refusal ofAdmin(Answer answer) {
    return of(answer, "no machine of that name has a seat");
  }

  static Refusal of(Answer answer) {
    return of(answer, "");
  }

  private static Refusal of(Answer answer, String notFound) {
    try {
      JsonObject error = Answers.object(answer.body());
      int code = (int) Answers.number(error, "errorCode");
      boolean renamed = code == NOT_FOUND && !notFound.isEmpty();
      String cause = error.has("cause") ? Answers.text(error, "cause") : "";
      return new Refusal(
          code,
          (renamed ? notFound : Answers.text(error, "message"))
              + (cause.isEmpty() ? "" : " (" + cause + ")")
              + " ["
              + code
              + "]");
    } catch (JsonParseException e) {
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
