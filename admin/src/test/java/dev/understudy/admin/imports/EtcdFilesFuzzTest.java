package dev.understudy.admin.imports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an import reads: the files of an etcd, and the answers of a running one. */
class EtcdFilesFuzzTest extends EtcdFilesFixture {
  private static final String TREE =
      "{\"Root\":{\"Path\":\"/\",\"CreatedIndex\":0,\"ModifiedIndex\":0,\"ExpireTime\":"
          + "\"0001-01-01T00:00:00Z\",\"Value\":\"\",\"Children\":{\"1\":{\"Path\":\"/1\","
          + "\"CreatedIndex\":0,\"ModifiedIndex\":0,\"ExpireTime\":\"2031-01-01T00:00:00.5Z\","
          + "\"Value\":\"\",\"Children\":{\"k\":{\"Path\":\"/1/k\",\"CreatedIndex\":5,"
          + "\"ModifiedIndex\":6,\"Value\":\"v\",\"Children\":null}}}}},\"CurrentIndex\":7}";

  private byte[] sound;

  @BeforeEach
  void writeSoundOnes() throws IOException {
    record(CRC, new byte[0]);
    entry(8, request("PUT", "/1/a/b", "1"));
    entry(9, request("POST", "/1/a", "2"));
    entry(10, request("DELETE", "/1/a/b", ""));
    commit(9);
    sound = log.toByteArray();
    writeSnapshot(7, TREE, 0);
  }

  @Test
  void aLogIsReadOrDamaged() throws IOException {
    new Fuzz(EtcdFilesFuzzTest.class, "etcd-log", IOException.class, ImportException.class)
        .seed(sound)
        .run(
            input -> {
              Files.write(directory.resolve(LOG), input);
              read().listing();
            });
  }

  @Test
  void anEntryWhoseChecksumIsRightIsDoneOrDamaged() throws IOException {
    new Fuzz(EtcdFilesFuzzTest.class, "etcd-entry", IOException.class, ImportException.class)
        .seed(
            request("PUT", "/1/a/b", "1"),
            request("SYNC", "", ""),
            message(
                out -> {
                  out.writeString(2, "PUT");
                  out.writeString(3, "/1/k");
                  out.writeString(6, "v");
                  out.writeUInt64(7, 6);
                  out.writeBool(8, true);
                  out.writeInt64(9, 1_900_000_000_000_000_000L);
                  out.writeBool(17, true);
                }))
        .words("PUT", "POST", "DELETE", "SYNC", "/1/k", "/1/k/", "/0/members")
        .run(
            input -> {
              log.reset();
              record(CRC, new byte[0]);
              entry(8, input);
              writeLog();
              read().listing();
            });
  }

  @Test
  void aSnapshotWhoseChecksumIsRightIsReadOrDamaged() throws IOException {
    writeLog();
    new Fuzz(EtcdFilesFuzzTest.class, "etcd-snapshot", IOException.class, ImportException.class)
        .seed(TREE)
        .words("\"Children\":{\"x\":{", "\"Path\":\"/1\",", "\"Children\":null", "0001-01-01T")
        .run(
            input -> {
              writeSnapshot(7, new String(input, ISO_8859_1), 0);
              read().listing();
            });
  }

  @Test
  void anAnswerIsReadOrNone() throws IOException {
    new Fuzz(EtcdFilesFuzzTest.class, "etcd-answer", IOException.class)
        .seed(
            "{\"action\":\"get\",\"node\":{\"key\":\"/d\",\"dir\":true,\"nodes\":[{\"key\":\"/d/k\","
                + "\"value\":\"v\",\"expiration\":\"2031-01-01T00:00:00Z\",\"ttl\":7,"
                + "\"modifiedIndex\":6,\"createdIndex\":5}],\"modifiedIndex\":5}}",
            "{\"errorCode\":401,\"message\":\"m\",\"cause\":\"c\",\"index\":7}")
        .words("\"nodes\":[{", "\"ttl\":", "\"node\":{")
        .run(
            input -> {
              Refusal.of(500, new String(input, UTF_8));
              new AnswerReader(new InputStreamReader(new ByteArrayInputStream(input), UTF_8), 5_000)
                  .read(seen -> {});
            });
  }
}
