import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A process of its own, on two ports from the one given on, with what others connect to it. */
final class Machine implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  final Path directory;
  final int client;
  final int peer;

  /** As {@link #measure} saw them last. */
  long megabytes;

  long threads;

  private final Process process;
  private final List<Socket> sockets = new ArrayList<>();

  Machine(Path jar, int port, List<String> options) throws Exception {
    this.directory = Files.createTempDirectory("limits");
    this.client = port;
    this.peer = port + 1;
    List<String> command =
        new ArrayList<>(
            List.of(
                "java", "-Xmx256m", "-XX:+UseSerialGC", "-jar", jar.toString(), "--name", "m1"));
    command.addAll(List.of("--data-dir", directory.resolve("data").toString()));
    command.addAll(List.of("--addr", "127.0.0.1:" + client, "--peer-addr", "127.0.0.1:" + peer));
    command.addAll(List.of("--cluster-state", "new", "--audit-log", directory + "/audit.log"));
    command.addAll(options);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    while (!isHealthy()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new IOException(Files.readString(directory.resolve("out")));
      }
      Thread.sleep(50);
    }
  }

  private boolean isHealthy() {
    try {
      return ask("GET", "/health", "").status == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** A request up to its body, for a connection that stays. */
  static String head(String method, String target, String headers) {
    return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
  }

  Socket connect(int port, String from) throws IOException {
    return connect(port, from, 0);
  }

  /**
   * @param readBytes what it has received and not read yet; 0 for the usual
   */
  Socket connect(int port, String from, int readBytes) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    if (readBytes > 0) {
      socket.setReceiveBufferSize(readBytes);
    }
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  Socket send(int port, String text) throws IOException {
    Socket socket = connect(port, "127.0.0.1");
    write(socket, text);
    return socket;
  }

  void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** A connection that is taken, as its answer shows; one that went may not be gone yet. */
  Socket hold(String from) throws Exception {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    while (System.nanoTime() < end) {
      Socket socket = connect(client, from);
      write(socket, head("GET", "/version", ""));
      if (isOk(socket)) {
        return socket;
      }
      socket.close();
      Thread.sleep(20);
    }
    throw new IOException("no connection is taken");
  }

  private static boolean isOk(Socket socket) {
    try {
      return Answer.read(socket).status == 200;
    } catch (SocketException e) {
      return false; // refused, and closed before it could be asked
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Answer ask(String method, String target, String body) throws IOException {
    String headers = "Connection: close\r\nContent-Length: " + body.length() + "\r\n";
    return answer(head(method, target, headers) + body);
  }

  Answer put(String target, String value) throws IOException {
    return ask(
        "Content-Type: application/x-www-form-urlencoded\r\n", "PUT", target, "value=" + value);
  }

  private Answer ask(String headers, String method, String target, String body) throws IOException {
    String all = headers + "Connection: close\r\nContent-Length: " + body.length() + "\r\n";
    return answer(head(method, target, all) + body);
  }

  Answer get(String target, String headers) throws IOException {
    return answer(head("GET", target, headers + "Connection: close\r\n"));
  }

  private Answer answer(String request) throws IOException {
    try (Socket socket = send(client, request)) {
      return Answer.read(socket);
    } finally {
      sockets.remove(sockets.size() - 1);
    }
  }

  /** Takes down what the process has now. */
  void measure() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      String number = line.replaceAll("\\D", "");
      if (line.startsWith("VmRSS:")) {
        megabytes = Long.parseLong(number) >> 10;
      } else if (line.startsWith("Threads:")) {
        threads = Long.parseLong(number);
      }
    }
  }

  @Override
  public void close() throws Exception {
    process.destroyForcibly().waitFor();
    for (Socket socket : sockets) {
      socket.close();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
