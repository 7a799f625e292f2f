package dev.understudy.admin.imports;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.understudy.admin.imports.MessageFile.Message;
import dev.understudy.admin.imports.MessageFile.Span;
import dev.understudy.store.NodeView;
import dev.understudy.store.SnapshotRecord;
import dev.understudy.store.Statistics;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * A snapshot of etcd's: a checksum, around a snapshot of its raft library, around the JSON of its
 * v2 store ({@code etcdserver/api/snap}, {@code etcdserver/api/v2store}).
 *
 * @param index of the last entry that is in it
 * @param records the tree, as our store takes it, once
 */
record EtcdSnapshot(long index, Iterator<SnapshotRecord> records) {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private static final int CHECKSUM = 1;
  private static final int RAFT = 2;
  private static final int STORE = 1;
  private static final int METADATA = 2;
  private static final int INDEX = 2;

  /**
   * Reads one; of its file never more at once than fits into a buffer.
   *
   * @throws ImportException if it is damaged, or none
   */
  static EtcdSnapshot read(Path file) throws IOException, ImportException {
    try (FileChannel channel = FileChannel.open(file)) {
      return read(file, new MessageFile(channel));
    }
  }

  private static EtcdSnapshot read(Path path, MessageFile file) throws ImportException {
    try {
      Message outer = file.message(file.whole());
      Span raft = outer.bytes(RAFT);
      if (raft.length() == 0 || checksum(file.open(raft)) != (int) outer.number(CHECKSUM)) {
        throw new IOException("its checksum does not match");
      }
      Message inner = file.message(raft);
      long index = file.message(inner.bytes(METADATA)).number(INDEX);
      return new EtcdSnapshot(index, new StoreReader(file.open(inner.bytes(STORE))).read());
    } catch (IOException | IllegalStateException | DateTimeException | NumberFormatException e) {
      throw new ImportException(path + ": a damaged snapshot: " + e.getMessage());
    }
  }

  private static int checksum(InputStream bytes) throws IOException {
    CheckedInputStream all = new CheckedInputStream(bytes, new CRC32C());
    all.transferTo(OutputStream.nullOutputStream());
    return (int) all.getChecksum().getValue();
  }

  /**
   * The JSON of the store. In each node the children come last, so nodes are read parents first,
   * and without recursion.
   */
  private static final class StoreReader {
    private final JsonReader json;
    private final List<SnapshotRecord> nodes = new ArrayList<>();
    private long index;

    StoreReader(InputStream store) {
      json = new JsonReader(new InputStreamReader(store, StandardCharsets.UTF_8));
      json.setNestingLimit(Integer.MAX_VALUE);
    }

    Iterator<SnapshotRecord> read() throws IOException {
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "Root" -> readTree();
          case "CurrentIndex" -> index = json.nextLong();
          default -> json.skipValue();
        }
      }
      json.endObject();
      SnapshotRecord header = new SnapshotRecord.Header(index, nodes.size(), 0, Statistics.ZERO);
      return Stream.concat(Stream.of(header), nodes.stream()).iterator();
    }

    private void readTree() throws IOException {
      int depth = -1; // of the node whose fields come
      boolean inChildren = false;
      Fields fields = new Fields();
      do {
        if (json.peek() == JsonToken.END_OBJECT) {
          json.endObject();
          // First that of the children, then that of the node which has them.
          depth -= inChildren ? 0 : 1;
          inChildren = !inChildren;
        } else if (inChildren || depth < 0) {
          if (inChildren) {
            json.skipValue(); // its name, which its path ends in
          }
          json.beginObject();
          depth++;
          inChildren = false;
          fields = new Fields();
        } else if (fields.readNext(json)) {
          nodes.addAll(fields.node(depth));
          if (fields.isDirectory) {
            json.beginObject();
            inChildren = true;
          } else {
            json.nextNull();
          }
        }
      } while (depth >= 0);
    }
  }

  /** What is known of a node so far. */
  private static final class Fields {
    private String path = "";
    private String value = "";
    private long created;
    private long modified;
    private long expirationMillis = NodeView.PERMANENT;
    private boolean isDirectory;

    /** Reads a field; true for the last one, that of the children, whose value it leaves. */
    boolean readNext(JsonReader json) throws IOException {
      switch (json.nextName()) {
        case "Path" -> path = json.nextString();
        case "CreatedIndex" -> created = json.nextLong();
        case "ModifiedIndex" -> modified = json.nextLong();
        case "ExpireTime" -> expirationMillis = expiration(json.nextString());
        case "Value" -> value = json.nextString();
        case "Children" -> {
          isDirectory = json.peek() != JsonToken.NULL;
          return true;
        }
        default -> json.skipValue();
      }
      return false;
    }

    private static long expiration(String time) {
      return time.equals(NEVER)
          ? NodeView.PERMANENT
          : OffsetDateTime.parse(time).toInstant().toEpochMilli();
    }

    /** None for the root, which our store has anyway. */
    List<SnapshotRecord> node(int depth) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      return depth == 0
          ? List.of()
          : List.of(
              new SnapshotRecord.Node(
                  depth, name, isDirectory ? null : value, created, modified, expirationMillis));
    }
  }
}
