package dev.understudy.admin.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.operator.Web.Question;
import dev.understudy.clusterconfig.secret.ClusterSecret;
import dev.understudy.clusterconfig.tls.Tls;
import dev.understudy.clusterconfig.tls.TlsException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody listens at the address who is no machine of ours. */
@Timeout(60)
class HttpWebTest {
  private final HttpWeb web;

  HttpWebTest() throws TlsException {
    web = new HttpWeb(10_000, Tls.SYSTEM, Optional.empty(), Optional.empty());
  }

  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  /** What is sent to whoever asks. */
  private interface Speech {
    void to(OutputStream out) throws IOException;
  }

  private String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/";
  }

  /** To one connection, each to its next request. */
  private Thread speak(Speech... speeches) {
    Thread speaker =
        new Thread(
            () -> {
              try (Socket socket = server.accept()) {
                for (Speech speech : speeches) {
                  readHead(socket.getInputStream());
                  speech.to(socket.getOutputStream());
                }
                socket.getInputStream().readAllBytes();
              } catch (IOException e) {
                // The other side has had enough, which is what it is to have.
              }
            });
    speaker.setDaemon(true);
    speaker.start();
    return speaker;
  }

  private static void readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("no whole head: " + head);
      }
      head.append((char) next);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void anAnswerIsTakenAsItIs() throws Exception {
    speak(out -> out.write(ascii("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi")));
    Web.Answer answer = web.ask(Question.get(url(), 20_000));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("hi");
    assertThat(answer.header("x-a")).contains("b");
  }

  /** What it says of the challenge instead does not count. */
  @Test
  void noCommandGoesToWhomeverDoesNotProveToKnowTheSecret() throws Exception {
    speak(out -> out.write(ascii("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")));
    HttpWeb knowing =
        new HttpWeb(
            10_000,
            Tls.SYSTEM,
            Optional.of(new ClusterSecret("a secret that nobody knows")),
            Optional.empty());
    String config = "http://127.0.0.1:" + server.getLocalPort() + "/v2/admin/config";
    assertThatThrownBy(() -> knowing.ask(Question.get(config, 20_000)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not know the cluster's secret");
  }

  /** Nor is a client port asked for a proof that it does not have. */
  @Test
  void whatIsForClientPortsIsAskedWithoutAChallenge() throws Exception {
    speak(out -> out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")));
    HttpWeb knowing =
        new HttpWeb(
            10_000,
            Tls.SYSTEM,
            Optional.of(new ClusterSecret("a secret that nobody knows")),
            Optional.empty());
    assertThat(knowing.ask(Question.get(url(), 20_000)).body()).isEqualTo("hi");
  }

  @Test
  void anAnswerWithoutAnEndIsCutOff() throws Exception {
    Thread speaker =
        speak(
            out -> {
              out.write(ascii("HTTP/1.1 200 OK\r\n\r\n"));
              byte[] part = new byte[1 << 20];
              while (true) {
                out.write(part);
              }
            });
    assertThatThrownBy(() -> web.ask(Question.get(url(), 50_000)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than " + HttpWeb.MAX_ANSWER_BYTES + " bytes");
    speaker.join(); // its connection is closed
  }

  /**
   * Of a connection that there is: the time to make one, or to load what makes it, is no answer.
   */
  @Test
  void anAnswerThatStopsInItsMiddleIsNotWaitedForLongerThanItMayTake() throws Exception {
    speak(
        out -> out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")),
        out -> out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi")));
    assertThat(web.ask(Question.get(url(), 20_000)).body()).isEqualTo("hi");
    assertThatThrownBy(() -> web.ask(Question.get(url(), 300)))
        .isInstanceOf(IOException.class)
        .hasMessage("no answer in time");
  }
}
