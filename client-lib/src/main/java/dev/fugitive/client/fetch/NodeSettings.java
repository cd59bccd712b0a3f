package dev.fugitive.client.fetch;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.SharingRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a node is made with.
 *
 * @param identity the node's key pair
 * @param cacheDirectory where contents and representations are kept; empty for memory alone
 * @param diskLimitBytes what all of the cache directory may take
 * @param memoryLimitBytes what bodies may take in memory
 * @param rendezvous the server that introduces peers ({@code ws:} or {@code wss:}, here as http or
 *     https); empty for none
 * @param iceServers STUN and TURN URLs
 * @param trusted keys whose vouchers are believed; the node's own always is
 * @param rules which origins are trusted beyond the rules, and which are kept apart
 * @param sharing whether this node uploads
 * @param uploadLimitBytesPerSecond for all uploads together; empty for no limit
 * @param uploadSlots transfers that are served at once
 * @param targetConnections how many tier-1 peers are aimed at
 * @param maxConnections how many are never exceeded
 */
public record NodeSettings(
    Identity identity,
    Optional<Path> cacheDirectory,
    long diskLimitBytes,
    long memoryLimitBytes,
    Optional<String> rendezvous,
    List<String> iceServers,
    Set<PeerId> trusted,
    SharingRules rules,
    FetchPolicy policy,
    boolean sharing,
    Optional<Long> uploadLimitBytesPerSecond,
    int uploadSlots,
    int targetConnections,
    int maxConnections) {
  public NodeSettings {
    iceServers = List.copyOf(iceServers);
    trusted = Set.copyOf(trusted);
  }
}
