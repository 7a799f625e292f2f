package dev.understudy.admin.machine;

import dev.understudy.api.http.AddressBlock;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How many connections each address holds, and no more than so many. For any thread; without a
 * limit nothing is counted.
 */
final class AddressPlaces {
  private final OptionalInt limit;

  // Guarded by this.
  private final Map<SelectableChannel, String> holders = new HashMap<>();
  private final Map<String, Integer> held = new HashMap<>();

  AddressPlaces(OptionalInt limit) {
    this.limit = limit;
  }

  /** Counts a connection, unless its address holds as many as it may. */
  boolean tryTake(SocketChannel channel) {
    if (limit.isEmpty()) {
      return true;
    }
    String block = AddressBlock.of(channel.socket().getRemoteSocketAddress());
    synchronized (this) {
      int now = held.getOrDefault(block, 0);
      if (now >= limit.getAsInt()) {
        return false;
      }
      held.put(block, now + 1);
      holders.put(channel, block);
      return true;
    }
  }

  /** Counts one less. Idempotent. */
  void leave(Object channel) {
    if (limit.isPresent()) {
      forget(channel);
    }
  }

  private synchronized void forget(Object channel) {
    String block = holders.remove(channel);
    if (block != null) {
      held.computeIfPresent(block, (same, count) -> count == 1 ? null : count - 1);
    }
  }
}
