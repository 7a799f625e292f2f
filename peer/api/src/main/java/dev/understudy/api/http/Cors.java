package dev.understudy.api.http;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** What lets a page of any origin use a client port, as etcd has it unless it was given origins. */
public final class Cors {
  private static final HttpField[] FIELDS = {
    new PreEncodedHttpField("Access-Control-Allow-Headers", "accept, content-type, authorization"),
    new PreEncodedHttpField("Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE"),
    new PreEncodedHttpField("Access-Control-Allow-Origin", "*"),
  };

  private Cors() {}

  /** Adds the headers to an answer. */
  public static void addTo(HttpFields.Mutable headers) {
    for (HttpField field : FIELDS) {
      headers.add(field);
    }
  }
}
