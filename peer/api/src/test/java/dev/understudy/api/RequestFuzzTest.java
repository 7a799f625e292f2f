package dev.understudy.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.MediaTypes;
import dev.understudy.api.http.RequestPath;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What anybody may send to a client port. */
class RequestFuzzTest {
  @Test
  void aTargetIsAPathOrNone() throws IOException {
    new Fuzz(RequestFuzzTest.class, "target")
        .seed(
            "/v2/keys/a%20b/c?wait=true&recursive=true", "/v2/keys/../a//b/./c", "/v2/keys/%c3%a9")
        .run(
            input -> {
              String raw = new String(input, ISO_8859_1);
              RequestPath.hasBrokenEscape(raw);
              RequestPath.escapeForHeader(raw);
              String path = RequestPath.decode(raw);
              if (path != null) {
                String clean = RequestPath.clean(path);
                assertThat(RequestPath.isClean(clean)).isTrue();
                RequestPath.encode(clean);
              }
            });
  }

  @Test
  void aFormIsReadOrRefused() throws IOException {
    new Fuzz(RequestFuzzTest.class, "form", ApiException.class)
        .seed(
            "value=a%20b+c&ttl=60&prevExist=true",
            "prevValue=x&prevIndex=7&dir=false&refresh=true",
            "wait=true&recursive=true&waitIndex=12&stream=true&sorted=true&quorum=true")
        .words("value=", "ttl=", "prevValue=", "prevIndex=", "prevExist=", "waitIndex=", "dir=true")
        .run(
            input -> {
              String query = new String(input, UTF_8);
              KeyRequest.parse(true, "/a", Form.parse(new byte[0], query, 64));
              KeyRequest.parse(false, "/a", Form.parse(input, "ttl=1", 64));
            });
  }

  @Test
  void aMediaTypeIsReadOrRefused() throws IOException {
    new Fuzz(RequestFuzzTest.class, "media-type", ApiException.class)
        .seed("application/x-www-form-urlencoded; charset=\"utf-8\"", "a/b;c=\"d\\\"e\";f=g")
        .run(input -> MediaTypes.parse(new String(input, ISO_8859_1)));
  }

  @Test
  void aUserOrARoleIsReadOrRefused() throws IOException {
    new Fuzz(RequestFuzzTest.class, "users", UserRequest.MalformedException.class)
        .seed(
            "{\"user\":\"u\",\"password\":\"p\",\"roles\":[\"r\"],\"grant\":[\"s\"],\"revoke\":null}",
            "{\"role\":\"r\",\"permissions\":{\"kv\":{\"read\":[\"/a/*\"],\"write\":[]}},\"grant\":"
                + "{\"kv\":{\"read\":[\"/b\"]}},\"revoke\":{\"kv\":{\"write\":[\"*\"]}}}")
        .words("\"kv\":{", "\"GRANT\":", "\"roles\":[", "[\"/*\"")
        .run(
            input -> {
              String text = new String(input, UTF_8);
              try {
                UserRequest.user(text);
              } catch (UserRequest.MalformedException refused) {
                UserRequest.role(text).creates(); // the other reader gets its turn in any case
              }
            });
  }
}
