package dev.understudy.admin.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A process that answers what a local cluster asks of a machine: as leader, as standby, or not at
 * all because it ends at once.
 */
final class FakeMachine {
  private FakeMachine() {}

  public static void main(String[] args) throws IOException {
    String role = args[0];
    if (role.equals("broken")) {
      System.exit(1);
    }
    int port = Integer.parseInt(args[1]);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", exchange -> answer(exchange, role));
    server.start();
    System.out.println("ready name=x mode=peer client=x peer=x");
    while (System.in.read() >= 0) {
      continue;
    }
    System.exit(0);
  }

  private static void answer(HttpExchange exchange, String role) throws IOException {
    byte[] body = "{\"name\":\"x\",\"state\":\"StateLeader\"}".getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("X-Raft-Term", "3");
    exchange.getResponseHeaders().add("X-Raft-Index", "17");
    exchange.sendResponseHeaders(role.equals("standby") ? 307 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
