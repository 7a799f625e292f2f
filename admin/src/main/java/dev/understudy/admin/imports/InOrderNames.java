package dev.understudy.admin.imports;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** The names of keys that were made in order: see {@link InOrderNaming}. Pure. */
final class InOrderNames {
  private static final Pattern PADDED = Pattern.compile("00\\d{18}");

  private InOrderNames() {}

  /**
   * Whether a key is named by the index of its creation, and that is not padded. A directory that
   * is, is so by chance far more often.
   */
  static boolean isPlain(TreeNode node, long createdIndex) {
    return !node.isDirectory()
        && createdIndex > 0
        && name(node.path()).equals(Long.toString(createdIndex));
  }

  /**
   * What somebody who relies on the order has to know; new keys are named by the index of the
   * target.
   *
   * @param paths of what was copied
   * @param plain how many of them are {@linkplain #isPlain plain}
   * @param targetIndex about that of the target once they are there
   */
  static List<String> remarks(Collection<String> paths, long plain, long targetIndex) {
    List<String> remarks = new ArrayList<>();
    long ahead =
        paths.stream()
            .map(InOrderNames::name)
            .filter(name -> PADDED.matcher(name).matches() && Long.parseLong(name) > targetIndex)
            .count();
    if (ahead > 0) {
      remarks.add(
          ("%,d keys are named like keys in order (POST) with a higher index than the target's:"
                  + " new ones would be sorted before them until it has got there")
              .formatted(ahead));
    }
    if (plain > 0) {
      remarks.add(
          ("%,d keys in order (POST) have names without leading zeros, as etcd made them before"
                  + " 2.2: new ones are sorted before them")
              .formatted(plain));
    }
    return remarks;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
