package dev.understudy.admin.imports;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.understudy.store.NodeView;
import dev.understudy.store.SnapshotRecord;
import dev.understudy.store.Statistics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * A snapshot of etcd's: a checksum, around a snapshot of its raft library, around the JSON of its
 * v2 store ({@code etcdserver/api/snap}, {@code etcdserver/api/v2store}).
 *
 * @param index of the last entry that is in it
 * @param records the tree, as our store takes it
 */
record EtcdSnapshot(long index, List<SnapshotRecord> records) {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  /**
   * Reads one.
   *
   * @throws ImportException if it is damaged, or none
   */
  static EtcdSnapshot read(Path file) throws IOException, ImportException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      return read(bytes);
    } catch (IOException | IllegalStateException | DateTimeException | NumberFormatException e) {
      throw new ImportException(file + ": a damaged snapshot: " + e.getMessage());
    }
  }

  private static EtcdSnapshot read(byte[] bytes) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    int crc = 0;
    byte[] raft = new byte[0];
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> crc = in.readUInt32();
        case 2 -> raft = in.readByteArray();
        default -> in.skipField(tag);
      }
    }
    if (raft.length == 0 || Crc32c.of(0, raft) != crc) {
      throw new IOException("its checksum does not match");
    }
    return ofRaft(raft);
  }

  private static EtcdSnapshot ofRaft(byte[] raft) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(raft);
    byte[] store = new byte[0];
    long index = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> store = in.readByteArray();
        case 2 -> index = indexOf(in.readByteArray());
        default -> in.skipField(tag);
      }
    }
    return new EtcdSnapshot(index, new StoreReader(store).read());
  }

  private static long indexOf(byte[] metadata) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(metadata);
    long index = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 2) {
        index = in.readUInt64();
      } else {
        in.skipField(tag);
      }
    }
    return index;
  }

  /**
   * The JSON of the store. In each node the children come last, so nodes are read parents first,
   * and without recursion.
   */
  private static final class StoreReader {
    private final JsonReader json;
    private final List<SnapshotRecord> nodes = new ArrayList<>();
    private long index;

    StoreReader(byte[] store) {
      json =
          new JsonReader(
              new InputStreamReader(new ByteArrayInputStream(store), StandardCharsets.UTF_8));
      json.setNestingLimit(Integer.MAX_VALUE);
    }

    List<SnapshotRecord> read() throws IOException {
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "Root" -> readTree();
          case "CurrentIndex" -> index = json.nextLong();
          default -> json.skipValue();
        }
      }
      json.endObject();
      List<SnapshotRecord> all = new ArrayList<>();
      all.add(new SnapshotRecord.Header(index, nodes.size(), 0, Statistics.ZERO));
      all.addAll(nodes);
      return all;
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
