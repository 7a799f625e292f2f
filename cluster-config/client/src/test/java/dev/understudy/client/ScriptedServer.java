package dev.understudy.client;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers one request after the other with what a test has said, on a connection each. What comes
 * behind all that is never answered.
 */
final class ScriptedServer implements AutoCloseable {
  private static final String BREAK = "";
  private static final String SILENCE = "silence";

  private final ServerSocket listening;
  private final ConcurrentLinkedDeque<String> answers = new ConcurrentLinkedDeque<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<Socket> held = new CopyOnWriteArrayList<>();
  private final AtomicInteger unanswered = new AtomicInteger();

  /** A request that has come. */
  record Asked(String line, String head, String body) {}

  ScriptedServer() throws IOException {
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  List<Asked> asked() {
    return asked;
  }

  List<String> lines() {
    return asked.stream().map(Asked::line).toList();
  }

  ScriptedServer answer(int status, String body, String... headers) {
    StringBuilder answer = new StringBuilder("HTTP/1.1 " + status + " So\r\nConnection: close\r\n");
    for (String header : headers) {
      answer.append(header).append("\r\n");
    }
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    answers.add(answer + "Content-Length: " + length + "\r\n\r\n" + body);
    return this;
  }

  /** Ends the connection when the request has come. */
  ScriptedServer breakOff() {
    answers.add(BREAK);
    return this;
  }

  /** Never answers. */
  ScriptedServer keepSilent() {
    answers.add(SILENCE);
    return this;
  }

  /** How many requests it has that it was told not to answer. */
  int unanswered() {
    return unanswered.get();
  }

  private void serve() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        held.add(socket);
        answer(socket);
      } catch (IOException e) {
        continue; // the test has ended, or its client has left
      }
    }
  }

  private void answer(Socket socket) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    String line = in.readLine();
    StringBuilder head = new StringBuilder();
    int length = 0;
    for (String next = in.readLine(); next != null && !next.isEmpty(); next = in.readLine()) {
      head.append(next).append('\n');
      if (next.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(next.substring(next.indexOf(':') + 1).strip());
      }
    }
    char[] body = new char[length];
    for (int read = 0; read < length; ) {
      int more = in.read(body, read, length - read);
      if (more < 0) {
        throw new EOFException("the client has left");
      }
      read += more;
    }
    asked.add(new Asked(line, head.toString(), new String(body)));
    String answer = answers.poll();
    if (SILENCE.equals(answer)) {
      unanswered.incrementAndGet();
    } else if (answer != null) {
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : held) {
      socket.close();
    }
  }
}
