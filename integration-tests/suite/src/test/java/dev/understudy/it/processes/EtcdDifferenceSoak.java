package dev.understudy.it.processes;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random requests as in {@link EtcdDifferenceTest}, ever new ones. It prints the first seed, and
 * one that fails with how to repeat it:
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am -Dit.test=EtcdDifferenceSoak</pre>
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class EtcdDifferenceSoak {
  private static final int SEQUENCES = Integer.getInteger("understudy.v2.sequences", 1_000);

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void newRandomRequestsAreAnsweredAsByEtcd() throws Exception {
    Tool tool = Tool.require("etcd", "Debian: etcd-server");
    MachineUnderTest machine = machines.machineAt("m1", "--cors", "*").start();
    try (EtcdReference etcd = EtcdReference.start(tool, machines.directory())) {
      machine.awaitReady();
      long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
      EtcdDifferenceTest.playRandomRequests(
          new V2Duel(etcd.url(), machine.clientUrl()), seed, SEQUENCES);
    }
  }
}
