package dev.understudy.transport;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.transport.proto.TransportProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages of consensus, and what drivers send each other beside them, as bytes; the format is
 * {@code understudy/transport.proto}.
 *
 * <p>What comes in is untrusted: whatever cannot be a message ends in a {@link
 * MalformedMessageException}, never in an unchecked exception, and a length is believed only up to
 * a limit. Stateless; safe for several threads.
 */
final class MessageCodec {
  /** What a message costs beside its entries, about, so that empty ones count as well. */
  private static final int MESSAGE_OVERHEAD_BYTES = 64;

  /** An install-snapshot message carries a membership and a few bytes more. */
  static final int MAX_SNAPSHOT_HEAD_BYTES = 1 << 20;

  /** Names nobody: the shape of a message is checked before it is given to anybody. */
  private static final long NOBODY = 0;

  /** The size of a message to count against limits; cheap, and not below the truth by much. */
  int approximateBytes(PeerMessage message) {
    if (message instanceof RejectedProposals refusal) {
      return MESSAGE_OVERHEAD_BYTES + Long.BYTES * refusal.sequences().size();
    }
    if (message instanceof ForwardedProposals forwarded) {
      int bytes = MESSAGE_OVERHEAD_BYTES;
      for (Payload payload : forwarded.payloads()) {
        bytes += MESSAGE_OVERHEAD_BYTES + payload.sizeBytes();
      }
      return bytes;
    }
    return approximateBytes(((PeerMessage.Consensus) message).message());
  }

  private static int approximateBytes(Message message) {
    int bytes = MESSAGE_OVERHEAD_BYTES;
    if (message instanceof Message.Append append) {
      for (Entry entry : append.entries()) {
        bytes += entry.sizeBytes();
      }
    }
    return bytes;
  }

  /** Encodes messages as one frame. */
  ByteBuffer encode(List<PeerMessage> messages) {
    TransportProto.Frame.Builder frame = TransportProto.Frame.newBuilder();
    for (PeerMessage message : messages) {
      frame.addMessages(toProto(message));
    }
    TransportProto.Frame built = frame.build();
    byte[] bytes = new byte[built.getSerializedSize()];
    try {
      built.writeTo(CodedOutputStream.newInstance(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("an array has no room for what it was made for", e);
    }
    return ByteBuffer.wrap(bytes);
  }

  private static TransportProto.PeerMessage toProto(PeerMessage message) {
    if (message instanceof RejectedProposals refusal) {
      return ProposalsProto.toProto(refusal);
    }
    return message instanceof ForwardedProposals forwarded
        ? ProposalsProto.toProto(forwarded)
        : ConsensusProto.toProto(((PeerMessage.Consensus) message).message());
  }

  /** Decodes a frame. Messages of a kind that this version does not know are left out. */
  List<PeerMessage> decode(ByteBuffer frame) throws MalformedMessageException {
    TransportProto.Frame parsed;
    try {
      parsed = TransportProto.Frame.parseFrom(CodedInputStream.newInstance(frame));
    } catch (IOException e) {
      throw new MalformedMessageException("a frame that is no frame: " + e.getMessage(), e);
    }
    List<PeerMessage> messages = new ArrayList<>(parsed.getMessagesCount());
    for (TransportProto.PeerMessage proto : parsed.getMessagesList()) {
      if (proto.hasRejectedProposals()) {
        ProposalsProto.refusal(proto).ifPresent(messages::add);
      } else if (proto.hasPropose()) {
        messages.add(ProposalsProto.forwarded(proto));
      } else if (proto.hasInstallSnapshot()) {
        // It travels at the head of the snapshot's bytes, without which it would only do harm.
        throw new MalformedMessageException("a snapshot's head in a frame");
      } else {
        ConsensusProto.fromProto(proto).map(PeerMessage.Consensus::new).ifPresent(messages::add);
      }
    }
    return messages;
  }

  /** The head of a transfer of a snapshot: the message, its length before it. */
  byte[] encodeSnapshotHead(Message.InstallSnapshot message) {
    TransportProto.PeerMessage proto = ConsensusProto.toProto(message);
    int size = proto.getSerializedSize();
    byte[] bytes = new byte[CodedOutputStream.computeUInt32SizeNoTag(size) + size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeUInt32NoTag(size);
      proto.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array has no room for what it was made for", e);
    }
    return bytes;
  }

  /** Reads the head of a transfer of a snapshot, and not a byte more. */
  Message.InstallSnapshot readSnapshotHead(InputStream in)
      throws IOException, MalformedMessageException {
    int first = in.read();
    if (first < 0) {
      throw new MalformedMessageException("a transfer without anything in it");
    }
    Optional<Message> message;
    try {
      int size = CodedInputStream.readRawVarint32(first, in);
      if (size < 0 || size > MAX_SNAPSHOT_HEAD_BYTES) {
        throw new MalformedMessageException(
            "the head of a snapshot cannot have " + size + " bytes");
      }
      byte[] bytes = in.readNBytes(size);
      if (bytes.length < size) {
        throw new MalformedMessageException("the head of a snapshot is cut off");
      }
      message = ConsensusProto.fromProto(TransportProto.PeerMessage.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException("the head of a snapshot is none: " + e.getMessage(), e);
    }
    if (message.isPresent() && message.get() instanceof Message.InstallSnapshot install) {
      return install;
    }
    throw new MalformedMessageException("a transfer must begin with an install-snapshot message");
  }

  /** A message is of somebody and for somebody. */
  static void checkNamed(TransportProto.PeerMessage proto) throws MalformedMessageException {
    if (proto.getFrom() == NOBODY || proto.getTo() == NOBODY) {
      throw new MalformedMessageException("a message from or for nobody");
    }
  }
}
