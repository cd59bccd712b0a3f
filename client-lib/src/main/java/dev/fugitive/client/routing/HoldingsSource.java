package dev.fugitive.client.routing;

import java.util.Collection;

/** What this node has and may share, as far as routing must know. */
public interface HoldingsSource {
  /** All items that may be shared now, the likeliest to be asked for first; a copy. */
  Collection<HoldingItem> items();

  /**
   * Has a listener told of every change from now on, from any thread, at most one of them.
   *
   * @param listener its calls never block
   */
  void listen(Listener listener);

  /** Hears of changes. */
  interface Listener {
    /** The item is here now, and may be shared. */
    void onAdded(HoldingItem item);

    /** The item is gone, or may no longer be shared. */
    void onRemoved(HoldingItem item);
  }
}
