package dev.understudy.clusterconfig;

import java.util.Objects;
import java.util.Optional;

/**
 * Who answers at a peer URL, by its own word: {@code GET /v2/admin/identity}, or of an older
 * version {@code GET /name} and {@code /etcdURL}.
 *
 * @param name the machine's name
 * @param clientUrl where it wants its clients; may be empty
 * @param peerUrl where it wants other machines; empty for one of an older version
 */
public record AnsweringMachine(String name, String clientUrl, Optional<String> peerUrl) {
  private static final int MAX_LENGTH = 300;

  public AnsweringMachine {
    Objects.requireNonNull(clientUrl);
    Objects.requireNonNull(peerUrl);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a machine has a name");
    }
  }

  /** By what it says in every mode. */
  public static AnsweringMachine of(MachineIdentity identity) {
    return new AnsweringMachine(
        identity.name(), identity.clientUrl(), Optional.of(identity.peerUrl()));
  }

  /**
   * One line of an answer.
   *
   * @throws IllegalArgumentException when it is more than that
   */
  static String line(String body) {
    String line = body.strip();
    if (line.length() > MAX_LENGTH || line.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("not one line of text");
    }
    return line;
  }

  /**
   * The name in an answer. What is none is not repeated: whatever else listens at an address that
   * somebody has announced must not be read by way of this machine.
   *
   * @throws IllegalArgumentException when no machine can be called so
   */
  static String nameIn(String answer) {
    if (!MachineRecord.isValidName(answer)) {
      throw new IllegalArgumentException("a name that is none");
    }
    return answer;
  }

  /**
   * The URL for clients in an answer; may be empty. What is none is not repeated, either.
   *
   * @throws IllegalArgumentException when it is no {@link MachineUrl}
   */
  static String clientUrlIn(String answer) {
    if (!answer.isEmpty() && MachineUrl.ofStored(answer).isEmpty()) {
      throw new IllegalArgumentException("a URL for clients that is none");
    }
    return answer;
  }

  /**
   * Whether that machine would say the same of itself, in whatever spelling. A client URL that was
   * not announced contradicts nothing.
   */
  public boolean confirms(MachineRecord announced) {
    return name.equals(announced.name())
        && (announced.clientUrl().isEmpty() || MachineUrl.same(clientUrl, announced.clientUrl()))
        && peerUrl.map(url -> MachineUrl.same(url, announced.peerUrl())).orElse(true);
  }

  @Override
  public String toString() {
    return "machine \"" + name + "\" with clients at " + clientUrl;
  }
}
