package dev.understudy.clusterconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An operator takes a machine out: {@code DELETE /v2/admin/machines/<name>} with a query.
 *
 * @param name the machine's name
 * @param forced also when no majority of the voters that are left is alive
 * @param forGood the machine gets no seat again until somebody allows it; it need not have one now
 */
public record Removal(String name, boolean forced, boolean forGood) {
  private static final String FORCE = "force";
  private static final String FOR_GOOD = "forGood";

  public Removal {
    Objects.requireNonNull(name);
  }

  /** With no more said than the name. */
  public static Removal of(String name) {
    return new Removal(name, false, false);
  }

  /** What follows the path: empty, or a query with its question mark. */
  public String query() {
    List<String> said = new ArrayList<>();
    if (forced) {
      said.add(FORCE + "=true");
    }
    if (forGood) {
      said.add(FOR_GOOD + "=true");
    }
    return said.isEmpty() ? "" : "?" + String.join("&", said);
  }

  /**
   * Reads the query of such a request.
   *
   * @param query without its question mark; null for none
   * @throws ApiException when it says something else: a misspelt word must not do less than was
   *     meant
   */
  public static Removal read(String name, String query) throws ApiException {
    boolean forced = false;
    boolean forGood = false;
    for (String pair : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
      String value = pair.substring(pair.indexOf('=') + 1);
      boolean isTrue = value.equals("true") && pair.contains("=");
      boolean isFalse = value.equals("false") && pair.contains("=");
      String field = isTrue || isFalse ? pair.substring(0, pair.indexOf('=')) : "";
      switch (field) {
        case FORCE -> forced = isTrue;
        case FOR_GOOD -> forGood = isTrue;
        default ->
            throw new ApiException(
                ErrorCode.INVALID_FIELD, "\"" + pair + "\" is neither force=true nor forGood=true");
      }
    }
    return new Removal(name, forced, forGood);
  }
}
