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
  private final Place place;
  private final Node.Directory directory;
  private final boolean recursive;

  Listing(String parentKey, Node.Directory directory, boolean recursive) {
    this(new Place(null, 0, parentKey), directory, recursive);
  }

  private Listing(Place place, Node.Directory directory, boolean recursive) {
    this.place = place;
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
    NodeView view = node.view(place.keyOf(name));
    return recursive && node instanceof Node.Directory inner
        ? view.listing(new Listing(place.inner(name), inner, true))
        : view;
  }

  /**
   * The key of a directory, of which a long beginning is shared with the directories above: who
   * walks thousands deep holds one of these for each, and whole keys would take megabytes.
   *
   * @param above what stands before; null when nothing does
   * @param lengthAbove how many characters that has
   * @param end the rest of the key
   */
  private record Place(Place above, int lengthAbove, String end) {
    private static final int MAX_END_CHARS = 256;

    Place inner(String name) {
      return end.length() + name.length() < MAX_END_CHARS
          ? new Place(above, lengthAbove, end + "/" + name)
          : new Place(this, lengthAbove + end.length(), "/" + name);
    }

    String keyOf(String name) {
      if (above == null) {
        return end + "/" + name;
      }
      int at = lengthAbove + end.length();
      char[] key = new char[at + 1 + name.length()];
      key[at] = '/';
      name.getChars(0, name.length(), key, at + 1);
      for (Place each = this; each != null; each = each.above) {
        each.end.getChars(0, each.end.length(), key, each.lengthAbove);
      }
      return new String(key);
    }
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
