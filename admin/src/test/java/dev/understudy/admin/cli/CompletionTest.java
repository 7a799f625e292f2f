package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts, run by the shells that they are for. */
class CompletionTest {
  @TempDir Path directory;

  /** The last word is the one that is being typed. */
  private static final String IN_BASH =
      """
      source ./script
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      _understudy
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  /** What zsh's own functions would show is printed instead. */
  private static final String IN_ZSH =
      """
      compdef() { [[ $* == '_understudy understudy' ]] || exit 9 }
      source ./script
      _describe() { print -l -- ${(@P)2} }
      _files() { print files $* }
      compadd() { print -l -- $* }
      words=("$@"); CURRENT=$#; PREFIX=${words[CURRENT]}
      _understudy
      """;

  /** As a package installs it: by the name of a file, which is run by the first Tab. */
  private static final String IN_ZSH_BY_ITS_NAME =
      IN_ZSH.replace("source ./script", "cp script _understudy; fpath=(.); autoload _understudy");

  private static final String CASES =
      """
      understudy|machines,keys,plan,bench,completion
      understudy --clu|--cluster-state,--cluster-active-size
      understudy --name x --pe|--peers,--peer-addr
      understudy machines|list,show,remove
      understudy machines remove x --|--endpoints,--for-good,--force,--json,--timeout
      understudy keys set k v --|--ttl,--create,--prev-value
      understudy config set|activeSize=,removeDelay=
      understudy plan --|--endpoints,--json
      understudy operator|autopilot,raft,scheduler
      understudy operator raft|list-peers,remove-peer
      understudy operator raft remove-peer --|--id,--address
      understudy completion|bash,zsh
      understudy cluster --|--machines,--keep
      understudy bench mixed --|--put-percent,--rate
      understudy --cluster-state|new,existing,auto
      understudy --standby-mode|redirect,proxy,replica
      """;

  private List<String> completed(String shell, String program, String... words) throws Exception {
    String script =
        ((CliCommand.Print)
                new CommandLine(Map.of(), () -> "h", "1").parse(List.of("completion", shell)))
            .text();
    Files.writeString(directory.resolve("script"), script + "\n");
    Files.writeString(directory.resolve("program"), program);
    Process process =
        new ProcessBuilder(command(shell, words))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String printed = Files.readString(directory.resolve("out"), StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    return printed.lines().map(line -> line.replaceFirst("(?s)(?<=[^:]):.*", "")).toList();
  }

  private List<String> command(String shell, String... words) {
    List<String> command =
        new ArrayList<>(
            shell.equals("zsh")
                ? List.of("zsh", "-f", directory.resolve("program").toString())
                : List.of("bash", "--norc", directory.resolve("program").toString()));
    command.addAll(Arrays.asList(words));
    return command;
  }

  /** A case without a word that has begun is completed behind a blank. */
  private static String[] typed(String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    if (!words.get(words.size() - 1).startsWith("--") || line.matches(".*(state|mode)")) {
      words.add("");
    }
    return words.toArray(String[]::new);
  }

  private void check(String shell, String program) throws Exception {
    for (String each : CASES.lines().toList()) {
      String[] parts = each.split("\\|");
      assertThat(completed(shell, program, typed(parts[0])))
          .as(shell + ": " + parts[0])
          .contains(parts[1].split(","));
    }
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assumeTrue(isThere("bash"), "bash is not installed");
    check("bash", IN_BASH);
  }

  @Test
  void zshCompletesCommandsAndOptions() throws Exception {
    assumeTrue(isThere("zsh"), "zsh is not installed");
    check("zsh", IN_ZSH);
    assertThat(completed("zsh", IN_ZSH_BY_ITS_NAME, "understudy", "machines", ""))
        .as("the first Tab")
        .contains("list", "show", "remove");
  }

  @ParameterizedTest
  @CsvSource({
    "understudy --config a-fi, a-file",
    "understudy wal verify a-d, a-directory",
    "understudy --data-dir a-, a-directory",
  })
  void bashCompletesFilesWhereOneIsTaken(String line, String file) throws Exception {
    assumeTrue(isThere("bash"), "bash is not installed");
    Files.createFile(directory.resolve("a-file"));
    Files.createDirectory(directory.resolve("a-directory"));
    assertThat(completed("bash", IN_BASH, line.split(" "))).containsExactly(file);
  }

  private static boolean isThere(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  @Test
  void eachOptionOfAMachineAndEachCommandIsInBothScripts() throws UsageException, IOException {
    for (String shell : List.of("bash", "zsh")) {
      String script = Completion.of(List.of(shell));
      for (Flag flag : Flag.values()) {
        assertThat(script.contains(flag.toString())).isEqualTo(flag != Flag.STOP_WITH_STDIN);
      }
      Commands.all().forEach(spec -> assertThat(script).contains(spec.path()));
    }
  }
}
