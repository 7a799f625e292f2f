package dev.understudy.api.dashboard;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** A file of the page as it is sent. Immutable. */
final class DashboardFile {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  /** Enough that no two releases of a file share them. */
  private static final int TAG_BYTES = 12;

  private final byte[] bytes;
  private final HttpField type;
  private final HttpField tag;

  private DashboardFile(byte[] bytes, String type, String tag) {
    this.bytes = bytes;
    this.type = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, type);
    this.tag = new PreEncodedHttpField(HttpHeader.ETAG, tag);
  }

  /** Reads a file that belongs to the page. */
  static DashboardFile load(String name) {
    try (InputStream in = DashboardFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      return new DashboardFile(bytes, type, tagOf(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("the page lacks a file", e);
    }
  }

  private static String tagOf(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  ByteBuffer content() {
    return ByteBuffer.wrap(bytes);
  }

  HttpField type() {
    return type;
  }

  HttpField tag() {
    return tag;
  }

  /** Whether a client says that it has this very content; null when it says nothing. */
  boolean isHeldBy(String ifNoneMatch) {
    return ifNoneMatch != null && ifNoneMatch.contains(tag.getValue());
  }
}
