package dev.understudy.peer.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.Message;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.transport.MalformedMessageException;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.SnapshotStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Snapshots that arrive from a leader, or from two. */
class SnapshotterTest {
  private static final SnapshotMetadata OLDER =
      new SnapshotMetadata(3, 20, ConfState.ofVoters(1L, 2L));
  private static final SnapshotMetadata NEWER =
      new SnapshotMetadata(4, 30, ConfState.ofVoters(1L, 2L, 3L));

  private final MemoryDisk disk = new MemoryDisk("disk");
  private final Snapshotter snapshots = snapshotter();

  private Snapshotter snapshotter() {
    try {
      return new Snapshotter(SnapshotStore.open(disk.mount()), Runnable::run);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eachIsTakenOverAsWhatItIs() throws Exception {
    arrive(OLDER, OLDER, "/older");
    assertThat(snapshots.takeArrived(NEWER)).as("has not arrived").isEmpty();
    assertThat(shows(snapshots.takeArrived(OLDER).orElseThrow(), "/older")).isTrue();
  }

  /** It was acknowledged to consensus, which may ask for it though another has come since. */
  @Test
  void theOlderOfTwoIsStillThere() throws Exception {
    arrive(OLDER, OLDER, "/older");
    arrive(NEWER, NEWER, "/newer");
    assertThat(shows(snapshots.takeArrived(OLDER).orElseThrow(), "/older")).isTrue();
    assertThat(shows(snapshots.takeArrived(NEWER).orElseThrow(), "/newer")).isTrue();
  }

  @Test
  void oneThatIsNotWhatWasAnnouncedIsRefused() {
    assertThatThrownBy(() -> arrive(NEWER, OLDER, "/older"))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("announced");
    assertThat(disk.files()).isEmpty();
    assertThat(snapshots.takeArrived(NEWER)).isEmpty();
  }

  @Test
  void oneThatIsNotWantedIsGoneAndTheOtherStays() throws Exception {
    arrive(OLDER, OLDER, "/older");
    arrive(NEWER, NEWER, "/newer");
    snapshots.discard(NEWER);
    assertThat(disk.files()).hasSize(1);
    assertThat(snapshots.takeArrived(NEWER)).isEmpty();
    assertThat(shows(snapshots.takeArrived(OLDER).orElseThrow(), "/older")).isTrue();
  }

  /** The first is taken over, and brings the second nothing to do; both have the same name. */
  @Test
  void oneThatCameTwiceStaysForTheOneThatIsWanted() throws Exception {
    arrive(OLDER, OLDER, "/older");
    arrive(OLDER, OLDER, "/older");
    snapshots.discard(OLDER);
    assertThat(shows(snapshots.takeArrived(OLDER).orElseThrow(), "/older")).isTrue();
  }

  /** What is wrong with the bytes is the sender's fault; what the disk does is not. */
  @Test
  void bytesThatAreNoSnapshotAreToldFromADiskThatFails() {
    assertThatThrownBy(() -> receive("no snapshot at all, only as long".getBytes(UTF_8)))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> receive(exported(OLDER, out -> out.write(1))))
        .isInstanceOf(MalformedMessageException.class);
    assertThat(disk.files()).isEmpty();
    disk.setCapacityBytes(0);
    assertThatThrownBy(() -> arrive(OLDER, OLDER, "/older")).isInstanceOf(IOException.class);
  }

  private void arrive(SnapshotMetadata announced, SnapshotMetadata sent, String key)
      throws Exception {
    StateMachine machine = new StateMachine(1);
    machine.apply(
        1, 1, new WriteKey(new Operation.Set(key, false, "v", OptionalLong.empty(), false)));
    receive(announced, exported(sent, out -> StateImageCodec.write(machine.image(), out)));
  }

  private void receive(byte[] bytes) throws Exception {
    receive(OLDER, bytes);
  }

  private void receive(SnapshotMetadata announced, byte[] bytes) throws Exception {
    snapshots.receive(
        new Message.InstallSnapshot(2, 1, 4, new Snapshot(announced, new byte[0])),
        new ByteArrayInputStream(bytes));
  }

  private static byte[] exported(SnapshotMetadata sent, SnapshotStore.Body body)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SnapshotStore.export(sent, body, bytes);
    return bytes.toByteArray();
  }

  private static boolean shows(StateImage image, String key) {
    return image.version().get(key, false) instanceof Result.Success;
  }
}
