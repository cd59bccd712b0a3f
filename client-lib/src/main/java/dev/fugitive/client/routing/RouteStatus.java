package dev.fugitive.client.routing;

import dev.fugitive.client.peer.PeerId;
import java.util.List;
import okio.ByteString;

/**
 * What is known of what one tier-1 peer has, and can be had through it.
 *
 * @param sharing whether it uploads
 * @param known whether it has told what it holds
 * @param relays whether it finds and passes on across two links
 * @param rightShare how often it had what it told, lately: 1 for always
 * @param salt of its filter, by which others tell of the same peer; empty before it is known
 * @param neighbours the salts of the peers of which it told: they have no other name here
 */
public record RouteStatus(
    PeerId peer,
    boolean sharing,
    boolean known,
    boolean relays,
    double rightShare,
    ByteString salt,
    List<ByteString> neighbours) {
  public RouteStatus {
    neighbours = List.copyOf(neighbours);
  }
}
