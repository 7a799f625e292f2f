package dev.understudy.api.http;

/**
 * What is left of an answer that is too long to be kept in memory as a whole: it is written as the
 * client takes it. One thread at a time.
 */
public interface AnswerRest {
  /** Whether all is written. */
  boolean isDone();

  /** Writes what comes next, which is not much and not nothing. Must not block. */
  void writeMore(JsonBytes out);

  /** Called once, when nothing more is sent. */
  void close();
}
