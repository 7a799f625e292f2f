package dev.understudy.admin.imports;

/** One write to the target. Each may be done twice with the same end. */
sealed interface Change {
  String path();

  /** Writes a key, whether or not there is one. */
  record Put(TreeNode node) implements Change {
    @Override
    public String path() {
      return node.path();
    }
  }

  /** Makes a directory, or gives one that is there another time to live. */
  record MakeDirectory(TreeNode node) implements Change {
    @Override
    public String path() {
      return node.path();
    }
  }

  /**
   * Deletes a node.
   *
   * @param directory whether it is one; what is beneath goes with it
   */
  record Delete(String path, boolean directory) implements Change {}

  /** What makes a node be as another one is. */
  static Change of(TreeNode node) {
    return node.isDirectory() ? new MakeDirectory(node) : new Put(node);
  }
}
