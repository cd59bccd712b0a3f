package dev.fugitive.client.fetch;

/**
 * How many peers have a content.
 *
 * @param holders tier-1 peers that say they have it
 * @param reaching tier-1 peers that say a peer of theirs has it
 */
public record Seeders(int holders, int reaching) {
  /** Nobody that is known. */
  public static final Seeders NONE = new Seeders(0, 0);
}
