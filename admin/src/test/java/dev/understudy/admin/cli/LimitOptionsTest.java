package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LimitOptionsTest {
  private static MachineOptions machine(String... args) throws UsageException {
    return ((CliCommand.RunMachine)
            new CommandLine(Map.of(), () -> "host", "1").parse(List.of(args)))
        .options();
  }

  @Test
  void limitsFollowFromTheHeapUnlessTheyAreGiven() throws UsageException {
    assertThat(machine().limits())
        .isEqualTo(MachineOptions.Limits.ofHeap(Runtime.getRuntime().maxMemory()));
    MachineOptions.Limits given =
        machine(
                "--max-connections=100",
                "--quota-bytes=10000000",
                "--log-memory-bytes=20000000",
                "--request-memory-bytes=30000000",
                "--answer-memory-bytes=40000000",
                "--watch-memory-bytes=50000000",
                "--session-ttl-min=2")
            .limits();
    assertThat(given)
        .isEqualTo(
            new MachineOptions.Limits(
                OptionalInt.of(100),
                10_000_000,
                20_000_000,
                30_000_000,
                40_000_000,
                50_000_000,
                2_000,
                PortLimits.DEFAULT,
                RequestLimits.DEFAULT));
    assertThatThrownBy(() -> machine("--quota-bytes", "1000"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("a number of bytes from 4194304 to");
  }

  @Test
  void whatOthersMayUseOfAMachineIsAnOptionEach() throws UsageException {
    MachineOptions.Limits given =
        machine(
                "--max-peer-connections=1",
                "--max-connections-per-address=2",
                "--max-peer-streams=3",
                "--header-timeout=0.5",
                "--idle-timeout=5",
                "--max-header-bytes=10000",
                "--max-request-bytes=2000",
                "--body-timeout=6",
                "--max-watches=7",
                "--max-pending-writes=8")
            .limits();
    assertThat(given.ports())
        .isEqualTo(new PortLimits(OptionalInt.of(1), OptionalInt.of(2), 3, 500, 5_000));
    assertThat(given.requests()).isEqualTo(new RequestLimits(10_000, 2_000, 6_000, 7, 8));
  }

  @Test
  void limitsThatNothingWouldFitInAreRefused() {
    for (String wrong :
        List.of(
            "--max-peer-connections=0",
            "--max-connections-per-address=0",
            "--max-peer-streams=0",
            "--header-timeout=0",
            "--body-timeout=1e9",
            "--idle-timeout=NaN",
            "--max-header-bytes=8192",
            "--max-request-bytes=17000000",
            "--max-watches=-1",
            "--max-pending-writes=2000000")) {
      assertThatThrownBy(() -> machine(wrong))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining(wrong.replaceFirst("=.*", ""));
    }
    assertThatThrownBy(
            () -> machine("--max-request-bytes=10000000", "--request-memory-bytes=20000000"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has to hold 3 bodies of the largest size");
  }
}
