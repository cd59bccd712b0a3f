package dev.fugitive.proxy.decrypt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * The client programs that do not take this machine's CA for what it is: they know the host's own
 * certificate (pinning), or have a list of authorities of their own. They are tunnelled.
 *
 * <p>A TLS alert says so at once. Many programs look at the certificate only when the handshake is
 * over and then close without a word, which an idle connection that is no longer wanted does too;
 * so they are believed the second time, unless the same program has spoken in between.
 *
 * <p>Bounded, forgotten after {@link #REMEMBERED}, never written to disk. Safe for use by several
 * threads.
 */
public final class ClientsWithoutTrust {
  static final int MAX_CLIENTS = 4096;

  /** A day: long enough to spare a program its retries, short enough to heal. */
  static final Duration REMEMBERED = Duration.ofHours(24);

  private static final int SILENT_TIMES = 2;

  /**
   * One of them.
   *
   * @param how what it did
   */
  public record Entry(TlsClient client, String how) {}

  private final Cache<TlsClient, String> distrusting;
  private final Cache<TlsClient, Integer> silent;

  ClientsWithoutTrust(Ticker ticker) {
    this.distrusting = table(ticker);
    this.silent = table(ticker);
  }

  private static <V> Cache<TlsClient, V> table(Ticker ticker) {
    return Caffeine.newBuilder()
        .maximumSize(MAX_CLIENTS)
        .expireAfterWrite(REMEMBERED)
        .executor(Runnable::run)
        .ticker(ticker)
        .build();
  }

  /** Whether this client is to be tunnelled. */
  public boolean contains(TlsClient client) {
    return distrusting.getIfPresent(client) != null;
  }

  /** It ended the handshake with an alert. */
  public void refused(TlsClient client, String alert) {
    distrusting.put(client, alert);
  }

  /** It closed during the handshake, or after it without having sent a byte. */
  public void closedWithoutAWord(TlsClient client) {
    int times = silent.asMap().merge(client, 1, Integer::sum);
    if (times >= SILENT_TIMES) {
      silent.invalidate(client);
      distrusting.put(client, "closed without a word, " + times + " times");
    }
  }

  /** It sent something under our certificate, so it trusts it. */
  public void spoke(TlsClient client) {
    silent.invalidate(client);
  }

  /** Those known now, in the order of their hosts. */
  public List<Entry> entries() {
    distrusting.cleanUp();
    return distrusting.asMap().entrySet().stream()
        .map(entry -> new Entry(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparing((Entry entry) -> entry.client().host())
                .thenComparing(entry -> entry.client().address().getHostAddress())
                .thenComparing(entry -> entry.client().fingerprint().hex()))
        .toList();
  }
}
