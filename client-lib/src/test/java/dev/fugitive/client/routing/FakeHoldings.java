package dev.fugitive.client.routing;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.ResourceKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import okio.ByteString;

/** What a node has, said by a test. */
final class FakeHoldings implements HoldingsSource, ResourceAnswers {
  private final Set<HoldingItem> items = new LinkedHashSet<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  final Map<ResourceKey, List<Vouched>> vouchers = new ConcurrentHashMap<>();
  final Map<ResourceKey, CompletableFuture<Void>> arrivals = new ConcurrentHashMap<>();
  final Map<Digest, List<ContentId>> contents = new ConcurrentHashMap<>();

  void add(HoldingItem item) {
    synchronized (items) {
      items.add(item);
    }
    listeners.forEach(listener -> listener.onAdded(item));
  }

  void remove(HoldingItem item) {
    synchronized (items) {
      items.remove(item);
    }
    listeners.forEach(listener -> listener.onRemoved(item));
  }

  void addVoucher(ResourceKey resource, ByteString voucher) {
    vouchers.put(resource, List.of(new Vouched(voucher, content(0))));
    add(new HoldingItem.OfResource(resource));
  }

  @Override
  public Collection<HoldingItem> items() {
    synchronized (items) {
      return new ArrayList<>(items);
    }
  }

  @Override
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public List<Vouched> vouchersFor(ResourceKey resource) {
    return vouchers.getOrDefault(resource, List.of());
  }

  @Override
  public Optional<CompletableFuture<Void>> arrivalOf(ResourceKey resource) {
    return Optional.ofNullable(arrivals.get(resource));
  }

  @Override
  public List<ContentId> contentsWith(Digest digest) {
    return contents.getOrDefault(digest, List.of());
  }

  @Override
  public Optional<ContentId> contentOf(ByteString voucher) {
    return vouchers.values().stream()
        .flatMap(List::stream)
        .filter(vouched -> vouched.voucher().equals(voucher))
        .map(Vouched::content)
        .findFirst();
  }

  static ContentId content(int seed) {
    return new ContentId(ByteString.encodeUtf8("content " + seed).sha256(), seed + 1L);
  }

  static HoldingItem item(int seed) {
    return new HoldingItem.OfContent(content(seed));
  }

  static ResourceKey resource(int seed) {
    return ResourceKey.primary("GET", "https://example.org/" + seed);
  }

  static Digest digest(int seed) {
    return new Digest(Digest.Algorithm.SHA_256, ByteString.encodeUtf8("body " + seed).sha256());
  }

  static ByteString salt(int seed) {
    return ByteString.encodeUtf8("salt " + seed).sha256().substring(0, 16);
  }
}
