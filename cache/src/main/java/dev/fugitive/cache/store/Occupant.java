package dev.fugitive.cache.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What takes room in a store until it is forgotten or evicted, and is deleted when nobody has it
 * open. Its fields belong to the catalogue's lock.
 */
abstract class Occupant {
  long cost;
  int pins;
  boolean forgotten;
  SieveQueue.@Nullable Node<Occupant> place;

  Occupant(long cost) {
    this.cost = cost;
  }

  /** Nobody has it open: what costs while open is given back. */
  abstract void rest();

  /** Gone for good. */
  abstract void delete() throws IOException;
}
