package dev.fugitive.proxy.decrypt;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.handler.ssl.SslContext;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/**
 * Everything that a front end needs to decrypt: the decision, the certificates, and who does not
 * take them. Safe for use by several threads.
 */
public final class Decryption {
  private final DecryptHosts hosts;
  private final CertificateAuthority authority;
  private final InstantSource clock;
  private final LeafCertificates leaves;
  private final ClientsWithoutTrust clients;
  private final Map<Decision.Why, LongAdder> decided = new EnumMap<>(Decision.Why.class);

  /**
   * Decrypts these hosts under this authority.
   *
   * @param executor makes certificates
   */
  public Decryption(
      DecryptHosts hosts,
      CertificateAuthority authority,
      InstantSource clock,
      Ticker ticker,
      Executor executor) {
    this.hosts = hosts;
    this.authority = authority;
    this.clock = clock;
    this.leaves = new LeafCertificates(authority, hosts, clock, executor);
    this.clients = new ClientsWithoutTrust(ticker);
    for (Decision.Why why : Decision.Why.values()) {
      decided.put(why, new LongAdder());
    }
  }

  /** Decides which way a CONNECT goes, and counts each decision but those to wait. */
  public Decision decide(Peeked peeked) {
    Decision decision =
        DecryptPolicy.decide(
            peeked, hosts, authority.isValidAt(clock.instant()), clients::contains);
    switch (decision) {
      case Decision.Tunnel(Decision.Why why) -> count(why);
      case Decision.Refuse(Decision.Why why) -> count(why);
      case Decision.Decrypt decrypt -> count(Decision.Why.DECRYPTED);
      case Decision.WaitForMoreBytes wait -> {}
    }
    return decision;
  }

  private void count(Decision.Why why) {
    LongAdder adder = decided.get(why);
    if (adder != null) {
      adder.increment();
    }
  }

  /** What a server needs to stand in for a host that was decided to be decrypted. */
  public CompletableFuture<SslContext> contextFor(String host, int port) {
    return leaves.contextFor(host, port);
  }

  /** Who does not take the certificates. */
  public ClientsWithoutTrust clients() {
    return clients;
  }

  /** The hosts. */
  public DecryptHosts hosts() {
    return hosts;
  }

  /** Who signs. */
  public CertificateAuthority authority() {
    return authority;
  }

  /** How often each decision was made, by its token. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    decided.forEach((why, count) -> counts.put(why.token(), count.sum()));
    return counts;
  }
}
