package dev.understudy.admin.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterCommandTest {
  private static final List<String> MACHINES = List.of("m1", "m2", "m3");

  @ParameterizedTest
  @CsvSource({
    "kill m2,    kill,    m2",
    "restart m1, restart, m1",
    "pause m1,   pause,   m1",
    "resume m3,  resume,  m3",
    "help,       help,    ''",
    "?,          help,    ''",
    "exit,       quit,    ''",
    "table,      table,   ''",
  })
  void whatIsACommandIsOne(String line, String verb, String machine) {
    assertThat(ClusterCommand.parse(line, MACHINES))
        .isEqualTo(new ClusterCommand(verb, machine, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kill m9      | no machine m9 (m1 to m3)",
        "kill         | kill needs the name of one machine (m1 to m3)",
        "kill m1 m2   | kill needs the name of one machine (m1 to m3)",
        "restrt m1    | not understood: restrt m1 (did you mean restart?)",
        "frobnicate x | not understood: frobnicate x (help lists the commands)",
        "quit m1      | quit takes no machine",
      })
  void whatIsNoneSaysWhatIsWrong(String line, String complaint) {
    assertThat(ClusterCommand.parse(line, MACHINES).complaint()).isEqualTo(complaint);
  }

  @Test
  void theHintNamesEveryCommandOfTheHelp() {
    for (String line : ClusterCommand.HELP) {
      assertThat(ClusterCommand.HINT).contains(line.split(" ")[0]);
    }
  }
}
