package dev.fugitive.client.transfer.upload;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The slots in use, and those that were given up. Confined to the core's owner.
 *
 * @param <S> a session
 */
final class SlotTable<S> {
  /** A slot of a session. */
  record Owned<S>(S session, Transfer transfer) {}

  private final Map<Long, Owned<S>> slots = new HashMap<>();
  private final List<Long> freed = new ArrayList<>();
  private long nextSlot;

  /** Takes a new slot for a session. */
  Transfer reserve(S session, LongFunction<Transfer> reserved) {
    Transfer transfer = reserved.apply(nextSlot++);
    slots.put(transfer.slot, new Owned<>(session, transfer));
    return transfer;
  }

  /** The slot, also where it was given up while a frame of it is being read. */
  @Nullable Owned<S> find(long slot) {
    return slots.get(slot);
  }

  /** The slot, where it was not given up. */
  @Nullable Owned<S> findOpen(long slot) {
    Owned<S> owned = slots.get(slot);
    return owned == null || owned.transfer.released ? null : owned;
  }

  /** All of them, as they are now. */
  Collection<Owned<S>> all() {
    return List.copyOf(slots.values());
  }

  int size() {
    return slots.size();
  }

  /** How many only pass on what others hold. */
  int relays() {
    return (int) slots.values().stream().filter(owned -> owned.transfer.relayed).count();
  }

  /** How many of those one session has. */
  int relaysOf(S session) {
    return (int)
        slots.values().stream()
            .filter(owned -> owned.transfer.relayed && owned.session.equals(session))
            .count();
  }

  /** Slots of which the peer has not been told everything yet. */
  List<Long> growing() {
    return slots.values().stream()
        .filter(SlotTable::isGrowing)
        .map(owned -> owned.transfer.slot)
        .toList();
  }

  int countGrowing() {
    int growing = 0;
    for (Owned<S> owned : slots.values()) {
      growing += isGrowing(owned) ? 1 : 0;
    }
    return growing;
  }

  private static boolean isGrowing(Owned<?> owned) {
    return !owned.transfer.released && owned.transfer.isGrowing();
  }

  /** Nobody reads the slot's content any more. */
  void free(Transfer transfer) {
    slots.remove(transfer.slot);
    freed.add(transfer.slot);
  }

  /** Slots that were freed since this was asked last. */
  List<Long> takeFreed() {
    List<Long> taken = List.copyOf(freed);
    freed.clear();
    return taken;
  }
}
