package dev.understudy.it.processes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.UsageException;
import dev.understudy.admin.operator.Operator;
import dev.understudy.admin.tools.Tools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Makes {@code understudy} of a shell a command of this process: as a process of its own each would
 * take a second of a busy processor, and a page has dozens. What the launcher does besides, other
 * tests look at.
 */
final class TypedCommands implements AutoCloseable {
  private static final int EXITS_AT = 200;

  private final HttpServer server;
  private final Map<String, String> environment;

  private TypedCommands(HttpServer server, Map<String, String> environment) {
    this.server = server;
    this.environment = environment;
  }

  /**
   * Begins to take commands.
   *
   * @param environment that they see
   */
  static TypedCommands with(Map<String, String> environment) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    TypedCommands commands = new TypedCommands(server, environment);
    server.createContext("/", commands::answer);
    server.start();
    return commands;
  }

  /** For the beginning of a script: what is typed goes there, and its exit code comes back. */
  String function() {
    return """
    understudy() {
      local answer exit
      answer=$(mktemp)
      exit=$(printf '%%s\\0' "$@" | command curl --silent --data-binary @- \\
        --output "$answer" --write-out '%%{http_code}' http://127.0.0.1:%d/)
      cat "$answer"
      rm "$answer"
      return $((exit - %d))
    }
    """
        .formatted(server.getAddress().getPort(), EXITS_AT);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String typed = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int exit = 1;
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      exit = run(List.of(typed.split("\0")), out);
    } finally {
      exchange.sendResponseHeaders(EXITS_AT + exit, printed.size() == 0 ? -1 : printed.size());
      exchange.getResponseBody().write(printed.toByteArray());
      exchange.close();
    }
  }

  private int run(List<String> words, PrintStream out) {
    try {
      CliCommand command = new CommandLine(environment, () -> "host", "1").parse(words);
      if (command instanceof CliCommand.Print print) {
        out.println(print.text());
        return 0;
      }
      if (command instanceof CliCommand.Operate operate) {
        return Operator.run(operate.call(), out, out, InputStream.nullInputStream());
      }
      return new Tools(out, out, () -> false).run((CliCommand.Tool) command);
    } catch (UsageException e) {
      out.println(e.getMessage());
      return 2;
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
