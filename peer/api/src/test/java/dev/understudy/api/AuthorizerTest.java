package dev.understudy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.Principal;
import dev.understudy.clusterconfig.ApiException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorizerTest {
  @ParameterizedTest
  @CsvSource({
    "GET,    /_etcd/config,  true",
    "HEAD,   /_etcd,         true",
    "PUT,    /_etcd,         false",
    "POST,   /_etcd/a,       false",
    "DELETE, /_etcd/a/b,     false",
    "PUT,    /_etcds,        true",
    "PUT,    /_etc,          true",
    "PUT,    /a/_etcd,       true",
    "DELETE, /,              true",
  })
  void theClustersOwnRecordsCanOnlyBeRead(String method, String key, boolean permitted) {
    assertThat(permits(method, key)).isEqualTo(permitted);
  }

  private static boolean permits(String method, String key) {
    try {
      Authorizer.CLUSTER_RECORDS_ARE_READ_ONLY.check(Principal.ANYONE, method, key, false);
      return true;
    } catch (ApiException e) {
      assertThat(e.error().errorCode()).isEqualTo(107);
      return false;
    }
  }
}
