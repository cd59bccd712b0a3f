package dev.fugitive.client.signalling;

import java.time.Duration;

/** How a peer keeps in touch with a rendezvous. */
public record RendezvousSettings(
    Backoff backoff, Duration joinTimeout, Duration pingInterval, int maxQueuedBytes) {
  public static final RendezvousSettings DEFAULT =
      new RendezvousSettings(
          new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60)),
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          256 * 1024);
}
