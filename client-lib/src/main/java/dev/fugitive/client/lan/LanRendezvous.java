package dev.fugitive.client.lan;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.signalling.Presence;
import dev.fugitive.client.signalling.Rendezvous;
import dev.fugitive.client.signalling.RendezvousListener;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * The nodes of the networks that this machine is in, found without any server: each announces
 * itself, and signals go from one to the other directly.
 */
public final class LanRendezvous implements Rendezvous {
  private final LanMembership.AddressSource addresses;
  private final Discovery discovery;
  private final RandomGenerator random;

  LanRendezvous(
      LanMembership.AddressSource addresses, Discovery discovery, RandomGenerator random) {
    this.addresses = addresses;
    this.discovery = discovery;
    this.random = random;
  }

  /** Finds others by multicast DNS. */
  public static LanRendezvous overMdns(LanScope scope) {
    return new LanRendezvous(scope::addresses, new MdnsDiscovery(), new SecureRandom());
  }

  @Override
  public Membership join(Identity identity, Presence presence, RendezvousListener listener) {
    LanMembership membership =
        new LanMembership(addresses, discovery, random, identity, presence, listener);
    Thread.ofVirtual().name("lan-" + identity.peerId().shortName()).start(membership);
    return membership;
  }
}
