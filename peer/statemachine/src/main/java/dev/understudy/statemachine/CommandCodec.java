package dev.understudy.statemachine;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.understudy.statemachine.proto.CommandProto.Command;
import dev.understudy.statemachine.proto.CommandProto.KeyDelete;
import dev.understudy.statemachine.proto.CommandProto.KeyWrite;
import dev.understudy.store.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/** Commands as bytes of the log, and the store's operations as commands. */
public final class CommandCodec {
  private static final int STAMP_SIZE =
      CodedOutputStream.computeFixed64Size(Command.CLUSTER_TIME_MILLIS_FIELD_NUMBER, 0);

  private static final int PROPOSER_TAG = fixed64Tag(Command.PROPOSER_FIELD_NUMBER);
  private static final int SEQUENCE_TAG = fixed64Tag(Command.SEQUENCE_FIELD_NUMBER);

  private CommandCodec() {}

  /** The command of an operation on the key tree, without proposer and time. */
  public static Command.Builder command(Operation operation) {
    if (operation instanceof Operation.Delete delete) {
      return Command.newBuilder()
          .setDelete(
              KeyDelete.newBuilder()
                  .setPath(delete.path())
                  .setDir(delete.dir())
                  .setRecursive(delete.recursive()));
    }
    if (operation instanceof Operation.CompareAndDelete delete) {
      return Command.newBuilder()
          .setDelete(
              KeyDelete.newBuilder()
                  .setPath(delete.path())
                  .setCompare(true)
                  .setPrevValue(delete.prevValue())
                  .setPrevIndex(delete.prevIndex()));
    }
    return Command.newBuilder().setWrite(write(operation));
  }

  private static KeyWrite.Builder write(Operation operation) {
    KeyWrite.Builder write = KeyWrite.newBuilder().setPath(operation.path());
    if (operation instanceof Operation.Set set) {
      write.setKind(KeyWrite.Kind.SET).setDir(set.dir()).setRefresh(set.refresh());
      return content(write, set.value(), set.ttlMillis());
    }
    if (operation instanceof Operation.Create create) {
      write.setKind(KeyWrite.Kind.CREATE).setDir(create.dir());
      return content(write, create.value(), create.ttlMillis());
    }
    if (operation instanceof Operation.CreateInOrder create) {
      write.setKind(KeyWrite.Kind.CREATE_IN_ORDER).setDir(create.dir());
      return content(write, create.value(), create.ttlMillis());
    }
    if (operation instanceof Operation.Update update) {
      write.setKind(KeyWrite.Kind.UPDATE).setRefresh(update.refresh());
      return content(write, update.value(), update.ttlMillis());
    }
    if (operation instanceof Operation.CompareAndSwap swap) {
      write
          .setKind(KeyWrite.Kind.COMPARE_AND_SWAP)
          .setPrevValue(swap.prevValue())
          .setPrevIndex(swap.prevIndex())
          .setRefresh(swap.refresh());
      return content(write, swap.value(), swap.ttlMillis());
    }
    throw new IllegalArgumentException("not a write: " + operation);
  }

  private static KeyWrite.Builder content(
      KeyWrite.Builder write, String value, OptionalLong ttlMillis) {
    write.setValue(value);
    ttlMillis.ifPresent(write::setTtlMillis);
    return write;
  }

  /** The operation that a write stands for. */
  static Operation operation(KeyWrite write) {
    String path = write.getPath();
    String value = write.getValue();
    OptionalLong ttl =
        write.hasTtlMillis() ? OptionalLong.of(write.getTtlMillis()) : OptionalLong.empty();
    return switch (write.getKind()) {
      case SET -> new Operation.Set(path, write.getDir(), value, ttl, write.getRefresh());
      case CREATE -> new Operation.Create(path, write.getDir(), value, ttl);
      case CREATE_IN_ORDER -> new Operation.CreateInOrder(path, write.getDir(), value, ttl);
      case UPDATE -> new Operation.Update(path, value, ttl, write.getRefresh());
      case COMPARE_AND_SWAP ->
          new Operation.CompareAndSwap(
              path, write.getPrevValue(), write.getPrevIndex(), value, ttl, write.getRefresh());
      case UNRECOGNIZED -> throw new UnknownCommandException("kind of write");
    };
  }

  /** The operation that a delete stands for. */
  static Operation operation(KeyDelete delete) {
    return delete.getCompare()
        ? new Operation.CompareAndDelete(
            delete.getPath(), delete.getPrevValue(), delete.getPrevIndex())
        : new Operation.Delete(delete.getPath(), delete.getDir(), delete.getRecursive());
  }

  /**
   * The same command with the leader's time. Appends the field to the encoded bytes, so that a
   * command of another peer need not be decoded on its way into the log.
   */
  public static byte[] stamped(byte[] command, long clusterTimeMillis) {
    byte[] stamped = Arrays.copyOf(command, command.length + STAMP_SIZE);
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(stamped, command.length, STAMP_SIZE);
      out.writeTag(Command.CLUSTER_TIME_MILLIS_FIELD_NUMBER, WireFormat.WIRETYPE_FIXED64);
      out.writeFixed64NoTag(clusterTimeMillis);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("no room for a stamp that was measured", e);
    }
    return stamped;
  }

  /**
   * By whom and under which number a command was proposed.
   *
   * @param proposer a random number of one life of one peer
   * @param sequence its number for the command
   */
  public record Origin(long proposer, long sequence) {}

  /**
   * Reads no more of an encoded command than where it comes from.
   *
   * @return empty when the bytes do not begin with it, as those of every command do that a peer has
   *     proposed
   */
  public static Optional<Origin> origin(byte[] command) {
    CodedInputStream in = CodedInputStream.newInstance(command);
    try {
      if (in.readTag() != PROPOSER_TAG) {
        return Optional.empty();
      }
      long proposer = in.readFixed64();
      if (in.readTag() != SEQUENCE_TAG) {
        return Optional.empty();
      }
      return Optional.of(new Origin(proposer, in.readFixed64()));
    } catch (IOException e) {
      // Bytes of another peer, cut off: nothing can be said about them.
      return Optional.empty();
    }
  }

  private static int fixed64Tag(int field) {
    return field << 3 | WireFormat.WIRETYPE_FIXED64;
  }

  /**
   * Decodes a command of the log.
   *
   * @throws UnknownCommandException if it is not one; a newer release may have written it
   */
  public static Command decode(byte[] data) {
    try {
      return Command.parseFrom(data);
    } catch (InvalidProtocolBufferException e) {
      throw new UnknownCommandException("bytes that are no command: " + e.getMessage());
    }
  }
}
