package dev.understudy.api.http;

/**
 * Who sends a request.
 *
 * @param name as an operator knows it
 */
public record Principal(String name) {
  /** Anybody who reaches the port: no door asks for credentials yet. */
  public static final Principal ANYONE = new Principal("anyone");
}
