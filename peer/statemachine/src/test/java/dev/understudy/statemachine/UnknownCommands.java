package dev.understudy.statemachine;

import com.google.protobuf.UnknownFieldSet;
import dev.understudy.statemachine.proto.CommandProto.Command;

/** What releases to come may write into a log. */
final class UnknownCommands {
  /** A command with a body that nobody knows yet. */
  static final byte[] OF_A_NEWER_RELEASE =
      Command.newBuilder()
          .setProposer(1)
          .setSequence(2)
          .setUnknownFields(
              UnknownFieldSet.newBuilder()
                  .addField(999, UnknownFieldSet.Field.newBuilder().addFixed32(7).build())
                  .build())
          .build()
          .toByteArray();

  private UnknownCommands() {}
}
