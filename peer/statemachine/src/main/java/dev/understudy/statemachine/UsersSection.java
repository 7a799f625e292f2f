package dev.understudy.statemachine;

import com.google.protobuf.CodedOutputStream;
import dev.understudy.statemachine.proto.SnapshotProto.Record;
import dev.understudy.statemachine.proto.SnapshotProto.Section;
import dev.understudy.statemachine.proto.SnapshotProto.UserSettings;
import dev.understudy.users.Role;
import dev.understudy.users.User;
import dev.understudy.users.Users;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Users and roles in a snapshot: a named section, one record for each. */
final class UsersSection {
  static final String PART = "users";

  private UsersSection() {}

  /** Whether it says anything; if not, releases that do not know it can read the snapshot. */
  static boolean isNeeded(Users users) {
    return users.isUsed();
  }

  static void write(Users users, OutputStream out) throws IOException {
    long count = 1L + users.storedUsers().size() + users.storedRoles().size();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    write(
        coded,
        Record.newBuilder().setSection(Section.newBuilder().setPart(PART).setRecords(count)));
    write(
        coded,
        Record.newBuilder().setUserSettings(UserSettings.newBuilder().setEnabled(users.enabled())));
    for (User user : users.storedUsers()) {
      write(coded, Record.newBuilder().setUser(UserMessages.encode(user)));
    }
    for (Role role : users.storedRoles()) {
      write(coded, Record.newBuilder().setRole(UserMessages.encode(role)));
    }
    coded.flush();
  }

  private static void write(CodedOutputStream coded, Record.Builder record) throws IOException {
    Record built = record.build();
    coded.writeUInt32NoTag(built.getSerializedSize());
    built.writeTo(coded);
  }

  /**
   * Reads what the section announces.
   *
   * @throws IllegalArgumentException if it does not go together
   */
  static Users read(Section section, SnapshotRecords records) {
    boolean enabled = false;
    List<User> users = new ArrayList<>();
    List<Role> roles = new ArrayList<>();
    for (long i = 0; i < section.getRecords(); i++) {
      Record record = records.next();
      switch (record.getKindCase()) {
        case USER_SETTINGS -> enabled = record.getUserSettings().getEnabled();
        case USER -> users.add(UserMessages.decode(record.getUser()));
        case ROLE -> roles.add(UserMessages.decode(record.getRole()));
        default -> throw new IllegalArgumentException("a record of an unexpected kind");
      }
    }
    return Users.of(enabled, users, roles);
  }
}
