package dev.understudy.admin.imports;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.understudy.store.Operation;
import dev.understudy.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A request in etcd's log ({@code etcdserverpb.Request}), done as etcd does it ({@code
 * etcdserver/apply_v2.go}). Its store counts changes of the membership, too, and names keys in
 * order and compares by that count, so they are done as well.
 */
final class EtcdRequest {
  private static final Set<String> METHODS =
      Set.of("PUT", "POST", "DELETE", "SYNC", "QGET", "GET", "HEAD", "PATCH");

  /** What etcd lets nobody write, since its own trees begin there. */
  private static final Set<String> READ_ONLY = Set.of("/", "/0", "/1");

  /** The year 2000: a time before that is one that has overflowed, and etcd takes it for none. */
  private static final long LEAST_EXPIRATION_MILLIS = 946_684_800_000L;

  /** Where etcd writes down the version of its cluster. */
  static final String CLUSTER_VERSION = "/0/version";

  private static final int NORMAL = 0;
  private static final int REMOVE_NODE = 1;

  /** The times of the log are absolute. */
  private static final long EPOCH = 0;

  private String method = "";
  private String path = "";
  private String value = "";
  private boolean dir;
  private String prevValue = "";
  private long prevIndex;
  private Optional<Boolean> prevExist = Optional.empty();
  private long expirationNanos;
  private boolean recursive;
  private long timeNanos;
  private boolean refresh;

  private EtcdRequest() {}

  /**
   * Does what an entry asks for, if that concerns the store.
   *
   * @throws ImportException if it cannot be read
   */
  static void apply(EtcdLog.Entry entry, Store store, InOrderNaming naming) throws ImportException {
    try {
      if (entry.type() != NORMAL) {
        changeMembers(entry.data(), store);
        return;
      }
      Optional<EtcdRequest> request = of(entry.data());
      if (request.isPresent()) {
        request.get().apply(store, naming);
      }
    } catch (IOException e) {
      throw unreadable(entry, e);
    }
  }

  /**
   * The version that a cluster has from this entry on; empty for any other entry.
   *
   * @throws ImportException if it cannot be read
   */
  static Optional<String> clusterVersion(EtcdLog.Entry entry) throws ImportException {
    if (entry.type() != NORMAL) {
      return Optional.empty();
    }
    try {
      return of(entry.data())
          .filter(request -> request.method.equals("PUT"))
          .filter(request -> request.path.equals(CLUSTER_VERSION))
          .map(request -> request.value);
    } catch (IOException e) {
      throw unreadable(entry, e);
    }
  }

  private static ImportException unreadable(EtcdLog.Entry entry, IOException why) {
    return new ImportException("entry " + entry.index() + ": " + why.getMessage());
  }

  /** Either the request itself, or one of the third API's that has it within; empty for others. */
  private static Optional<EtcdRequest> of(byte[] data) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(data);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      boolean isMethodOrRequest =
          WireFormat.getTagFieldNumber(tag) == 2
              && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (isMethodOrRequest) {
        byte[] field = in.readByteArray();
        return METHODS.contains(new String(field, StandardCharsets.UTF_8))
            ? Optional.of(read(data))
            : Optional.of(read(field));
      }
      in.skipField(tag);
    }
    return Optional.empty();
  }

  private static EtcdRequest read(byte[] data) throws IOException {
    EtcdRequest request = new EtcdRequest();
    CodedInputStream in = CodedInputStream.newInstance(data);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 2 -> request.method = in.readString();
        case 3 -> request.path = in.readString();
        case 4 -> request.value = in.readString();
        case 5 -> request.dir = in.readBool();
        case 6 -> request.prevValue = in.readString();
        case 7 -> request.prevIndex = in.readUInt64();
        case 8 -> request.prevExist = Optional.of(in.readBool());
        case 9 -> request.expirationNanos = in.readInt64();
        case 12 -> request.recursive = in.readBool();
        case 15 -> request.timeNanos = in.readInt64();
        case 17 -> request.refresh = in.readBool();
        default -> in.skipField(tag);
      }
    }
    return request;
  }

  private void apply(Store store, InOrderNaming naming) {
    boolean refused = READ_ONLY.contains(path) && !method.equals("POST") && !method.equals("SYNC");
    if (refused) {
      return;
    }
    switch (method) {
      case "PUT" -> store.apply(put(), EPOCH);
      case "POST" -> store.apply(createInOrder(store.current().index() + 1, naming), EPOCH);
      case "DELETE" -> store.apply(delete(), EPOCH);
      case "SYNC" -> store.expire(TimeUnit.NANOSECONDS.toMillis(timeNanos));
      default -> {} // what only reads
    }
  }

  private Operation createInOrder(long index, InOrderNaming naming) {
    return naming == InOrderNaming.PADDED
        ? new Operation.CreateInOrder(path, dir, value, ttl())
        : new Operation.Create(path + "/" + index, dir, value, ttl());
  }

  private Operation put() {
    boolean compares = prevIndex > 0 || !prevValue.isEmpty();
    if (prevExist.isPresent()) {
      if (!prevExist.get()) {
        return new Operation.Create(path, dir, value, ttl());
      }
      return compares ? swap() : new Operation.Update(path, value, ttl(), refresh);
    }
    return compares ? swap() : new Operation.Set(path, dir, value, ttl(), refresh);
  }

  private Operation swap() {
    return new Operation.CompareAndSwap(path, prevValue, prevIndex, value, ttl(), refresh);
  }

  private Operation delete() {
    return prevIndex > 0 || !prevValue.isEmpty()
        ? new Operation.CompareAndDelete(path, prevValue, prevIndex)
        : new Operation.Delete(path, dir, recursive);
  }

  private OptionalLong ttl() {
    long millis = TimeUnit.NANOSECONDS.toMillis(expirationNanos);
    return millis < LEAST_EXPIRATION_MILLIS
        ? OptionalLong.empty()
        : OptionalLong.of(millis - EPOCH);
  }

  private static void changeMembers(byte[] data, Store store) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(data);
    int type = 0;
    long id = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 2 -> type = in.readEnum();
        case 3 -> id = in.readUInt64();
        default -> in.skipField(tag);
      }
    }
    String member = "/0/members/" + Long.toHexString(id);
    if (type == REMOVE_NODE) {
      store.apply(new Operation.Delete(member, true, true), EPOCH);
      set(store, "/0/removed_members/" + Long.toHexString(id));
    } else {
      set(store, member + "/raftAttributes");
    }
  }

  private static void set(Store store, String path) {
    store.apply(new Operation.Set(path, false, "", OptionalLong.empty(), false), EPOCH);
  }
}
