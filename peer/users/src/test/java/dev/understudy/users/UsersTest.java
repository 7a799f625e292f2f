package dev.understudy.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of users and roles; that the words are etcd's is compared with etcd elsewhere. */
class UsersTest {
  private static final String HASH = "$2a$10$hash";

  private Users users = Users.NONE;

  private ChangeResult make(UserChange change) {
    Users.Changed changed = users.after(change);
    users = changed.users();
    return changed.result();
  }

  private void user(String name, String... roles) {
    make(new UserChange.PutUser(new User(name, HASH, NameList.of(List.of(roles)))));
  }

  private void role(String name, List<String> read, List<String> write) {
    PathPermissions paths = new PathPermissions(NameList.of(read), NameList.of(write));
    make(new UserChange.CreateRole(new Role(name, paths)));
  }

  private String refusal(UserChange change) {
    return ((ChangeResult.Refused) make(change)).message();
  }

  @Test
  void nobodyIsAskedBeforeThereIsARootUser() {
    assertThat(refusal(new UserChange.Enable(true)))
        .isEqualTo("auth: No root user available, please create one");
    user("root");
    make(new UserChange.Enable(true));
    assertThat(users.enabled()).isTrue();
    assertThat(refusal(new UserChange.Enable(true))).isEqualTo("auth: already enabled");
  }

  @Test
  void usersAndRolesAreNumberedAndSoIsWhatIsInThem() {
    List<User> all =
        IntStream.range(0, UserLimits.MAX_USERS)
            .mapToObj(i -> new User("u" + i, HASH, NameList.of(List.of())))
            .toList();
    List<Role> roles =
        IntStream.range(0, UserLimits.MAX_ROLES)
            .mapToObj(i -> new Role("r" + i, PathPermissions.NONE))
            .toList();
    users = Users.of(false, all, roles);
    User more = new User("more", HASH, NameList.of(List.of()));
    assertThat(refusal(new UserChange.PutUser(more))).contains("at most 10000 users");
    make(new UserChange.PutUser(new User("u7", "other", NameList.ABSENT)));
    assertThat(users.user("u7").orElseThrow().passwordHash()).isEqualTo("other");
    make(new UserChange.DeleteUser("u8"));
    make(new UserChange.PutUser(more));
    assertThat(users.user("more")).isPresent();
    assertThat(refusal(new UserChange.CreateRole(new Role("more", PathPermissions.NONE))))
        .contains("at most 1000 roles");
  }

  @Test
  void whatIsInUsersAndRolesIsBoundedToo() {
    user("joe");
    role("r", List.of(), List.of());
    List<String> names = IntStream.range(0, 101).mapToObj(i -> "r" + i).toList();
    assertThat(refusal(new UserChange.UpdateUser("joe", "", names, List.of())))
        .contains("at most 100 roles of a user");
    make(new UserChange.UpdateUser("joe", "", names.subList(0, 100), List.of()));
    assertThat(users.has("joe", "r99")).isTrue();

    List<String> patterns = IntStream.range(0, 1_001).mapToObj(i -> "/" + i).toList();
    assertThat(refusal(grant(patterns))).contains("at most 1000 patterns of a role for writing");
    make(grant(patterns.subList(0, 1_000)));
    PathPermissions tooLong =
        new PathPermissions(NameList.of(List.of("/" + "x".repeat(8_192))), NameList.ABSENT);
    assertThat(refusal(new UserChange.CreateRole(new Role("long", tooLong))))
        .contains("at most 8192 characters");
    assertThat(refusal(new UserChange.CreateRole(new Role("x".repeat(129), PathPermissions.NONE))))
        .contains("at most 128 characters");
  }

  private static UserChange.UpdateRole grant(List<String> writing) {
    return new UserChange.UpdateRole(
        "r",
        Optional.of(new PathPermissions(NameList.ABSENT, NameList.of(writing))),
        Optional.empty());
  }

  /** They are counted from change to change, and must come to what they are counted to at once. */
  @Test
  void whatTheyTakeInMemoryIsWhatAllOfThemTakeTogether() {
    user("root");
    user("joe", "a", "b");
    role("r", List.of("/a", "/b*"), List.of("/c"));
    make(grant(List.of("/long/one/*")));
    make(new UserChange.UpdateUser("joe", "longer hash", List.of("c"), List.of("a")));
    make(new UserChange.Enable(true));
    assertThat(users.bytes()).isEqualTo(countedAnew()).isPositive();
    make(new UserChange.DeleteUser("joe"));
    make(new UserChange.DeleteRole("r"));
    assertThat(users.bytes()).isEqualTo(countedAnew());
    assertThat(users.withoutAuth().bytes()).isEqualTo(countedAnew());
  }

  private long countedAnew() {
    return Users.of(true, users.storedUsers(), users.storedRoles()).bytes();
  }

  @Test
  void theRootUserCannotBeLockedOut() {
    user("root");
    make(new UserChange.Enable(true));
    assertThat(refusal(new UserChange.DeleteUser("root")))
        .isEqualTo("auth: Cannot delete root user while auth is enabled.");
    make(new UserChange.UpdateUser("root", "", List.of(), List.of("root")));
    assertThat(users.has("root", Role.ROOT)).isTrue();
    assertThat(users.permit("root", "/any", true, true)).isTrue();
    assertThat(refusal(new UserChange.DeleteRole("root"))).contains("is root role");
    make(new UserChange.Enable(false));
    make(new UserChange.DeleteUser("root"));
    assertThat(users.user("root")).isEmpty();
  }

  @Test
  void guestsMayEverythingUntilSomebodySaysOtherwise() {
    user("root");
    make(new UserChange.Enable(true));
    assertThat(users.permitGuest("/a", true, true)).isTrue();
    PathPermissions all = new PathPermissions(NameList.of(List.of("/*")), NameList.of(List.of()));
    make(new UserChange.UpdateRole("guest", Optional.empty(), Optional.of(all)));
    assertThat(users.permitGuest("/a", false, false)).isFalse();
    assertThat(users.permitGuest("/a", true, false)).isTrue();
    make(new UserChange.DeleteRole("guest"));
    assertThat(users.permitGuest("/a", true, false)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/d/*, /d/a,  false, true",
    "/d/*, /d/,   true,  true",
    "/d/*, /d,    false, false",
    "/d/*, /d,    true,  false",
    "/d*,  /d,    true,  true",
    "/d*,  /dx,   true,  true",
    "/d,   /d,    false, true",
    "/d,   /d,    true,  false",
    "/d,   /d/,   false, false",
    "*,    '',    true,  true",
    "/*,   '',    false, false",
    "'',   '',    false, false",
    "/a*b, /a*b,  false, true",
    "/a*b, /axb,  false, false",
  })
  void aPatternIsForOnePathOrForAllThatBeginsLikeIt(
      String pattern, String path, boolean recursive, boolean permitted) {
    role("r", List.of(pattern), List.of());
    user("u", "r");
    assertThat(users.permit("u", path, false, recursive)).isEqualTo(permitted);
    assertThat(users.permit("u", path, true, recursive)).isFalse();
  }

  /** Or else a recursive request would reach what a plain one does not. */
  @Property
  void whatIsPermittedWithAllBeneathIsPermittedForEachPathBeneath(
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 3) String pattern,
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 3) String path,
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 3) String rest,
      @ForAll boolean star) {
    NameList patterns = NameList.of(List.of("/" + pattern + (star ? "*" : "")));
    PathPermissions paths = new PathPermissions(patterns, NameList.ABSENT);
    if (paths.permit("/" + path, false, true)) {
      assertThat(paths.permit("/" + path + rest, false, false)).isTrue();
    }
  }

  @Test
  void rolesThatAreNotThereGiveNothingButTheNameOfAnOperatorDoes() {
    user("u", "nosuch", "operator");
    assertThat(users.permit("u", "/a", false, false)).isFalse();
    assertThat(users.has("u", Role.OPERATOR)).isTrue();
    assertThat(users.has("u", Role.ROOT)).isFalse();
    assertThat(users.has("nobody", Role.OPERATOR)).isFalse();
  }

  @Test
  void aRefusedChangeChangesNothing() {
    user("u", "a");
    Users before = users;
    make(new UserChange.UpdateUser("u", "", List.of("b", "a"), List.of()));
    make(new UserChange.UpdateUser("u", "", List.of("b"), List.of("c")));
    make(new UserChange.CreateUser(new User("u", HASH, NameList.ABSENT)));
    make(new UserChange.PutUser(new User("n", "", NameList.ABSENT)));
    assertThat(users).isSameAs(before);
  }

  @Test
  void noHashIsShown() {
    User user = new User("u", HASH, NameList.of(List.of("r")));
    assertThat(user.toString()).doesNotContain(HASH);
    assertThat(new UserChange.CreateUser(user).text()).doesNotContain(HASH);
    assertThat(new UserChange.PutUser(user).text()).doesNotContain(HASH);
    assertThat(new UserChange.UpdateUser("u", HASH, List.of(), List.of()).text())
        .isEqualTo("update user u with a password");
  }
}
