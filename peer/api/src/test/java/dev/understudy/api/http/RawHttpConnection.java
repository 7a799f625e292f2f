package dev.understudy.api.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection of a client that may do what no library would. */
public final class RawHttpConnection implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private long sentBytes;
  private boolean betweenChunks;

  public RawHttpConnection(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(30_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** What a server answered; header names in lower case. */
  public record Answer(int status, Map<String, String> headers, String body) {
    public String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }
  }

  /** Sends a form and takes the answer. */
  public Answer form(String method, String target, String form) throws IOException {
    return body(method, target, "application/x-www-form-urlencoded", form);
  }

  public Answer body(String method, String target, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    send(
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: h\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n"
            + body);
    return answer(method);
  }

  /** Sends a request without a body and takes the answer. */
  public Answer ask(String method, String target) throws IOException {
    begin(method, target);
    return answer(method);
  }

  /** Sends a request without a body. */
  public void begin(String method, String target) throws IOException {
    send(method + " " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes that may be no text. */
  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    sentBytes += bytes.length;
  }

  /** How much the server will have read once it has read all. */
  public long sentBytes() {
    return sentBytes;
  }

  public Answer answer(String method) throws IOException {
    Answer head = head();
    return new Answer(head.status, head.headers, method.equals("HEAD") ? "" : rest(head));
  }

  /** Status and headers, which may be all that is there for now. */
  public Answer head() throws IOException {
    String status = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    return new Answer(Integer.parseInt(status.split(" ")[1]), headers, "");
  }

  private String rest(Answer head) throws IOException {
    if (head.header("transfer-encoding") == null) {
      int length = Integer.parseInt(head.headers.getOrDefault("content-length", "0"));
      return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
    StringBuilder body = new StringBuilder();
    for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
      body.append(chunk);
    }
    return body.toString();
  }

  /** The next chunk; empty at the end of the answer. */
  public String chunk() throws IOException {
    if (betweenChunks) {
      line(); // Jetty ends a chunk when it begins the next one
    }
    int length = Integer.parseInt(line(), 16);
    betweenChunks = length > 0;
    String chunk = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    if (length == 0) {
      line();
    }
    return chunk;
  }

  /** Whether the server has closed the connection; waits for it. */
  public boolean isEnded() throws IOException {
    return in.read() < 0;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended after: " + line);
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
