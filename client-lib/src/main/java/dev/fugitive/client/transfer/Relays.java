package dev.fugitive.client.transfer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
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
 * content share one relay.
 */
public final class Relays implements RelaySource {
  /** Peers that one content is fetched from. */
  private static final int MAX_SOURCES = 2;

  private final ContentStore store;
  private final Downloads downloads;
  private final Function<ContentId, List<PeerSession>> holders;
  private final Consumer<ContentId> kept;
  private final long maxBytes;

  @GuardedBy("this")
  private final Map<ContentId, Relay> running = new HashMap<>();

  /**
   * Relays by way of a store.
   *
   * @param holders peers that probably hold a content and upload, the likeliest first
   * @param kept is told of a content of which everything has passed
   * @param maxBytes the longest content that is relayed: it takes its length in the store
   */
  public Relays(
      ContentStore store,
      Downloads downloads,
      Function<ContentId, List<PeerSession>> holders,
      Consumer<ContentId> kept,
      long maxBytes) {
    this.store = store;
    this.downloads = downloads;
    this.holders = holders;
    this.kept = kept;
    this.maxBytes = maxBytes;
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
    if (sources.isEmpty() || content.length() > maxBytes) {
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

  private synchronized Optional<Relay> join(ContentId content, List<PeerSession> sources)
      throws IOException {
    Relay known = running.get(content);
    if (known != null && known.enter()) {
      return Optional.of(known);
    }
    if (isHere(content)) {
      return Optional.empty();
    }
    Relay begun = new Relay(store, store.fillByChunks(content), sources, this::ended);
    running.put(content, begun);
    begun.start(downloads);
    return Optional.of(begun);
  }

  private void ended(Relay relay, boolean whole) {
    synchronized (this) {
      running.remove(relay.content(), relay);
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
