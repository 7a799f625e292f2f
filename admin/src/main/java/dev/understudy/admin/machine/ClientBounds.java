package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions.Limits;
import dev.understudy.admin.cli.RequestLimits;
import dev.understudy.api.ClientLimits;

/** What clients may ask for, from an operator's words to those of the API. */
final class ClientBounds {
  private ClientBounds() {}

  static ClientLimits of(Limits limits) {
    RequestLimits requests = limits.requests();
    return ClientLimits.DEFAULT
        .withRequests(requests.bodyBytes(), requests.headerBytes(), requests.bodyMillis())
        .withMaxWatches(requests.watches())
        .withMemory(limits.requestBytes(), limits.answerBytes(), limits.watchBytes())
        .withMinSessionTtl(limits.minSessionTtlMillis());
  }
}
