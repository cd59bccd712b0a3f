package dev.fugitive.client.fetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.http.PartialResponse;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.PartialContent;
import dev.fugitive.client.trust.SharingDecision;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import okio.Buffer;
import okio.ByteString;
import okio.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The responses of whose bodies only parts are here, by resource. It lasts as long as the process;
 * the bytes may be evicted before.
 */
final class PartialLibrary {
  /** The most responses; beyond, the one that was used least recently is forgotten. */
  static final int MAX_RESPONSES = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(PartialLibrary.class);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final ContentStore contents;
  private final SharingJudge sharing;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<ResourceKey, Kept> byVariant = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("lock")
  private final Map<ResourceKey, List<ResourceKey>> variants = new LinkedHashMap<>();

  /** Read without the lock, so that who has no parts does not pay for them. */
  private volatile boolean empty = true;

  PartialLibrary(ContentStore contents, SharingJudge sharing) {
    this.contents = contents;
    this.sharing = sharing;
  }

  /** A name for a body whose id is not known yet. */
  static ByteString newName() {
    byte[] name = new byte[ContentId.ROOT_BYTES];
    RANDOM.nextBytes(name);
    return ByteString.of(name);
  }

  /** A response, the parts of its body, and whether they are all everybody's. */
  record Kept(PartialResponse response, PartialContent bytes, PartsSharing sharing) {
    Kept with(PartialResponse updated) {
      return new Kept(updated, bytes, sharing);
    }

    /** Whether nothing is missing. */
    boolean isWhole() {
      return response.lengthKnown() && bytes.held().contains(0, response.length());
    }
  }

  /** The parts of the response that a request selects; empty where nothing of one is here. */
  Optional<Kept> select(RequestHead request) {
    if (empty) {
      return Optional.empty();
    }
    ResourceKey primary = ResourceKey.primary(request);
    lock.lock();
    try {
      for (ResourceKey variant : variants.getOrDefault(primary, List.of())) {
        Kept kept = byVariant.get(variant);
        if (kept != null
            && kept.response().isSelectedBy(request)
            && !kept.bytes().held().ranges().isEmpty()) {
          return Optional.of(kept);
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Where the parts of a response that has just come are to be kept: with those that they can be
   * combined with, or instead of those that they cannot. Empty where the store takes none.
   *
   * @param sharing what was decided for the arriving part alone
   */
  Optional<Kept> keep(PartialResponse arriving, SharingDecision sharing) {
    Optional<Kept> known = find(arriving.whole().variantKey());
    if (known.isPresent()
        && known.get().bytes().isKept()
        && known.get().response().combinesWith(arriving)) {
      Kept updated = known.get().with(known.get().response().updatedBy(arriving));
      updated.sharing().narrow(sharing);
      put(updated);
      return Optional.of(updated);
    }
    try {
      Kept started = new Kept(arriving, contents.keepParts(arriving.length()), new PartsSharing());
      started.sharing().narrow(sharing);
      put(started);
      return Optional.of(started);
    } catch (IOException e) {
      LOG.debug("parts of {} are not kept: {}", arriving.whole().url(), e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Keeps what came of a body that was interrupted, where its bytes can be told from another
   * representation's.
   *
   * @param came the bytes from the first on
   * @param trace of the fetch that brought them
   */
  void keepInterrupted(
      RequestHead request,
      ResponseHead head,
      Instant requestTime,
      Instant responseTime,
      Source came,
      long byteCount,
      FetchTrace trace) {
    Optional<Kept> kept =
        byteCount < ContentId.CHUNK_BYTES
            ? Optional.empty()
            : PartialResponse.wholly(request, head, requestTime, responseTime, newName())
                .flatMap(arrival ->
                    keep(
                        arrival.response(),
                        sharing.decidePart(request, arrival.response(), trace)));
    if (kept.isEmpty()) {
      return;
    }
    Source exact = new ExactSource(came, byteCount);
    Source keeping = new KeepingSource(exact, kept.get(), 0, byteCount, () -> {});
    try {
      Buffer block = new Buffer();
      while (keeping.read(block, ContentId.CHUNK_BYTES) != -1) {
        block.clear();
      }
    } catch (IOException e) {
      LOG.debug("{} is kept in part only: {}", request.url(), e.getMessage());
    }
  }

  private Optional<Kept> find(ResourceKey variant) {
    lock.lock();
    try {
      return Optional.ofNullable(byVariant.get(variant));
    } finally {
      lock.unlock();
    }
  }

  /** The origin has confirmed a response; nothing happens where it was forgotten meanwhile. */
  void update(Kept kept, PartialResponse confirmed) {
    Optional<Kept> known = find(confirmed.whole().variantKey());
    if (known.isPresent() && known.get().bytes() == kept.bytes()) {
      put(known.get().with(confirmed));
    }
  }

  private void put(Kept kept) {
    List<Kept> gone = new ArrayList<>();
    ResourceKey variant = kept.response().whole().variantKey();
    lock.lock();
    try {
      Kept before = byVariant.put(variant, kept);
      if (before == null) {
        variants
            .computeIfAbsent(kept.response().whole().primaryKey(), absent -> new ArrayList<>())
            .add(variant);
      } else if (before.bytes() != kept.bytes()) {
        gone.add(before);
      }
      if (byVariant.size() > MAX_RESPONSES) {
        Kept eldest = byVariant.values().iterator().next();
        gone.add(eldest);
        drop(eldest);
      }
      empty = false;
    } finally {
      lock.unlock();
    }
    gone.forEach(one -> one.bytes().forget());
  }

  @GuardedBy("lock")
  private void drop(Kept kept) {
    StoredResponse whole = kept.response().whole();
    byVariant.remove(whole.variantKey());
    List<ResourceKey> left = variants.getOrDefault(whole.primaryKey(), List.of());
    if (left.size() <= 1) {
      variants.remove(whole.primaryKey());
    } else {
      left.remove(whole.variantKey());
    }
    empty = byVariant.isEmpty();
  }

  /** Forgets parts, unless others have taken their place. */
  void forget(Kept kept) {
    forget(kept.response().whole().primaryKey(), one -> one.bytes() == kept.bytes());
    kept.bytes().forget();
  }

  /** Forgets the parts of a variant that is here whole now. */
  void forget(StoredResponse whole) {
    forget(
        whole.primaryKey(), one -> one.response().whole().variantKey().equals(whole.variantKey()));
  }

  /** Forgets the parts of all variants of a resource. */
  void forget(ResourceKey primary) {
    forget(primary, any -> true);
  }

  private void forget(ResourceKey primary, Predicate<Kept> which) {
    if (empty) {
      return;
    }
    List<Kept> gone = new ArrayList<>();
    lock.lock();
    try {
      Iterator<ResourceKey> keys =
          List.copyOf(variants.getOrDefault(primary, List.of())).iterator();
      while (keys.hasNext()) {
        Kept kept = byVariant.get(keys.next());
        if (kept != null && which.test(kept)) {
          gone.add(kept);
          drop(kept);
        }
      }
    } finally {
      lock.unlock();
    }
    gone.forEach(kept -> kept.bytes().forget());
  }
}
