package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
  @Test
  void theBodyHasEtcdsFieldsInEtcdsOrder() {
    assertThat(ApiError.of(ErrorCode.KEY_NOT_FOUND, "/x", 4).toJson())
        .isEqualTo(
            "{\"errorCode\":100,\"message\":\"Key not found\",\"cause\":\"/x\",\"index\":4}");
  }

  @Test
  void anEmptyCauseIsLeftOutAndHtmlIsEscapedAsGoDoesIt() {
    assertThat(ApiError.of(ErrorCode.ROOT_IS_READ_ONLY, "").toJson()).doesNotContain("cause");
    assertThat(ApiError.of(ErrorCode.COMPARE_FAILED, "[<a> & 'b' != c]").toJson())
        .contains("[\\u003ca\\u003e \\u0026 'b' != c]");
  }

  @Test
  void indexesHaveNoSign() {
    String json = ApiError.of(ErrorCode.KEY_NOT_FOUND, "/x", -1).toJson();

    assertThat(json).endsWith("\"index\":18446744073709551615}");
    assertThat(ApiError.fromJson(404, json).orElseThrow().index()).isEqualTo(-1);
  }

  @Test
  void whatIsWrittenCanBeRead() {
    ApiError error = ApiError.of(ErrorCode.NO_MORE_PEERS, "3 of 3", 7).withHttpStatus(409);

    assertThat(ApiError.fromJson(409, error.toJson())).contains(error);
    assertThat(error.is(ErrorCode.NO_MORE_PEERS)).isTrue();
    assertThat(ApiError.fromJson(404, "404 page not found")).isEmpty();
    assertThat(ApiError.fromJson(404, "{\"message\":\"x\"}")).isEmpty();
  }

  @Test
  void everyNumberIsFoundAgainAndNoneIsGivenTwice() {
    assertThat(Stream.of(ErrorCode.values()).map(ErrorCode::number)).doesNotHaveDuplicates();
    assertThat(ErrorCode.values())
        .allSatisfy(code -> assertThat(ErrorCode.ofNumber(code.number())).contains(code));
    assertThat(ErrorCode.ofNumber(999)).isEmpty();
  }
}
