package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.HeldContent;
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
 */
public final class Relays implements RelaySource {
  /** Peers that one content is fetched from. */
  private static final int MAX_SOURCES = 2;

  private final ContentStore store;
  private final Downloads downloads;
  private final Function<ContentId, List<PeerSession>> holders;
  private final Consumer<ContentId> kept;
  private final long budgetBytes;

  @GuardedBy("this")
  private final Map<ContentId, Relay> running = new HashMap<>();

  /** The lengths of all that is running or about to. */
  @GuardedBy("this")
  private long reservedBytes;

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
    this.budgetBytes = budgetBytes;
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
    if (sources.isEmpty() || content.length() > budgetBytes) {
      return Optional.empty();
    }
    return join(content, sources).map(relay -> relay.reader(listener));
  }

  /** What is here and was not offered must not be told from what is not here. */
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
    if (isHere(content)) {
      return Optional.empty();
    }
    if (!reserve(content.length())) {
      throw new IOException("the relays' budget of " + budgetBytes + " bytes is in use");
    }
    return Optional.of(begin(content, sources));
  }

  private synchronized Optional<Relay> enter(ContentId content) {
    return Optional.ofNullable(running.get(content)).filter(Relay::enter);
  }

  private synchronized boolean reserve(long bytes) {
    if (bytes > budgetBytes - reservedBytes) {
      return false;
    }
    reservedBytes += bytes;
    return true;
  }

  private synchronized void giveBack(long bytes) {
    reservedBytes -= bytes;
  }

  /** What was reserved goes back when the relay has ended, or where there is none. */
  private Relay begin(ContentId content, List<PeerSession> sources) throws IOException {
    ChunkFill fill;
    try {
      fill = store.fillByChunks(content);
    } catch (IOException | RuntimeException e) {
      giveBack(content.length());
      throw e;
    }
    Relay begun = new Relay(store, fill, sources, this::ended);
    Relay first = enterOrAdd(content, begun);
    if (first != begun) {
      fill.close();
      giveBack(content.length());
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

  private void ended(Relay relay, boolean whole) {
    synchronized (this) {
      running.remove(relay.content(), relay);
      reservedBytes -= relay.content().length();
    }
    if (whole) {
      kept.accept(relay.content());
    }
  }

  /** How many contents are passing through us. */
  public synchronized int count() {
    return running.size();
  }
}
