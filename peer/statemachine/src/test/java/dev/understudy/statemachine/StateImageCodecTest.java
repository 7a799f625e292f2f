package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.proto.SnapshotProto.Preamble;
import dev.understudy.statemachine.proto.SnapshotProto.Record;
import dev.understudy.statemachine.proto.SnapshotProto.Section;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.SnapshotRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class StateImageCodecTest {
  @Test
  void everythingSurvivesASnapshot() throws IOException {
    StateImage image = image();
    StateImage read = StateImageCodec.read(new ByteArrayInputStream(written(image)));
    assertThat(read.registry()).isEqualTo(image.registry());
    assertThat(read.registry().removed()).containsExactly(-7L);
    assertThat(read.clusterTimeMillis()).isEqualTo(1_000);
    assertThat(read.version().index()).isEqualTo(image.version().index());
    assertThat(read.version().nextExpirationMillis()).isEqualTo(61_000);
    assertThat(records(read)).as("nodes, counters and history").isEqualTo(records(image));
    assertThat(written(read)).isEqualTo(written(image));
  }

  @Test
  void anEmptyStateSurvivesToo() throws IOException {
    StateImage empty = new StateMachine(1).image();
    StateImage read = StateImageCodec.read(new ByteArrayInputStream(written(empty)));
    assertThat(read.registry()).isEqualTo(Registry.EMPTY);
    assertThat(read.version().nodeCount()).isZero();
  }

  @Test
  void aRestoredPeerGoesOnLikeTheOthers() throws IOException {
    StateMachine restored = new StateMachine(1);
    restored.restore(StateImageCodec.read(new ByteArrayInputStream(written(image()))));
    StateMachine kept = new StateMachine(1);
    kept.restore(image());
    WriteKey next =
        new WriteKey(
            new Operation.CompareAndSwap("/a", "two", 0, "three", OptionalLong.empty(), false));
    for (StateMachine machine : List.of(restored, kept)) {
      assertThat(machine.apply(50, 70_000, next)).isInstanceOf(Result.Success.class);
    }
    assertThat(written(restored.image())).isEqualTo(written(kept.image()));
  }

  @Test
  void aNewerFormatIsRefusedByName() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Record.newBuilder()
        .setPreamble(Preamble.newBuilder().setFormat(3))
        .build()
        .writeDelimitedTo(out);
    assertThatThrownBy(() -> StateImageCodec.read(new ByteArrayInputStream(out.toByteArray())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 3");
  }

  @Test
  void aStreamThatEndsEarlyIsRefusedWhereverItEnds() throws IOException {
    byte[] whole = written(image());
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> StateImageCodec.read(new ByteArrayInputStream(part)))
          .as("cut off after %s of %s bytes", length, whole.length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void moreThanWasAnnouncedIsRefused() throws IOException {
    byte[] whole = written(image());
    byte[] more = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> StateImageCodec.read(new ByteArrayInputStream(more)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void anOlderReleaseCanReadWhatIsWritten() throws IOException {
    Preamble preamble =
        Record.parseDelimitedFrom(new ByteArrayInputStream(written(image()))).getPreamble();
    assertThat(preamble.getFormat()).isEqualTo(1);
  }

  @Test
  void aPartOfANewerReleaseIsRefusedByName() throws IOException {
    byte[] snapshot = withSections(2, section("sessions", 2, false), record(900), record(901));
    assertThatThrownBy(() -> read(snapshot))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("\"sessions\"");
  }

  @Test
  void anOptionalPartOfANewerReleaseIsLeftOut() throws IOException {
    byte[] snapshot =
        withSections(
            2,
            section("hints", 2, true),
            record(900),
            record(901),
            section("nothing", 0, true),
            section("more", 1, true),
            record(902));
    assertThat(written(read(snapshot))).isEqualTo(written(image()));
  }

  @Test
  void aSectionThatEndsEarlyOrHoldsMoreThanItAnnouncesIsRefused() throws IOException {
    for (int announced : new int[] {1, 3, Integer.MAX_VALUE}) {
      byte[] snapshot =
          withSections(2, section("hints", announced, true), record(900), record(901));
      assertThatThrownBy(() -> read(snapshot)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void format1HasNoSections() throws IOException {
    byte[] snapshot = withSections(1, section("hints", 0, true));
    assertThatThrownBy(() -> read(snapshot)).isInstanceOf(IOException.class);
  }

  @Test
  void whatANewerReleaseSaysOfANodeIsSkippedWhereverItStands() throws IOException {
    UnknownFieldSet more = record(900).getUnknownFields();
    byte[] inNodes =
        withNodes(
            record ->
                record.toBuilder().setNode(record.getNode().toBuilder().setUnknownFields(more)));
    byte[] besideNodes = withNodes(record -> record.toBuilder().setUnknownFields(more));

    assertThat(inNodes).hasSizeGreaterThan(written(image()).length);
    assertThat(written(read(inNodes))).isEqualTo(written(image()));
    assertThat(written(read(besideNodes))).isEqualTo(written(image()));
  }

  @Test
  void aNameThatIsNoTextIsRefused() throws IOException {
    String snapshot = new String(written(image()), StandardCharsets.ISO_8859_1);
    assertThat(snapshot).contains("empty");
    byte[] noText = snapshot.replace("empty", "empt\u00ff").getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> read(noText))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("UTF-8");
  }

  /** The image with other records of its nodes. */
  private static byte[] withNodes(Function<Record, Record.Builder> change) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(written(image()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (in.available() > 0) {
      Record record = Record.parseDelimitedFrom(in);
      (record.hasNode() ? change.apply(record).build() : record).writeDelimitedTo(out);
    }
    return out.toByteArray();
  }

  private static StateImage read(byte[] snapshot) throws IOException {
    return StateImageCodec.read(new ByteArrayInputStream(snapshot));
  }

  /** The image in a given format, and what follows it. */
  private static byte[] withSections(int format, Record... more) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(written(image()));
    Record.Builder first = Record.parseDelimitedFrom(in).toBuilder();
    first.getPreambleBuilder().setFormat(format);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    first.build().writeDelimitedTo(out);
    in.transferTo(out);
    for (Record record : more) {
      record.writeDelimitedTo(out);
    }
    return out.toByteArray();
  }

  private static Record section(String part, long records, boolean optional) {
    return Record.newBuilder()
        .setSection(Section.newBuilder().setPart(part).setRecords(records).setOptional(optional))
        .build();
  }

  /** A record of a kind that nobody knows yet. */
  private static Record record(int kind) {
    return Record.newBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(kind, UnknownFieldSet.Field.newBuilder().addFixed32(7).build())
                .build())
        .build();
  }

  static StateImage image() {
    StateMachine machine = new StateMachine(1);
    seat(machine, "a", -7, 0);
    seat(machine, "b", 8, 0);
    seat(machine, "a", 9, -7);
    machine.apply(1, 0, new Command.RecordStart(9, new Incarnation(3, -4)));
    write(machine, new Operation.Set("/a", false, "one", OptionalLong.empty(), false));
    write(machine, new Operation.Set("/a", false, "two", OptionalLong.empty(), false));
    write(machine, new Operation.Set("/dir/ttl", false, "é", OptionalLong.of(60_000), false));
    write(machine, new Operation.CreateInOrder("/q", false, "", OptionalLong.empty()));
    write(machine, new Operation.Create("/empty", true, "", OptionalLong.empty()));
    write(machine, new Operation.Update("/missing", "", OptionalLong.empty(), false));
    write(machine, new Operation.Delete("/q", true, true));
    write(machine, new Operation.Update("/dir/ttl", "", OptionalLong.of(60_000), true));
    return machine.image();
  }

  private static void seat(StateMachine machine, String name, long added, long removed) {
    machine.apply(
        1,
        0,
        new ChangeSeats(name, added, removed, "http://" + name + ":1", "http://" + name + ":2"));
  }

  private static void write(StateMachine machine, Operation operation) {
    machine.apply(1, 1_000, new WriteKey(operation));
  }

  static byte[] written(StateImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StateImageCodec.write(image, out);
    return out.toByteArray();
  }

  private static List<String> records(StateImage image) {
    List<String> records = new ArrayList<>();
    for (var each = image.version().records(); each.hasNext(); ) {
      SnapshotRecord record = each.next();
      records.add(record.toString());
    }
    return records;
  }
}
