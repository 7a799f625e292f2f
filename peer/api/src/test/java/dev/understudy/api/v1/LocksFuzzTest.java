package dev.understudy.api.v1;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.understudy.api.http.ByteBudget;
import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The JSON of requests under {@code /v1}. */
class LocksFuzzTest {
  @Test
  void aSessionIsReadOrRefused() throws IOException {
    new Fuzz(LocksFuzzTest.class, "session", BadRequestException.class)
        .seed(
            "{\"Name\":\"n\",\"Node\":\"m\",\"Checks\":[\"serfHealth\"],\"TTL\":\"15s\","
                + "\"Behavior\":\"delete\",\"LockDelay\":\"5s\"}",
            "{\"lockdelay\":15000000000,\"NodeChecks\":[],\"ServiceChecks\":null}")
        .run(input -> SessionRequest.parse(new String(input, UTF_8)).toSession("i", "m", 10_000));
  }

  @Test
  void aTransactionIsReadOrRefused() throws IOException {
    TxnHandler handler = new TxnHandler(null, null, null, ByteBudget.unlimited(), 8_192);
    new Fuzz(LocksFuzzTest.class, "transaction", BadRequestException.class)
        .seed(
            "[{\"KV\":{\"Verb\":\"cas\",\"Key\":\"k\",\"Value\":\"aGk=\",\"Flags\":7,\"Index\":1}},"
                + "{\"KV\":{\"Verb\":\"lock\",\"Key\":\"l\",\"Session\":\"s\"}}]")
        .words("\"Verb\":\"get-tree\"", "\"Value\":", "\"Index\":")
        .run(input -> handler.parse(new String(input, UTF_8)));
  }
}
