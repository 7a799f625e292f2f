package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.JoinReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a machine was given no seat, by the address that it asked. For one thread. */
final class JoinReasons {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterFinder.class);

  private static final String WHAT_TO_CHECK =
      "; check the addresses (of peer ports) and that a machine of the cluster runs. For a new"
          + " cluster, start one machine without --peers, or all with one list that holds each"
          + " machine's own address too";

  private final String name;

  /** In the present attempt, and when they last were logged. */
  private final Map<String, String> present = new LinkedHashMap<>();

  private final Map<String, String> logged = new HashMap<>();

  /**
   * @param name of the machine, for the log
   */
  JoinReasons(String name) {
    this.name = name;
  }

  /** Begins an attempt. */
  void clear() {
    present.clear();
  }

  /** Logs each reason once, however often it is given while a machine waits for its cluster. */
  void note(String peerUrl, ClusterResponse<JoinReply> answer) {
    if (answer.granted().isPresent()) {
      logged.remove(peerUrl);
      return;
    }
    String reason = reason(answer);
    present.put(peerUrl, reason);
    if (!reason.equals(logged.put(peerUrl, reason))) {
      LOG.info("{}: no seat by way of {}: {}", name, peerUrl, reason);
    }
  }

  private static String reason(ClusterResponse<JoinReply> answer) {
    return answer instanceof ClusterResponse.Refused<JoinReply> refused && refused.isByStandby()
        ? "it answered 404: not the peer port of a machine with a seat"
        : answer.summary();
  }

  /** The end of the last attempt. */
  StartRefusedException nobodyReached(int attempts) {
    List<String> tried = new ArrayList<>();
    present.forEach((url, reason) -> tried.add(url + " (" + reason + ")"));
    return new StartRefusedException(
        "no cluster could be joined; tried "
            + String.join(", ", tried)
            + (attempts == 1 ? " (once)" : " (" + attempts + " times)")
            + WHAT_TO_CHECK);
  }
}
