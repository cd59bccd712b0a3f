package dev.fugitive.proxy.rendezvous;

import java.time.Duration;

/**
 * What one client may cost the rendezvous, and how long it waits.
 *
 * @param maxConnections in all
 * @param maxConnectionsPerAddress from one network address; an office behind one address is many
 * @param tokensPerSecond what a client earns; a message costs 1, one that asks for peers {@link
 *     RendezvousCore#ASK_TOKENS}
 * @param tokenBurst what a client may save up
 * @param maxStrikes bad messages forgiven; one is forgotten every {@code strikeInterval}
 * @param strikeInterval after which one bad message is forgotten
 * @param joinTimeout from the connection to the proven join
 * @param pingInterval between two questions whether a client is there
 * @param silenceLimit after which a client that says nothing is taken for dead
 * @param maxQueuedBytes what may wait for one client; a slower one is cut off
 */
public record RendezvousLimits(
    int maxConnections,
    int maxConnectionsPerAddress,
    int tokensPerSecond,
    int tokenBurst,
    int maxStrikes,
    Duration strikeInterval,
    Duration joinTimeout,
    Duration pingInterval,
    Duration silenceLimit,
    int maxQueuedBytes) {
  public static final RendezvousLimits DEFAULT =
      new RendezvousLimits(
          10_000,
          256,
          50,
          500,
          16,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(50),
          512 * 1024);
}
