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
    "DELETE, /_etcd,         false",
    "POST,   /_etcd/config,  false",
    "PUT,    /_etcd/config/a, false",
    "DELETE, /_etcd/machines, false",
    "DELETE, /_etcd/machines/a, false",
    "PUT,    /_etcd/version, false",
    "GET,    /_etcd/autopilot, true",
    "PUT,    /_etcd/autopilot, false",
    "DELETE, /_etcd/autopilot, false",
    "PUT,    /_etcd/scheduler, false",
    "POST,   /_etcd/scheduler/a, false",
    "POST,   /_etcd/registry/token, true",
    "DELETE, /_etcd/a/b,     true",
    "PUT,    /_etcd/configs, true",
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
