package dev.understudy.store;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The visible children of a directory as clients see them, made one by one while they are looked
 * at. Counting them takes a walk over the directory.
 */
final class Listing extends AbstractCollection<NodeView> {
  private final String parentKey;
  private final Node.Directory directory;
  private final boolean recursive;

  Listing(String parentKey, Node.Directory directory, boolean recursive) {
    this.parentKey = parentKey;
    this.directory = directory;
    this.recursive = recursive;
  }

  @Override
  public Iterator<NodeView> iterator() {
    return new Views(directory.children().entrySet().iterator());
  }

  @Override
  public boolean isEmpty() {
    return !iterator().hasNext();
  }

  @Override
  public int size() {
    int visible = 0;
    for (String name : directory.children().keySet()) {
      if (!KeyPath.isHidden(name)) {
        visible++;
      }
    }
    return visible;
  }

  private NodeView view(String name, Node node) {
    String key = parentKey + "/" + name;
    NodeView view = node.view(key);
    return recursive && node instanceof Node.Directory inner
        ? view.listing(new Listing(key, inner, true))
        : view;
  }

  private final class Views implements Iterator<NodeView> {
    private final Iterator<Map.Entry<String, Node>> all;
    private Map.Entry<String, Node> next;

    Views(Iterator<Map.Entry<String, Node>> all) {
      this.all = all;
      skipHidden();
    }

    private void skipHidden() {
      next = null;
      while (next == null && all.hasNext()) {
        Map.Entry<String, Node> candidate = all.next();
        if (!KeyPath.isHidden(candidate.getKey())) {
          next = candidate;
        }
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public NodeView next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      NodeView view = view(next.getKey(), next.getValue());
      skipHidden();
      return view;
    }
  }
}
