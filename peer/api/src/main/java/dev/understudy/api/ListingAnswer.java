package dev.understudy.api;

import dev.understudy.api.http.AnswerRest;
import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.JsonBytes;

/**
 * The rest of a long listing. Until its client has taken it all, the nodes that it lists stay in
 * memory, whatever is written meanwhile; so they count as this answer's memory, and the text does
 * not.
 */
final class ListingAnswer implements AnswerRest {
  private final ListingJson listing;
  private final ByteBudget.Share share;

  /**
   * @param nodeBytes what the listed nodes take
   * @throws ByteBudget.ExceededException when other answers take as much memory as there may be
   */
  ListingAnswer(ListingJson listing, ByteBudget memory, long nodeBytes) {
    this.listing = listing;
    this.share = memory.shareOrAll(nodeBytes);
  }

  @Override
  public boolean isDone() {
    return listing.isDone();
  }

  @Override
  public void writeMore(JsonBytes out) {
    listing.writeMore(out);
  }

  @Override
  public void close() {
    share.giveBack();
  }
}
