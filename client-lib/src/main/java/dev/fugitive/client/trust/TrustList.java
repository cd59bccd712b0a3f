package dev.fugitive.client.trust;

import dev.fugitive.client.peer.PeerId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The keys whose vouchers are believed: those the user gave, and always our own. */
public record TrustList(Set<PeerId> keys) {
  public TrustList {
    keys = Set.copyOf(keys);
  }

  /** Our own key and those given with {@code --trust}. */
  public static TrustList of(PeerId own, Collection<PeerId> given) {
    Set<PeerId> keys = new HashSet<>(given);
    keys.add(own);
    return new TrustList(keys);
  }

  /** Whether this key's vouchers are believed. */
  public boolean trusts(PeerId key) {
    return keys.contains(key);
  }
}
