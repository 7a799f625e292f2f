package dev.understudy.admin.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads the answers on one connection, HTTP/1.1 with a length or in chunks, as they come in pieces.
 * Bodies are passed over. Not safe for several threads.
 */
final class ResponseReader {
  private static final int MAX_HEAD_BYTES = 64 << 10;

  private enum Part {
    HEAD,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER
  }

  private byte[] line = new byte[256];
  private int lineBytes;
  private int headBytes;
  private Part part = Part.HEAD;
  private boolean chunked;
  private long left;

  private int status;
  private long index;
  private boolean lastOfConnection;

  /** The status of the answer that was read last. */
  int status() {
    return status;
  }

  /** Its {@code X-Etcd-Index}; 0 when it had none. */
  long index() {
    return index;
  }

  /** Whether the other side closes the connection behind it. */
  boolean isLastOfConnection() {
    return lastOfConnection;
  }

  /**
   * Reads on.
   *
   * @return whether an answer is complete; bytes behind it are left in the buffer
   * @throws IOException when that is no HTTP
   */
  boolean read(ByteBuffer in) throws IOException {
    while (in.hasRemaining()) {
      boolean whole =
          switch (part) {
            case HEAD, CHUNK_SIZE, CHUNK_END, TRAILER -> nextLine(in) && lineRead();
            case BODY -> skip(in) && end();
            case CHUNK -> {
              if (skip(in)) {
                part = Part.CHUNK_END;
              }
              yield false;
            }
          };
      if (whole) {
        return true;
      }
    }
    return false;
  }

  private boolean skip(ByteBuffer in) {
    int taken = (int) Math.min(left, in.remaining());
    in.position(in.position() + taken);
    left -= taken;
    return left == 0;
  }

  private boolean nextLine(ByteBuffer in) throws IOException {
    while (in.hasRemaining()) {
      byte next = in.get();
      if (++headBytes > MAX_HEAD_BYTES) {
        throw new IOException("an answer without an end of its head");
      }
      if (next == '\n') {
        return true;
      }
      if (next != '\r') {
        append(next);
      }
    }
    return false;
  }

  private void append(byte next) {
    if (lineBytes == line.length) {
      line = Arrays.copyOf(line, 2 * line.length);
    }
    line[lineBytes++] = next;
  }

  private boolean lineRead() throws IOException {
    String text = new String(line, 0, lineBytes, StandardCharsets.ISO_8859_1);
    lineBytes = 0;
    switch (part) {
      case HEAD -> {
        return headLine(text);
      }
      case CHUNK_SIZE -> {
        left = parse(text.replaceFirst(";.*", "").strip(), 16);
        part = left == 0 ? Part.TRAILER : Part.CHUNK;
        return false;
      }
      case CHUNK_END -> {
        headBytes = 0;
        part = Part.CHUNK_SIZE;
        return false;
      }
      default -> {
        return text.isEmpty() && end();
      }
    }
  }

  private boolean headLine(String text) throws IOException {
    if (text.isEmpty()) {
      return headRead();
    }
    if (text.startsWith("HTTP/1.")) {
      begin(text);
      return false;
    }
    int colon = text.indexOf(':');
    if (colon > 0) {
      field(text.substring(0, colon).toLowerCase(Locale.ROOT), text.substring(colon + 1).strip());
    }
    return false;
  }

  private void begin(String statusLine) throws IOException {
    if (statusLine.length() < 12) {
      throw new IOException("no HTTP: " + statusLine);
    }
    status = (int) parse(statusLine.substring(9, 12), 10);
    index = 0;
    left = 0;
    chunked = false;
    lastOfConnection = statusLine.startsWith("HTTP/1.0");
  }

  private void field(String name, String value) throws IOException {
    switch (name) {
      case "content-length" -> left = parse(value, 10);
      case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
      case "connection" -> lastOfConnection |= value.equalsIgnoreCase("close");
      case "x-etcd-index" -> index = parse(value, 10);
      default -> {}
    }
  }

  private static long parse(String text, int radix) throws IOException {
    try {
      return Long.parseLong(text, radix);
    } catch (NumberFormatException e) {
      throw new IOException("no number: " + text, e);
    }
  }

  private boolean headRead() {
    headBytes = 0;
    if (status / 100 == 1) {
      return false;
    }
    if (chunked) {
      part = Part.CHUNK_SIZE;
      return false;
    }
    part = Part.BODY;
    return left == 0 && end();
  }

  private boolean end() {
    headBytes = 0;
    part = Part.HEAD;
    return true;
  }
}
