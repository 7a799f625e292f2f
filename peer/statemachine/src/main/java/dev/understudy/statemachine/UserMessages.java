package dev.understudy.statemachine;

import dev.understudy.statemachine.proto.CommandProto;
import dev.understudy.users.NameList;
import dev.understudy.users.PathPermissions;
import dev.understudy.users.Role;
import dev.understudy.users.User;
import dev.understudy.users.UserChange;
import java.util.Optional;

/** Users and roles as messages. */
final class UserMessages {
  private UserMessages() {}

  static CommandProto.User.Builder encode(User user) {
    CommandProto.User.Builder message =
        CommandProto.User.newBuilder().setName(user.name()).setPasswordHash(user.passwordHash());
    if (user.roles().given()) {
      message.setRoles(encode(user.roles()));
    }
    return message;
  }

  static User decode(CommandProto.User user) {
    return new User(
        user.getName(),
        user.getPasswordHash(),
        user.hasRoles() ? decode(user.getRoles()) : NameList.ABSENT);
  }

  static CommandProto.Role.Builder encode(Role role) {
    return CommandProto.Role.newBuilder()
        .setName(role.name())
        .setPermissions(encode(role.permissions()));
  }

  static Role decode(CommandProto.Role role) {
    return new Role(role.getName(), decode(role.getPermissions()));
  }

  private static CommandProto.NameList encode(NameList names) {
    return CommandProto.NameList.newBuilder().addAllNames(names.names()).build();
  }

  private static NameList decode(CommandProto.NameList names) {
    return NameList.of(names.getNamesList());
  }

  private static CommandProto.PathPermissions encode(PathPermissions paths) {
    CommandProto.PathPermissions.Builder message = CommandProto.PathPermissions.newBuilder();
    if (paths.read().given()) {
      message.setRead(encode(paths.read()));
    }
    if (paths.write().given()) {
      message.setWrite(encode(paths.write()));
    }
    return message.build();
  }

  private static PathPermissions decode(CommandProto.PathPermissions paths) {
    return new PathPermissions(
        paths.hasRead() ? decode(paths.getRead()) : NameList.ABSENT,
        paths.hasWrite() ? decode(paths.getWrite()) : NameList.ABSENT);
  }

  // ---- changes

  static CommandProto.ChangeUsers.Builder encode(UserChange change) {
    CommandProto.ChangeUsers.Builder message = CommandProto.ChangeUsers.newBuilder();
    if (change instanceof UserChange.CreateUser create) {
      return message.setCreateUser(encode(create.user()));
    } else if (change instanceof UserChange.PutUser put) {
      return message.setPutUser(encode(put.user()));
    } else if (change instanceof UserChange.UpdateUser update) {
      return message.setUpdateUser(
          CommandProto.UpdateUser.newBuilder()
              .setName(update.name())
              .setPasswordHash(update.passwordHash())
              .addAllGrant(update.grant())
              .addAllRevoke(update.revoke()));
    } else if (change instanceof UserChange.DeleteUser delete) {
      return message.setDeleteUser(delete.name());
    } else if (change instanceof UserChange.CreateRole create) {
      return message.setCreateRole(encode(create.role()));
    } else if (change instanceof UserChange.UpdateRole update) {
      return message.setUpdateRole(encode(update));
    } else if (change instanceof UserChange.DeleteRole delete) {
      return message.setDeleteRole(delete.name());
    }
    return message.setEnable(((UserChange.Enable) change).on());
  }

  private static CommandProto.UpdateRole.Builder encode(UserChange.UpdateRole update) {
    CommandProto.UpdateRole.Builder message =
        CommandProto.UpdateRole.newBuilder().setName(update.name());
    update.grant().ifPresent(paths -> message.setGrant(encode(paths)));
    update.revoke().ifPresent(paths -> message.setRevoke(encode(paths)));
    return message;
  }

  /** Empty when a newer release wrote it. */
  static Optional<UserChange> decode(CommandProto.ChangeUsers message) {
    return switch (message.getKindCase()) {
      case CREATE_USER -> Optional.of(new UserChange.CreateUser(decode(message.getCreateUser())));
      case PUT_USER -> Optional.of(new UserChange.PutUser(decode(message.getPutUser())));
      case UPDATE_USER -> Optional.of(decode(message.getUpdateUser()));
      case DELETE_USER -> Optional.of(new UserChange.DeleteUser(message.getDeleteUser()));
      case CREATE_ROLE -> Optional.of(new UserChange.CreateRole(decode(message.getCreateRole())));
      case UPDATE_ROLE -> Optional.of(decode(message.getUpdateRole()));
      case DELETE_ROLE -> Optional.of(new UserChange.DeleteRole(message.getDeleteRole()));
      case ENABLE -> Optional.of(new UserChange.Enable(message.getEnable()));
      case KIND_NOT_SET -> Optional.empty();
    };
  }

  private static UserChange.UpdateUser decode(CommandProto.UpdateUser update) {
    return new UserChange.UpdateUser(
        update.getName(), update.getPasswordHash(), update.getGrantList(), update.getRevokeList());
  }

  private static UserChange.UpdateRole decode(CommandProto.UpdateRole update) {
    return new UserChange.UpdateRole(
        update.getName(),
        update.hasGrant() ? Optional.of(decode(update.getGrant())) : Optional.empty(),
        update.hasRevoke() ? Optional.of(decode(update.getRevoke())) : Optional.empty());
  }
}
