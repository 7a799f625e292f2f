import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What came back, as text. */
final class Answer {
  final String text;
  final int status;
  final boolean ended;

  Answer(String text) {
    this(text, true);
  }

  private Answer(String text, boolean ended) {
    this.text = text;
    this.ended = ended;
    this.status = text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : 0;
  }

  /** All of an answer with a length; the head of one without. */
  static Answer read(Socket socket) throws IOException {
    String head = head(socket).text;
    Matcher length = Pattern.compile("(?i)content-length: *(\\d+)").matcher(head);
    int more = length.find() ? Integer.parseInt(length.group(1)) : 0;
    byte[] body = socket.getInputStream().readNBytes(more);
    return new Answer(head + new String(body, StandardCharsets.UTF_8));
  }

  /** What else comes until it ends, or nothing comes for as long as the socket waits. */
  static Answer rest(Socket socket, String head) throws IOException {
    StringBuilder all = new StringBuilder(head);
    byte[] piece = new byte[64 << 10];
    try {
      InputStream in = socket.getInputStream();
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        all.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      return new Answer(all.toString(), false);
    }
    return new Answer(all.toString(), true);
  }

  static Answer head(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      if (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) >= 0) {
        break;
      }
    }
    return new Answer(head.toString());
  }

  String header(String name) {
    Matcher found = Pattern.compile("(?i)\r\n" + name + ": *([^\r]*)").matcher(text);
    return found.find() ? found.group(1) : "";
  }

  /** Status and reason, short. */
  String told() {
    Matcher reason =
        Pattern.compile("\"(?:cause|message)\":\"((?:[^\"\\\\]|\\\\.){0,90})").matcher(text);
    String why = "";
    while (reason.find()) {
      why = reason.group(1);
    }
    if (why.isEmpty()) {
      why = text.substring(Math.max(0, text.indexOf("\r\n\r\n"))).strip();
    }
    return status == 0 ? "closed" : status + " " + why.replace('\n', ' ');
  }
}
