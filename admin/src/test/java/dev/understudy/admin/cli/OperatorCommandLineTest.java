package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class OperatorCommandLineTest {
  static final List<CommandSpec> OPERATOR = Commands.OPERATOR;

  private static CliCommand parse(String... args) throws UsageException {
    return new CommandLine(Map.of("UNDERSTUDY_ENDPOINTS", "e:1,f:2"), () -> "h", "1")
        .parse(List.of(args));
  }

  private static OperatorCall call(String... args) throws UsageException {
    return ((CliCommand.Operate) parse(args)).call();
  }

  @ParameterizedTest
  @FieldSource("OPERATOR")
  void eachCommandHasItsHelpWithinAHundredColumnsAndTakesTheCommonOptions(CommandSpec spec)
      throws UsageException {
    List<String> words = new ArrayList<>(List.of(spec.path().split(" ")));
    words.add("--help");
    String help = ((CliCommand.Print) parse(words.toArray(String[]::new))).text();
    assertThat(help).contains(spec.usage(), "--endpoints", "--json", "Exit code: 0");
    spec.options().forEach(option -> assertThat(help).contains(option.toString()));
    assertThat(help.lines()).allMatch(line -> line.length() <= 100);
    words.remove(words.size() - 1);
    spec.operands().forEach(operand -> words.add(operand.contains("=") ? "activeSize=5" : "x"));
    words.addAll(List.of("--json", "-endpoints=a:1", "--timeout", "2"));
    if (spec.path().equals("discovery new")) {
      words.addAll(List.of("--size", "3"));
    } else if (spec.path().equals("operator raft remove-peer")) {
      words.addAll(List.of("--id", "a"));
    }
    OperatorCall call = call(words.toArray(String[]::new));
    assertThat(call.json()).isTrue();
    assertThat(call.endpoints()).containsExactly(new HostPort("a", 1));
    assertThat(call.timeoutMillis()).isEqualTo(2_000);
  }

  @Test
  void theHelpOfAFirstWordShowsAllItsCommands() throws UsageException {
    assertThat(((CliCommand.Print) parse("keys", "--help")).text())
        .contains("keys get KEY", "keys watch KEY", "--after-index N");
    assertThat(((CliCommand.Print) parse("operator", "--help")).text())
        .contains("operator raft list-peers", "operator autopilot health");
  }

  @Test
  void theWordHelpIsAsGoodAsTheOption() throws UsageException {
    assertThat(parse("help", "keys", "set")).isEqualTo(parse("keys", "set", "--help"));
    assertThat(parse("help", "wal")).isEqualTo(parse("wal", "--help"));
    assertThat(parse("help", "bench")).isEqualTo(parse("bench", "--help"));
  }

  @Test
  void endpointsComeFromTheEnvironmentWhenNoneAreGiven() throws UsageException {
    assertThat(call("plan").endpoints())
        .containsExactly(new HostPort("e", 1), new HostPort("f", 2));
    assertThat(IgnoredVariables.of(Map.of("UNDERSTUDY_ENDPOINTS", "e:1"))).isEmpty();
  }

  @Test
  void operandsAndOptionsMayBeMixed() throws UsageException {
    assertThat(call("keys", "watch", "--json", "k", "--recursive").json()).isTrue();
  }

  @Test
  void keysBeginWithASlashAndBehindTwoDashesEverythingIsAnOperand() throws UsageException {
    assertThat(call("keys", "set", "--ttl", "5", "a", "--", "-v").command())
        .isInstanceOfSatisfying(
            OperatorCommand.SetKey.class,
            set -> {
              assertThat(set.key()).isEqualTo("/a");
              assertThat(set.value()).contains("-v");
              assertThat(set.ttlSeconds()).isEqualTo(OptionalLong.of(5));
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "machines|machines needs one of list, show, remove",
        "machines lsit|machines needs one of list, show, remove, did you mean list?",
        "machnies list|unexpected \"machnies\", did you mean machines?",
        "machines show|machines show needs NAME",
        "machines show a b|machines show needs NAME",
        "machines list a|machines list takes nothing but options",
        "machines list --jsno|unknown option --jsno, did you mean --json?",
        "machines list --endpoints|--endpoints needs a value",
        "machines list --endpoints a|--endpoints needs HOST:PORT, not \"a\"",
        "machines list --timeout 0|--timeout needs a number of seconds from",
        "config set|config set needs FIELD=NUMBER...",
        "config set actveSize=5|the fields are activeSize, removeDelay, syncInterval, did you mean"
            + " activeSize?",
        "config set activeSize|config set needs FIELD=NUMBER, not \"activeSize\"",
        "config set activeSize=x|activeSize=x has no number",
        "config set activeSize=2|activeSize",
        "config set removeDelay=1|removeDelay",
        "discovery new|discovery new needs --size",
        "operator|operator needs one of autopilot, scheduler, raft",
        "operator rfat|operator needs one of autopilot, scheduler, raft, did you mean raft?",
        "operator autopilot set-config a|operator autopilot set-config needs FIELD=VALUE, not"
            + " \"a\"",
        "operator raft peers|operator raft needs one of list-peers, remove-peer",
        "operator raft remove-peer|operator raft remove-peer needs --id or --address",
        "operator raft remove-peer --id a --address b:1|needs --id or --address",
        "discovery new --size 0|--size needs a whole number from 1 to 99",
        "keys set a b --create --update|--create and --update exclude each other",
        "keys set a b --ttl 0|--ttl needs a whole number from 1 on",
        "keys get a --prev-index 1|unknown option --prev-index",
        "completion|completion needs bash or zsh",
        "completion bsh|completion needs bash or zsh, did you mean bash?",
      })
  void whatCannotBeIsRefusedInOneLine(String args, String message) {
    assertThatThrownBy(() -> parse(args.split(" ")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }
}
