package dev.fugitive.proxy.desktop;

/** One place's setting as it was found, and as it was set. */
public record SlotChange(ProxySlot before, ProxySlot set) {

  /**
   * What the place should be when the change is taken back: what it was before, but for what
   * somebody has chosen since.
   *
   * <p>A URL that is neither what was found nor what was set is such a choice, and the switch
   * belongs to it; so is a switch that is not as it was set. After a crash each of the two is one
   * or the other, and both become what they were.
   */
  ProxySlot takenBack(ProxySlot now) {
    boolean chosenSince =
        !now.pacUrl().equals(set.pacUrl()) && !now.pacUrl().equals(before.pacUrl());
    if (chosenSince) {
      return now;
    }
    return new ProxySlot(
        now.name(), before.pacUrl(), now.mode().equals(set.mode()) ? before.mode() : now.mode());
  }
}
