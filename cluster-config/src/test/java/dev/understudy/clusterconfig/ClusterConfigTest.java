package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterConfigTest {
  @Test
  void theDefaultIsWrittenAsEtcdWritesIt() {
    assertThat(ClusterConfig.DEFAULT.toJson())
        .isEqualTo("{\"activeSize\":9,\"removeDelay\":1800,\"syncInterval\":5}");
  }

  @ParameterizedTest
  @CsvSource({"activeSize, 9, 3, 2", "removeDelay, 1800, 2, 1.9", "syncInterval, 5, 1, 0.9"})
  void eachFieldHasItsDefaultAndItsMinimum(String field, String usual, String least, String below)
      throws ApiException {
    assertThat(ClusterConfig.DEFAULT.toJson()).contains("\"" + field + "\":" + usual);
    String change = "{\"" + field + "\":%s}";
    assertThat(ClusterConfig.DEFAULT.merge(ClusterConfig.checked(change.formatted(least))).toJson())
        .contains("\"" + field + "\":" + least);
    assertThatThrownBy(() -> ClusterConfig.checked(change.formatted(below)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(field)
        .hasMessageContaining(below)
        .hasMessageContaining(least);
    assertThat(ClusterConfig.fromJsonOrDefault(change.formatted(below)).toJson())
        .as("what is stored is read as the minimum")
        .contains("\"" + field + "\":" + least);
  }

  @Test
  void valuesBelowTheMinimumAreRaised() {
    assertThat(new ClusterConfig(1, 0.5, -3)).isEqualTo(new ClusterConfig(3, 2, 1));
  }

  @Test
  void fractionsOfSecondsSurvive() throws ApiException {
    ClusterConfig config = ClusterConfig.DEFAULT.merge("{\"removeDelay\":2.5}");

    assertThat(config.removeDelayMillis()).isEqualTo(2500);
    assertThat(config.toJson()).contains("\"removeDelay\":2.5");
    assertThat(ClusterConfig.fromJsonOrDefault(config.toJson())).isEqualTo(config);
  }

  @Test
  void mergingKeepsWhatIsNotGivenAndSkipsWhatIsUnknown() throws ApiException {
    ClusterConfig config =
        new ClusterConfig(5, 60, 2).merge("{\"syncInterval\":7,\"colour\":\"blue\"}");

    assertThat(config).isEqualTo(new ClusterConfig(5, 60, 7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"activeSize\":\"5\"}|403|not a number",
        "{\"activeSize\":3.5}|403|whole number",
        "{\"activeSize\":4294967299}|403|whole number",
        "{\"activeSize\":null}|403|not a number",
        "{\"removeDelay\":true}|404|not a number",
        "{\"removeDelay\":1e20}|404|longer than 315360000",
        "{\"removeDelay\":1e999}|404|out of range",
        "{\"removeDelay\":1e99999999}|404|not a finite number",
        "{\"syncInterval\":[5]}|209|not a number",
        "{\"syncInterval\":NaN}|210|not JSON",
        "[]|210|not a JSON object",
        "{\"activeSize\":5} x|210|not JSON",
        "{|210|not JSON",
      })
  void whatIsNoNumberIsRefusedWithItsOwnError(String body, int code, String cause) {
    ApiException refusal =
        catchThrowableOfType(ApiException.class, () -> ClusterConfig.DEFAULT.merge(body));

    assertThat(refusal.error().errorCode()).isEqualTo(code);
    assertThat(refusal.error().httpStatus()).isEqualTo(400);
    assertThat(refusal.error().cause()).contains(cause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"activeSize\":3,\"activeSize\":5}|210|field \"activeSize\" is given twice",
        "{\"activeSize\":3,}|210|not JSON, at line 1, column ",
        "{\"activeSize\":1}|403|field \"activeSize\" is 1; allowed: 3 to 99",
        "{\"activeSize\":-1}|403|field \"activeSize\" is -1; allowed: 3 to 99",
        "{\"activeSize\":100}|403|field \"activeSize\" is 100; allowed: 3 to 99",
        "{\"activeSize\":2147483647}|403|allowed: 3 to 99",
        "{\"activeSize\":3.5}|403|whole number",
        "{\"activeSize\":\"5\"}|403|not a number; allowed: 3 to 99",
        "{\"activeSize\":null}|403|not a number; allowed: 3 to 99",
        "{\"removeDelay\":0.5}|404|field \"removeDelay\" is 0.5; allowed: 2 to 315360000",
        "{\"removeDelay\":315360001}|404|allowed: 2 to 315360000",
        "{\"syncInterval\":0}|209|field \"syncInterval\" is 0; allowed: 1 to 315360000",
        "{\"activesize\":3}|209|unknown field \"activesize\"; the fields are activeSize,",
        "{\"activeSize\":5,\"foo\":1}|209|unknown field \"foo\"",
        "{}|210|nothing to change; the fields are activeSize, removeDelay, syncInterval",
        "[]|210|not a JSON object",
      })
  void aChangeIsDoneAsAskedOrRefusedWithFieldGivenAndAllowed(String body, int code, String cause) {
    ApiException refusal =
        catchThrowableOfType(ApiException.class, () -> ClusterConfig.checked(body));

    assertThat(refusal.error().errorCode()).isEqualTo(code);
    assertThat(refusal.error().httpStatus()).isEqualTo(400);
    assertThat(refusal.error().cause()).contains(cause);
  }

  @Test
  void aChangeWithinTheLimitsIsTakenAsItIs() throws ApiException {
    for (String body :
        new String[] {
          "{\"activeSize\":3}",
          "{\"activeSize\":99}",
          "{\"removeDelay\":2,\"syncInterval\":1}",
          "{\"syncInterval\":1.5}"
        }) {
      assertThat(ClusterConfig.checked(body)).isEqualTo(body);
    }
  }

  @Test
  void whatIsStoredIsReadAsEveryReleaseReadsIt() throws ApiException {
    assertThat(ClusterConfig.DEFAULT.merge("{\"activeSize\":1,\"removeDelay\":0.5}"))
        .isEqualTo(new ClusterConfig(3, 2, 5));
    assertThat(ClusterConfig.DEFAULT.merge("{\"activeSize\":2147483647}").activeSize())
        .as("releases without a ceiling may have stored it")
        .isEqualTo(2_147_483_647);
  }

  @Test
  void notANumberGetsNoFurtherThanTheConstructor() {
    assertThatThrownBy(() -> new ClusterConfig(3, Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("removeDelay");
    assertThatThrownBy(() -> new ClusterConfig(3, 5, Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("syncInterval");
    JsonObject subset = new JsonObject();
    subset.addProperty("removeDelay", Double.NaN);
    assertThatThrownBy(() -> ClusterConfig.DEFAULT.merge(subset)).isInstanceOf(ApiException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "[]", "{\"activeSize\":\"x\"}", "null"})
  void whatIsUnreadableInTheKeySpaceMeansTheDefault(String json) {
    assertThat(ClusterConfig.fromJsonOrDefault(json)).isEqualTo(ClusterConfig.DEFAULT);
  }
}
