package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.upload.RelaySource;
import dev.fugitive.client.wire.WireLimits;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Contents that pass through us from one peer to another.
 *
 * <p>A relayed content is a fill of the store and a download that asks for nothing but what its
 * readers asked us for. So each chunk is verified here before it goes on, goes on as soon as it is
 * here, and stays: a content of which everything has passed is held like any other. Readers of one
 * content share one relay. All relays together take no more of the store than their budget.
 *
 * <p>What is here and was not offered must not be told from what is not here, neither by who asks
 * nor by who is asked. So the store is not read for it: it is fetched as if it were not here, into
 * memory beside the store, and gone with its last reader.
 */
public final class Relays implements RelaySource {
  /** Peers that one content is fetched from. */
  private static final int MAX_SOURCES = 2;

  /** What all contents take together that are relayed beside the store. */
  private static final long MAX_ASIDE_BYTES = 16L << 20;

  /** Room for the tree over a content and the objects around it, beside its bytes. */
  private static final long ASIDE_OVERHEAD_BYTES = 1L << 20;

  private final ContentStore store;
  private final Downloads downloads;
  private final Function<ContentId, List<PeerSession>> holders;
  private final Consumer<ContentId> kept;
  private final ByteBudget budget;
  private final ByteBudget asideBudget;

  @GuardedBy("this")
  private final Map<ContentId, Relay> running = new HashMap<>();

  /**
   * Relays by way of a store.
   *
   * @param holders peers that probably hold a content and upload, the likeliest first
   * @param kept is told of a content of which everything has passed
   * @param budgetBytes what all contents that are being relayed take of the store together, each
   *     its length
   */
  public Relays(
      ContentStore store,
      Downloads downloads,
      Function<ContentId, List<PeerSession>> holders,
      Consumer<ContentId> kept,
      long budgetBytes) {
    this.store = store;
    this.downloads = downloads;
    this.holders = holders;
    this.kept = kept;
    this.budget = new ByteBudget(budgetBytes);
    this.asideBudget = new ByteBudget(Math.min(budgetBytes, MAX_ASIDE_BYTES));
  }

  @Override
  public List<PeerId> holders(ContentId content, PeerSession reader) {
    return sources(content, reader).stream()
        .map(PeerSession::peer)
        .limit(WireLimits.MAX_NAMED_HOLDERS)
        .toList();
  }

  private List<PeerSession> sources(ContentId content, PeerSession reader) {
    return holders.apply(content).stream()
        .filter(session -> session.isOpen() && !session.peer().equals(reader.peer()))
        .toList();
  }

  @Override
  public Optional<Relayed> begin(ContentId content, PeerSession reader, Listener listener)
      throws IOException {
    List<PeerSession> sources = sources(content, reader).stream().limit(MAX_SOURCES).toList();
    if (sources.isEmpty() || content.length() > budget.limitBytes()) {
      return Optional.empty();
    }
    return join(content, sources).map(relay -> relay.reader(listener));
  }

  private boolean isHere(ContentId content) throws IOException {
    Optional<HeldContent> held = store.open(content);
    held.ifPresent(HeldContent::close);
    return held.isPresent();
  }

  private Optional<Relay> join(ContentId content, List<PeerSession> sources) throws IOException {
    Optional<Relay> known = enter(content);
    if (known.isPresent()) {
      return known;
    }
    return Optional.of(begin(content, sources, !isHere(content)));
  }

  private synchronized Optional<Relay> enter(ContentId content) {
    return Optional.ofNullable(running.get(content)).filter(Relay::enter);
  }

  /** What was reserved goes back when the relay has ended, or where there is none. */
  private Relay begin(ContentId content, List<PeerSession> sources, boolean stays)
      throws IOException {
    ByteBudget reserved = stays ? budget : asideBudget;
    if (!reserved.tryTake(content.length())) {
      throw new IOException("the relays' budget of " + reserved.limitBytes() + " bytes is in use");
    }
    ContentStore where =
        stays ? store : MemoryTier.open(2 * content.length() + ASIDE_OVERHEAD_BYTES);
    ChunkFill fill;
    try {
      fill = where.fillByChunks(content);
    } catch (IOException | RuntimeException e) {
      reserved.giveBack(content.length());
      throw e;
    }
    Relay begun =
        new Relay(
            where,
            fill,
            sources,
            (relay, whole) -> {
              reserved.giveBack(content.length());
              ended(relay, whole && stays);
            });
    Relay first = enterOrAdd(content, begun);
    if (first != begun) {
      fill.close();
      reserved.giveBack(content.length());
      return first;
    }
    begun.start(downloads);
    return begun;
  }

  /** Another reader may have begun the same meanwhile. */
  private synchronized Relay enterOrAdd(ContentId content, Relay begun) {
    Optional<Relay> known = enter(content);
    if (known.isEmpty()) {
      running.put(content, begun);
    }
    return known.orElse(begun);
  }

  private void ended(Relay relay, boolean isKept) {
    synchronized (this) {
      running.remove(relay.content(), relay);
    }
    if (isKept) {
      kept.accept(relay.content());
    }
  }

  /** How many contents are passing through us. */
  public synchronized int count() {
    return running.size();
  }
}
