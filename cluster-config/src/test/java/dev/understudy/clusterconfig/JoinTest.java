package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTest {
  private static final MachineRecord SELF =
      new MachineRecord("four", "http://127.0.0.1:2386", "http://127.0.0.1:2385");

  @Test
  void whatAMachineSaysOfItsDataSurvivesTheWay() throws ApiException {
    for (LocalData data :
        new LocalData[] {
          new LocalData.Unstated(),
          new LocalData.None(),
          new LocalData.Held(0xfeed_beef_0000_0001L),
          new LocalData.Held(7, Lineage.parse("3-a,2-ffffffffffffffff"), OptionalLong.of(42)),
          new LocalData.Held(7, Lineage.first(5), OptionalLong.of(42), OptionalLong.of(6))
        }) {
      JoinRequest request = JoinRequest.of(SELF, data);

      assertThat(JoinRequest.fromJson("four", request.toJson())).isEqualTo(request);
    }
  }

  @Test
  void silenceAboutTheDataIsNoFieldAndLostDataAnEmptyOne() {
    assertThat(JoinRequest.of(SELF, new LocalData.Unstated()).toJson()).doesNotContain("\"id\"");
    assertThat(JoinRequest.of(SELF, new LocalData.None()).toJson()).contains("\"id\":\"\"");
    assertThat(JoinRequest.of(SELF, new LocalData.Held(-1)).toJson())
        .contains("\"id\":\"ffffffffffffffff\"");
  }

  @Test
  void theOldFieldNamesAreTakenToo() throws ApiException {
    JoinRequest request =
        JoinRequest.fromJson(
            "four",
            "{\"minVersion\":2,\"maxVersion\":2,\"raftURL\":\"http://127.0.0.1:2386\","
                + "\"etcdURL\":\"http://127.0.0.1:2385\"}");

    assertThat(request.machine()).isEqualTo(SELF);
    assertThat(request.supports(2)).isTrue();
    assertThat(request.supports(3)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\":\"five\"}|209|the body \"five\"",
        "{\"minVersion\":2,\"maxVersion\":2}|209|peerURL",
        "{\"peerURL\":\"ftp://a:1\"}|209|not an http",
        "{\"peerURL\":\"http://a b\"}|209|not an http",
        "{\"peerURL\":\"http://a:1\",\"clientURL\":\"x\"}|209|clientURL",
        "{\"peerURL\":\"http://a:1\"}|210|minVersion",
        "{\"peerURL\":\"http://a:1\",\"minVersion\":2,\"maxVersion\":2,\"id\":\"xyz\"}|210|hex",
        "{\"peerURL\":\"http://a:1\",\"minVersion\":2,\"maxVersion\":2,\"id\":\"0\"}|210|no id",
        "{\"peerURL\":7}|210|not a string",
        "peerURL=x|210|not JSON",
      })
  void whatCannotBeReadIsRefusedByName(String body, int code, String cause) {
    ApiException refusal =
        catchThrowableOfType(ApiException.class, () -> JoinRequest.fromJson("four", body));

    assertThat(refusal.error().errorCode()).isEqualTo(code);
    assertThat(refusal.error().cause()).contains(cause);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://0.0.0.0:1",
        "http://[::]:1",
        "http://a:99999",
        "http://a:01",
        "http://a:1/path",
        "http://a:1#f",
        "http://user:secret@a:1",
        "http://127.1:1",
        "http://kv_1:1"
      })
  void anAddressThatLeadsNowhereIsRefused(String url) {
    for (String body :
        new String[] {
          "{\"minVersion\":2,\"maxVersion\":2,\"peerURL\":\"" + url + "\"}",
          "{\"minVersion\":2,\"maxVersion\":2,\"peerURL\":\"http://b:1\",\"clientURL\":\""
              + url
              + "\"}"
        }) {
      ApiException refusal =
          catchThrowableOfType(ApiException.class, () -> JoinRequest.fromJson("four", body));

      assertThat(refusal.error().errorCode()).isEqualTo(209);
      assertThat(refusal.error().toJson()).doesNotContain("secret");
    }
    assertThat(StandbyNotice.fromHeader("name=x&raft=" + url + "&priority=1")).isEmpty();
  }

  @Test
  void addressesAreTakenInTheirOneSpelling() throws ApiException {
    JoinRequest request =
        JoinRequest.fromJson(
            "four",
            "{\"minVersion\":2,\"maxVersion\":2,\"peerURL\":\"HTTP://[0:0::1]:1/\","
                + "\"clientURL\":\"http://H:2/\"}");

    assertThat(request.machine())
        .isEqualTo(new MachineRecord("four", "http://[::1]:1", "http://h:2"));
    assertThat(StandbyNotice.fromHeader("name=x&raft=http://A:1/&priority=1"))
        .contains(
            new StandbyNotice(
                new MachineRecord("x", "http://a:1", ""),
                new MachineTraits("", OptionalInt.of(1), "", false),
                Optional.empty()));
  }

  @Test
  void aNameThatCannotBeAKeyIsRefused() {
    assertThatThrownBy(() -> JoinRequest.fromJson("a/b", "{}"))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("a/b");
    assertThatThrownBy(() -> JoinRequest.fromJson("", "{}")).isInstanceOf(ApiException.class);
  }

  @Test
  void theReplySurvivesTheWay() {
    JoinReply reply = new JoinReply(7, 0xab, -2);

    assertThat(reply.toJson())
        .isEqualTo(
            "{\"commitIndex\":7,\"mode\":\"peer\",\"id\":\"ab\",\"clusterId\":\"fffffffffffffffe\"}");
    assertThat(JoinReply.fromJson(reply.toJson())).isEqualTo(reply);

    JoinReply told = new JoinReply(7, 0xab, -2, "its directory was set back");
    assertThat(JoinReply.fromJson(told.toJson())).isEqualTo(told);
    assertThat(new JoinReply(7, 0xab, -2, "\u001b" + "x".repeat(9_000)).otherBecause())
        .startsWith("{U+001B}x")
        .hasSizeLessThan(600);
  }

  /** Earlier releases read no more than the short list, and would take a longer one for none. */
  @Test
  void aJoinStatesAsManyStartsAsItsBodyCanHold() throws ApiException {
    Lineage lineage = Lineage.first(-1);
    for (int i = 2; i <= 3_000; i++) {
      lineage = lineage.next(Incarnation.NONE, -i);
    }
    String json =
        JoinRequest.of(
                new MachineRecord("four", "http://four:1", "http://four:2"),
                new LocalData.Held(7, lineage, OptionalLong.of(9)))
            .toJson();
    assertThat(json).hasSizeLessThan(48 << 10);
    assertThat(lineage.stated().starts()).hasSize(Lineage.MAX_STATED);
    assertThat(json).contains("\"incarnation\":\"" + lineage.stated() + "\"");
    LocalData.Held read = (LocalData.Held) JoinRequest.fromJson("four", json).data();
    assertThat(read.lineage()).isEqualTo(lineage.stated(JoinRequest.MAX_STARTS));
    assertThat(read.lineage().isOutlivedBy(lineage.starts().get(500))).isFalse();
    assertThat(read.lineage().isOutlivedBy(new Incarnation(2_500, 1))).isTrue();
  }

  @Test
  void startsThatDoNotBelongToTheShortListAreNotCounted() throws ApiException {
    String foreign =
        "{\"minVersion\":2,\"maxVersion\":2,\"peerURL\":\"http://a:1\",\"id\":\"7\","
            + "\"incarnation\":\"5-a,4-b\",\"starts\":\"9-c,4-b,3-d\"}";
    LocalData.Held read = (LocalData.Held) JoinRequest.fromJson("four", foreign).data();
    assertThat(read.lineage()).hasToString("5-a,4-b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"commitIndex\":-1,\"mode\":\"peer\",\"id\":\"1\",\"clusterId\":\"1\"}",
        "{\"commitIndex\":1,\"mode\":\"standby\",\"id\":\"1\",\"clusterId\":\"1\"}",
        "{\"commitIndex\":1,\"mode\":\"peer\",\"id\":\"0\",\"clusterId\":\"1\"}",
        "{\"commitIndex\":1,\"mode\":\"peer\",\"id\":\"1\"}",
      })
  void anyOtherReplyIsNone(String json) {
    assertThatThrownBy(() -> JoinReply.fromJson(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("join reply");
  }

  @Test
  void aNoticeSurvivesItsHeader() {
    MachineRecord odd = new MachineRecord("n=1&x", "http://127.0.0.1:1", "");
    StandbyNotice notice = new StandbyNotice(odd, 100);

    assertThat(StandbyNotice.fromHeader(notice.toHeader())).contains(notice);
    assertThat(StandbyNotice.fromHeader("name=x&raft=http://a:1&priority=101")).isEmpty();
    assertThat(StandbyNotice.fromHeader("nonsense")).isEmpty();
  }

  @Test
  void anOfferIsReadFromItsHeader() {
    assertThat(SeatOffer.fromHeader(SeatOffer.OFFERED.toHeader())).isEqualTo(SeatOffer.OFFERED);
    assertThat(SeatOffer.fromHeader(SeatOffer.WITHHELD.toHeader())).isEqualTo(SeatOffer.WITHHELD);
    assertThat(SeatOffer.fromHeader(null)).isEqualTo(SeatOffer.UNSTATED);
  }

  @Test
  void aListOfMachinesSurvivesTheWay() {
    var machines =
        java.util.List.of(
            MachineView.of(SELF, true), new MachineView("x", follower(), "", "http://x"));

    assertThat(MachineView.listFromJson(MachineView.toJson(machines))).isEqualTo(machines);
    assertThatThrownBy(() -> MachineView.listFromJson("[{\"name\":\"\"}]"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MachineView.listFromJson("[null]"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static MachineView.State follower() {
    return MachineView.State.FOLLOWER;
  }
}
