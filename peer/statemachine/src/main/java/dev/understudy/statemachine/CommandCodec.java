package dev.understudy.statemachine;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.statemachine.proto.CommandProto;
import dev.understudy.statemachine.proto.CommandProto.ChangeEntries;
import dev.understudy.statemachine.proto.CommandProto.CreateCluster;
import dev.understudy.statemachine.proto.CommandProto.EndSessions;
import dev.understudy.statemachine.proto.CommandProto.KeyDelete;
import dev.understudy.statemachine.proto.CommandProto.KeyWrite;
import dev.understudy.statemachine.proto.CommandProto.MachineChange;
import dev.understudy.statemachine.proto.CommandProto.SetClusterConfig;
import dev.understudy.statemachine.proto.CommandProto.Sync;
import dev.understudy.store.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Commands as bytes of the log; see {@code command.proto}. Nothing else knows the generated
 * messages.
 */
public final class CommandCodec {
  private static final int STAMP_SIZE =
      CodedOutputStream.computeFixed64Size(
          CommandProto.Command.CLUSTER_TIME_MILLIS_FIELD_NUMBER, 0);

  private static final int PROPOSER_TAG = fixed64Tag(CommandProto.Command.PROPOSER_FIELD_NUMBER);
  private static final int SEQUENCE_TAG = fixed64Tag(CommandProto.Command.SEQUENCE_FIELD_NUMBER);

  private CommandCodec() {}

  /** The bytes of a command. */
  public static byte[] encode(CommandEnvelope envelope) {
    CommandProto.Command.Builder message =
        CommandProto.Command.newBuilder()
            .setProposer(envelope.proposer())
            .setSequence(envelope.sequence())
            .setClusterTimeMillis(envelope.clusterTimeMillis());
    return envelope.command().accept(new Body(message)).build().toByteArray();
  }

  /** The bytes of what a change of the membership carries along. */
  public static byte[] encode(MembershipContext context) {
    CommandProto.Command.Builder message =
        CommandProto.Command.newBuilder().setClusterTimeMillis(context.clusterTimeMillis());
    context.seats().ifPresent(seats -> seats.accept(new Body(message)));
    return message.build().toByteArray();
  }

  /** Sets the body of a message. */
  private record Body(CommandProto.Command.Builder message)
      implements Command.Visitor<CommandProto.Command.Builder> {
    @Override
    public CommandProto.Command.Builder visit(Command.WriteKey command) {
      Operation operation = command.operation();
      if (operation instanceof Operation.Delete delete) {
        return message.setDelete(
            KeyDelete.newBuilder()
                .setPath(delete.path())
                .setDir(delete.dir())
                .setRecursive(delete.recursive()));
      }
      if (operation instanceof Operation.CompareAndDelete delete) {
        return message.setDelete(
            KeyDelete.newBuilder()
                .setPath(delete.path())
                .setCompare(true)
                .setPrevValue(delete.prevValue())
                .setPrevIndex(delete.prevIndex()));
      }
      return message.setWrite(write(operation));
    }

    @Override
    public CommandProto.Command.Builder visit(Command.StampTime command) {
      return message.setSync(Sync.getDefaultInstance());
    }

    @Override
    public CommandProto.Command.Builder visit(Command.SetClusterConfig command) {
      return message.setSetClusterConfig(
          SetClusterConfig.newBuilder().setJson(command.subsetJson()));
    }

    @Override
    public CommandProto.Command.Builder visit(Command.CreateCluster command) {
      return message.setCreateCluster(
          CreateCluster.newBuilder()
              .setConfigJson(command.configJson())
              .setStoreVersion(command.storeVersion()));
    }

    @Override
    public CommandProto.Command.Builder visit(Command.ChangeSeats command) {
      return message.setMachineChange(
          MachineChange.newBuilder()
              .setName(command.name())
              .setAdded(command.added())
              .setRemoved(command.removed())
              .setPeerUrl(command.peerUrl())
              .setClientUrl(command.clientUrl())
              .setIncarnationNumber(command.incarnation().number())
              .setIncarnationNonce(command.incarnation().nonce()));
    }

    @Override
    public CommandProto.Command.Builder visit(Command.RecordStart command) {
      return message.setSync(
          Sync.newBuilder()
              .setStarted(command.member())
              .setIncarnationNumber(command.incarnation().number())
              .setIncarnationNonce(command.incarnation().nonce()));
    }

    @Override
    public CommandProto.Command.Builder visit(Command.CreateSession command) {
      return message.setCreateSession(LockMessages.encode(command.session()));
    }

    @Override
    public CommandProto.Command.Builder visit(Command.EndSessions command) {
      return message.setEndSessions(EndSessions.newBuilder().addAllIds(command.ids()));
    }

    @Override
    public CommandProto.Command.Builder visit(Command.ChangeEntries command) {
      ChangeEntries.Builder steps = ChangeEntries.newBuilder();
      command.steps().forEach(step -> steps.addSteps(LockMessages.encode(step)));
      return message.setChangeEntries(steps);
    }

    @Override
    public CommandProto.Command.Builder visit(Command.ChangeUsers command) {
      return message.setChangeUsers(UserMessages.encode(command.change()));
    }
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
  private static Operation operation(KeyWrite write) {
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
  private static Operation operation(KeyDelete delete) {
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
      out.writeTag(
          CommandProto.Command.CLUSTER_TIME_MILLIS_FIELD_NUMBER, WireFormat.WIRETYPE_FIXED64);
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
   * Reads a command of the log. Where the border is between what no release ever wrote and what a
   * newer one did: a newer release writes messages that can be parsed, with a body or a kind that
   * is unknown here. Everything else is malformed. It is refused before it comes into a log; if it
   * is in one nevertheless, it changes nothing, on this peer as on every other.
   *
   * @return empty when the bytes are malformed
   * @throws UnknownCommandException if a newer release wrote it
   */
  public static Optional<CommandEnvelope> read(byte[] data) {
    return parsed(data)
        .filter(message -> !isEmptyHull(message))
        .map(
            message ->
                new CommandEnvelope(
                    message.getProposer(),
                    message.getSequence(),
                    message.getClusterTimeMillis(),
                    command(message)));
  }

  private static boolean isEmptyHull(CommandProto.Command message) {
    return message.getBodyCase() == CommandProto.Command.BodyCase.BODY_NOT_SET
        && message.getUnknownFields().asMap().isEmpty();
  }

  /**
   * Decodes a command that is known to be one.
   *
   * @throws UnknownCommandException if it is not one; a newer release may have written it
   */
  public static CommandEnvelope decode(byte[] data) {
    return read(data).orElseThrow(() -> new UnknownCommandException("bytes that are no command"));
  }

  private static Command<?> command(CommandProto.Command message) {
    return switch (message.getBodyCase()) {
      case WRITE -> new Command.WriteKey(operation(message.getWrite()));
      case DELETE -> new Command.WriteKey(operation(message.getDelete()));
      case SYNC -> sync(message.getSync());
      case SET_CLUSTER_CONFIG ->
          new Command.SetClusterConfig(message.getSetClusterConfig().getJson());
      case CREATE_CLUSTER -> create(message.getCreateCluster());
      case MACHINE_CHANGE -> seats(message.getMachineChange());
      case CREATE_SESSION -> session(message.getCreateSession());
      case END_SESSIONS -> new Command.EndSessions(message.getEndSessions().getIdsList());
      case CHANGE_ENTRIES -> entries(message.getChangeEntries());
      case CHANGE_USERS ->
          new Command.ChangeUsers(
              UserMessages.decode(message.getChangeUsers())
                  .orElseThrow(() -> new UnknownCommandException("change of users")));
      case BODY_NOT_SET -> throw new UnknownCommandException("a command without a known body");
    };
  }

  private static Command.CreateSession session(CommandProto.Session session) {
    return new Command.CreateSession(
        LockMessages.decode(session)
            .orElseThrow(() -> new UnknownCommandException("behavior of a session")));
  }

  private static Command.ChangeEntries entries(ChangeEntries change) {
    return new Command.ChangeEntries(
        change.getStepsList().stream()
            .map(
                step ->
                    LockMessages.decode(step)
                        .orElseThrow(() -> new UnknownCommandException("verb of a step")))
            .toList());
  }

  private static Command.CreateCluster create(CreateCluster create) {
    return new Command.CreateCluster(create.getConfigJson(), create.getStoreVersion());
  }

  private static Command.ChangeSeats seats(MachineChange change) {
    return new Command.ChangeSeats(
        change.getName(),
        change.getAdded(),
        change.getRemoved(),
        change.getPeerUrl(),
        change.getClientUrl(),
        Incarnation.orNone(change.getIncarnationNumber(), change.getIncarnationNonce()));
  }

  private static Command<?> sync(Sync sync) {
    return sync.getStarted() == 0
        ? new Command.StampTime()
        : new Command.RecordStart(
            sync.getStarted(),
            Incarnation.orNone(sync.getIncarnationNumber(), sync.getIncarnationNonce()));
  }

  /**
   * Decodes what a change of the membership carries along; no bytes are nothing.
   *
   * @throws UnknownCommandException if it is something else; a newer release may have written it
   */
  public static MembershipContext decodeContext(byte[] data) {
    return readContext(data)
        .orElseThrow(() -> new UnknownCommandException("bytes that are no command"));
  }

  /**
   * The same for what a log holds.
   *
   * @return empty when the bytes are malformed, see {@link #read}
   * @throws UnknownCommandException if a newer release wrote it
   */
  static Optional<MembershipContext> readContext(byte[] data) {
    return parsed(data).map(CommandCodec::context);
  }

  private static MembershipContext context(CommandProto.Command message) {
    Optional<Command.ChangeSeats> seats = Optional.empty();
    if (message.hasMachineChange()) {
      seats = Optional.of(seats(message.getMachineChange()));
    } else if (message.getBodyCase() != CommandProto.Command.BodyCase.BODY_NOT_SET
        || !message.getUnknownFields().asMap().isEmpty()) {
      throw new UnknownCommandException("a change of the membership that means something else");
    }
    return new MembershipContext(message.getClusterTimeMillis(), seats);
  }

  private static Optional<CommandProto.Command> parsed(byte[] data) {
    try {
      return Optional.of(CommandProto.Command.parseFrom(data));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
