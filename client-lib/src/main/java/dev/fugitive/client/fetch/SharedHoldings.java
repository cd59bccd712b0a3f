package dev.fugitive.client.fetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.index.RepresentationIndex;
import dev.fugitive.cache.store.ContentListener;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.client.routing.HoldingItem;
import dev.fugitive.client.routing.HoldingsSource;
import dev.fugitive.client.routing.ResourceAnswers;
import dev.fugitive.client.trust.AddressClass;
import dev.fugitive.client.trust.OriginFacts;
import dev.fugitive.client.trust.Sharing;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.client.trust.Voucher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What this node may give to peers, out of all that it has: contents of answers that are
 * everybody's, their digests, and the resources it has vouchers for, or will have in a moment. What
 * is not in here is denied to whoever asks.
 */
final class SharedHoldings implements HoldingsSource, ResourceAnswers {
  private final RepresentationIndex index;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Map<ContentId, Offer> offers = new LinkedHashMap<>();

  @GuardedBy("lock")
  private final Map<Digest, ContentId> byDigest = new HashMap<>();

  @GuardedBy("lock")
  private final Map<ResourceKey, Set<ContentId>> byResource = new HashMap<>();

  private final ExpectedResources expected = new ExpectedResources();
  private volatile @Nullable Listener listener;

  private SharedHoldings(RepresentationIndex index) {
    this.index = index;
  }

  /** What a store and its index hold from earlier runs; keeps up with what the store loses. */
  static SharedHoldings of(
      ContentStore contents,
      RepresentationIndex index,
      DecodedDigests decoded,
      SharingRules rules) {
    SharedHoldings shared = new SharedHoldings(index);
    contents.addListener(shared.new Losses());
    for (ContentId content : contents.ids()) {
      for (StoredResponse stored : index.find(content)) {
        if (stored.voucher().isPresent() && mayStillBeShared(stored, rules)) {
          shared.offer(stored, contents.digests(content));
          shared.offer(stored, decoded.of(content));
        }
      }
    }
    return shared;
  }

  /** What was vouched for without TLS needs an origin that is still trusted. */
  private static boolean mayStillBeShared(StoredResponse stored, SharingRules rules) {
    HttpUrl url = HttpUrl.get(stored.url());
    OriginFacts origin =
        new OriginFacts(url.host(), url.port(), url.isHttps(), AddressClass.ofHost(url.host()));
    RequestHead request = new RequestHead("GET", stored.url(), stored.selecting());
    boolean authentic = url.isHttps() || rules.trustOrigins().contains(url.host(), url.port());
    return authentic && Sharing.againstAsking(request, origin, List.of(), rules).isEmpty();
  }

  /** Withdraws what the store no longer holds. */
  private final class Losses implements ContentListener {
    @Override
    public void onAdded(ContentId id) {
      // offered when its answer is known
    }

    @Override
    public void onRemoved(ContentId id, RemovalCause cause) {
      withdraw(id);
    }
  }

  /**
   * Why a content is offered: the resources whose answers it is, those with a voucher marked, and
   * its digests.
   */
  private record Offer(Map<ResourceKey, Boolean> resources, Set<Digest> digests) {
    Offer() {
      this(new HashMap<>(), new HashSet<>());
    }
  }

  /** Offers the content of an answer that is everybody's. */
  void offer(StoredResponse stored, Set<Digest> digests) {
    ContentId content = stored.content();
    ResourceKey resource = stored.primaryKey();
    List<HoldingItem> added = new ArrayList<>();
    synchronized (lock) {
      Offer offer = offerFor(content, added);
      for (Digest digest : digests) {
        if (offer.digests().add(digest)) {
          byDigest.put(digest, content);
          added.add(new HoldingItem.OfDigest(digest));
        }
      }
      boolean vouched = stored.voucher().isPresent();
      if (!vouched) {
        offer.resources().putIfAbsent(resource, false);
      } else if (!Boolean.TRUE.equals(offer.resources().put(resource, true))) {
        added.add(new HoldingItem.OfResource(resource));
      }
      byResource.computeIfAbsent(resource, absent -> new HashSet<>()).add(content);
    }
    tellAdded(added);
  }

  /**
   * Offers a resource of which an answer that may be vouched for is on its way from its origin.
   *
   * @return must be run when the answer is offered, or will not be
   */
  Runnable expect(ResourceKey resource) {
    CompletableFuture<Void> arrival = expected.begin(resource);
    tellAdded(List.of(new HoldingItem.OfResource(resource)));
    return () -> {
      if (expected.settle(resource, arrival) && !hasVoucherFor(resource)) {
        tellRemoved(List.of(new HoldingItem.OfResource(resource)));
      }
    };
  }

  private boolean hasVoucherFor(ResourceKey resource) {
    synchronized (lock) {
      for (ContentId content : byResource.getOrDefault(resource, Set.of())) {
        Offer offer = offers.get(content);
        if (offer != null && offer.resources().getOrDefault(resource, false)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Offers a content that is still on its way, chunk by chunk. */
  void offerPartly(ContentId content) {
    List<HoldingItem> added = new ArrayList<>();
    synchronized (lock) {
      offerFor(content, added);
    }
    tellAdded(added);
  }

  @GuardedBy("lock")
  private Offer offerFor(ContentId content, List<HoldingItem> added) {
    return offers.computeIfAbsent(
        content,
        absent -> {
          added.add(new HoldingItem.OfContent(absent));
          return new Offer();
        });
  }

  /**
   * Takes back a resource whose answers were forgotten, and the contents that no other resource
   * needs.
   */
  void withdraw(ResourceKey resource) {
    List<HoldingItem> removed = new ArrayList<>();
    synchronized (lock) {
      Set<ContentId> contents = byResource.remove(resource);
      if (contents == null) {
        return;
      }
      removed.add(new HoldingItem.OfResource(resource));
      for (ContentId content : contents) {
        Offer offer = offers.get(content);
        if (offer != null && offer.resources().remove(resource) != null) {
          withdrawOrphan(content, offer, removed);
        }
      }
    }
    tellRemoved(removed);
  }

  @GuardedBy("lock")
  private void withdrawOrphan(ContentId content, Offer offer, List<HoldingItem> removed) {
    if (offer.resources().isEmpty()) {
      offers.remove(content);
      offer.digests().forEach(digest -> byDigest.remove(digest, content));
      items(content, offer, removed);
    }
  }

  /** Takes back a content that is no longer here. */
  void withdraw(ContentId content) {
    List<HoldingItem> removed = new ArrayList<>();
    synchronized (lock) {
      Offer offer = offers.remove(content);
      if (offer == null) {
        return;
      }
      offer.digests().forEach(digest -> byDigest.remove(digest, content));
      for (ResourceKey resource : offer.resources().keySet()) {
        byResource.computeIfPresent(
            resource,
            (key, contents) -> {
              contents.remove(content);
              return contents.isEmpty() ? null : contents;
            });
      }
      items(content, offer, removed);
    }
    tellRemoved(removed);
  }

  /** Whether a content may be given to a peer. */
  boolean mayGive(ContentId content) {
    synchronized (lock) {
      return offers.containsKey(content);
    }
  }

  @Override
  public Collection<HoldingItem> items() {
    List<HoldingItem> items = new ArrayList<>();
    synchronized (lock) {
      offers.forEach((content, offer) -> items(content, offer, items));
    }
    expected.all().stream().map(HoldingItem.OfResource::new).forEach(items::add);
    return items;
  }

  private static void items(ContentId content, Offer offer, List<HoldingItem> to) {
    to.add(new HoldingItem.OfContent(content));
    offer.digests().forEach(digest -> to.add(new HoldingItem.OfDigest(digest)));
    offer
        .resources()
        .forEach((resource, vouched) -> {
          if (vouched) {
            to.add(new HoldingItem.OfResource(resource));
          }
        });
  }

  @Override
  public void listen(Listener changes) {
    listener = changes;
  }

  @Override
  public List<Vouched> vouchersFor(ResourceKey resource) {
    return index.get(resource).stream()
        .filter(stored -> mayGive(stored.content()))
        .flatMap(stored ->
            stored.voucher().stream().map(voucher -> new Vouched(voucher, stored.content())))
        .toList();
  }

  @Override
  public Optional<CompletableFuture<Void>> arrivalOf(ResourceKey resource) {
    return expected.of(resource);
  }

  @Override
  public List<ContentId> contentsWith(Digest digest) {
    synchronized (lock) {
      ContentId content = byDigest.get(digest);
      return content == null ? List.of() : List.of(content);
    }
  }

  @Override
  public Optional<ContentId> contentOf(ByteString voucher) {
    return Voucher.contentOf(voucher);
  }

  private void tellAdded(List<HoldingItem> items) {
    Listener told = listener;
    if (told != null) {
      items.forEach(told::onAdded);
    }
  }

  private void tellRemoved(List<HoldingItem> items) {
    Listener told = listener;
    if (told != null) {
      items.forEach(told::onRemoved);
      // another variant of it may be here or on its way, or may have come meanwhile
      items.stream().filter(this::isHereStill).forEach(told::onAdded);
    }
  }

  private boolean isHereStill(HoldingItem item) {
    return item instanceof HoldingItem.OfResource(ResourceKey resource)
        && (expected.of(resource).isPresent() || hasVoucherFor(resource));
  }
}
