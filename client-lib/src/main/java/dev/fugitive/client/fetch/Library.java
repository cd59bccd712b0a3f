package dev.fugitive.client.fetch;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.HashedContent;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.PartialResponse;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.Revalidation;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.index.RepresentationIndex;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.DamagedContentException;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.cache.store.OrderedFill;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.SharingDecision;
import dev.fugitive.client.trust.Voucher;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okio.Buffer;
import okio.Source;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contents, the representations whose bodies they are, and the vouchers that go with them, put
 * together.
 */
final class Library {
  private static final Logger LOG = LoggerFactory.getLogger(Library.class);

  /** Characters of all URLs together whose keys are kept. */
  private static final long KEYS_WEIGHT = 1L << 20;

  /** What is shorter comes as fast as its head. */
  private static final long LEAST_EXPECTED_BYTES = ContentId.CHUNK_BYTES;

  /** What is longer takes longer than anybody waits; a manifest is for that. */
  private static final long MOST_EXPECTED_BYTES = 8 << 20;

  private final ContentStore contents;
  private final PartialLibrary parts;
  private final RepresentationIndex index;
  private final SharedHoldings shared;
  private final DecodedCopies decoded;
  private final SharingJudge sharing;

  /** The keys of URLs that are asked for again and again, by the URL as it was given. */
  private final LoadingCache<String, ResourceKey> keys =
      Caffeine.newBuilder()
          .maximumWeight(KEYS_WEIGHT)
          .weigher((String url, ResourceKey key) -> url.length())
          .executor(Runnable::run)
          .build(url -> ResourceKey.primary("GET", url));

  Library(
      ContentStore contents,
      RepresentationIndex index,
      SharedHoldings shared,
      SharingJudge sharing,
      DecodedDigests decoded) {
    this.contents = contents;
    this.decoded = new DecodedCopies(this, shared, decoded);
    this.parts = new PartialLibrary(contents, sharing);
    this.index = index;
    this.shared = shared;
    this.sharing = sharing;
  }

  /**
   * A whole answer that came from the origin.
   *
   * @param request as it was sent
   * @param origin the connection it came over; null where that is not known
   * @param parts null where the body came in one piece
   */
  record Arrival(
      RequestHead request,
      ResponseHead head,
      Instant requestTime,
      Instant responseTime,
      HashedContent content,
      FetchTrace.@Nullable OriginConnection origin,
      @Nullable PartsSharing parts) {
    StoredResponse asStored() {
      return StoredResponse.of(request, head, requestTime, responseTime, content.id());
    }
  }

  /** All that is stored for what this request names. */
  List<StoredResponse> stored(RequestHead request) {
    return index.get(ResourceKey.primary(request));
  }

  /** The same as far as it is in memory, without waiting. */
  List<StoredResponse> storedInMemory(RequestHead request) {
    return index.getInMemory(keys.get(request.url()));
  }

  /** Bytes of a whole content, if they are in memory; without waiting. */
  Optional<List<ByteBuffer>> inMemory(ContentId id, long fromByte, long untilByte) {
    return contents.inMemory(id, fromByte, untilByte);
  }

  /** What is behind the content codings of what is here. */
  DecodedCopies decoded() {
    return decoded;
  }

  /** Who decides whose what comes is. */
  SharingJudge sharing() {
    return sharing;
  }

  /** The responses of which parts are here. */
  PartialLibrary parts() {
    return parts;
  }

  /** Whether the variant of a response is here whole. */
  boolean hasWhole(RequestHead request, PartialResponse partial) throws IOException {
    ResourceKey variant = partial.whole().variantKey();
    for (StoredResponse stored : stored(request)) {
      if (stored.variantKey().equals(variant)) {
        return hasWhole(stored.content());
      }
    }
    return false;
  }

  /** Makes a stored response of parts of which nothing is missing. */
  void promote(
      RequestHead request, PartialLibrary.Kept kept, FetchTrace.@Nullable OriginConnection origin) {
    long length = kept.response().length();
    StoredResponse whole = kept.response().whole();
    Fields fields = request.fields().without("Range").without("If-Range");
    try (OrderedFill fill = fillInOrder(length);
        Source all = kept.bytes().source(0, length, new ByteTally()).orElseGet(Buffer::new)) {
      Buffer block = new Buffer();
      while (all.read(block, ContentId.CHUNK_BYTES) != -1) {
        fill.write(block);
      }
      Optional<HashedContent> content =
          fill.length() == length ? fill.finish() : Optional.<HashedContent>empty();
      content
          .map(hashed ->
              new Arrival(
                  new RequestHead("GET", request.url(), fields),
                  kept.response().wholeHead(),
                  whole.requestTime(),
                  whole.responseTime(),
                  hashed,
                  origin,
                  kept.sharing()))
          .ifPresent(this::addFromOrigin);
    } catch (IOException e) {
      LOG.info("{} stays in parts: {}", whole.url(), e.getMessage());
    }
  }

  /** Opens a content that is held whole or is on its way. */
  Optional<HeldContent> open(ContentId id) throws IOException {
    try {
      return contents.open(id);
    } catch (DamagedContentException e) {
      LOG.warn("a stored content is damaged and forgotten: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Opens a content that is held whole. */
  Optional<HeldContent> openWhole(ContentId id) throws IOException {
    Optional<HeldContent> held = open(id);
    if (held.isPresent() && !held.get().chunks().isComplete(id.chunkCount())) {
      held.get().close();
      return Optional.empty();
    }
    return held;
  }

  /** Whether a content is held whole. */
  boolean hasWhole(ContentId id) throws IOException {
    Optional<HeldContent> held = openWhole(id);
    held.ifPresent(HeldContent::close);
    return held.isPresent();
  }

  /** Offers a content that is on its way, so that others get its chunks from us at once. */
  void offerPartly(StoredResponse believed, boolean published) {
    if ((published || believed.voucher().isPresent()) && sharing.mayBeKept(believed)) {
      shared.offerPartly(believed.content());
    }
  }

  /** Takes the offer back of a content that did not become whole. */
  void withdrawPartly(ContentId content) {
    shared.withdraw(content);
  }

  /** Starts to take in a body from the origin. */
  OrderedFill fillInOrder(long expectedLength) throws IOException {
    return fillInOrder(expectedLength, Set.of());
  }

  /**
   * The same, with more digests than SHA-256.
   *
   * @param also by which a document names it: so peers will ask
   */
  OrderedFill fillInOrder(long expectedLength, Set<Digest.Algorithm> also) throws IOException {
    return contents.fillInOrder(expectedLength, also);
  }

  /** Starts to take in a content from peers. */
  ChunkFill fillByChunks(ContentId id) throws IOException {
    return contents.fillByChunks(id);
  }

  /**
   * Tells peers of an answer that is on its way from its origin, where we may vouch for it when it
   * is here: who wants the same waits for it instead of asking the origin as well.
   *
   * @return must be run when the answer is here, or will not be
   */
  Runnable expect(
      RequestHead request,
      ResponseHead head,
      long length,
      FetchTrace.@Nullable OriginConnection origin) {
    boolean worthwhile = length >= LEAST_EXPECTED_BYTES && length <= MOST_EXPECTED_BYTES;
    return worthwhile && sharing.mayVouch(request, head, origin)
        ? shared.expect(ResourceKey.primary(request))
        : () -> {};
  }

  /**
   * Puts a whole answer into the library, with a voucher of our own where we may vouch for it;
   * nothing where it may not be stored.
   */
  void addFromOrigin(Arrival arrival) {
    StoredResponse stored = arrival.asStored();
    switch (sharing.decide(arrival)) {
      case SharingDecision.NotShareable ignored -> put(stored);
      case SharingDecision.Shareable(boolean mayVouch) ->
          share(mayVouch ? sharing.vouched(stored, arrival) : stored);
    }
  }

  /**
   * An answer of which the origin has given the head, and its manifest what the body is; empty
   * where it is not everybody's. We do not vouch for it: nobody here has hashed the origin's bytes.
   */
  Optional<StoredResponse> believe(Arrival arrival) {
    return switch (sharing.decide(arrival)) {
      case SharingDecision.NotShareable ignored -> Optional.empty();
      case SharingDecision.Shareable ignored -> Optional.of(arrival.asStored());
    };
  }

  /**
   * Puts an answer into the library whose head is the origin's and whose body peers gave, proven by
   * what a document of the origin says. We do not vouch for it: no byte of it came from the origin
   * to us.
   */
  void addProven(Arrival arrival) {
    StoredResponse stored = arrival.asStored();
    if (!sharing.mayBeKept(stored)) {
      return;
    }
    switch (sharing.decide(arrival)) {
      case SharingDecision.NotShareable ignored -> put(stored);
      case SharingDecision.Shareable ignored -> {
        put(stored);
        Set<Digest> digests = new HashSet<>(contents.digests(stored.content()));
        digests.addAll(arrival.content().digests());
        shared.offer(stored, digests);
      }
    }
  }

  /**
   * Puts an answer into the library that a voucher, our past or a manifest describes and peers
   * delivered.
   *
   * @param published whether the publisher's own manifest names the content
   */
  void addFromPeers(StoredResponse believed, boolean published) {
    if (!sharing.mayBeKept(believed)) {
      return;
    }
    if (published || believed.voucher().isPresent()) {
      share(believed);
    } else {
      put(believed);
    }
  }

  /** Forgets a content. */
  void remove(ContentId content) throws IOException {
    contents.remove(content);
  }

  /** Takes over what the origin said of a stored response that still holds. */
  void freshen(Revalidation.Freshened freshened) {
    if (freshened.keep()) {
      put(freshened.stored());
    } else {
      forget(freshened.stored());
    }
  }

  /**
   * Forgets the answers that these keys vouched for.
   *
   * @return how many
   */
  int forgetVouchedBy(Set<PeerId> signers) {
    int forgotten = 0;
    for (ContentId content : contents.ids()) {
      List<StoredResponse> vouched = vouchedBy(content, signers);
      while (!vouched.isEmpty()) {
        vouched.forEach(this::forget);
        forgotten += vouched.size();
        List<StoredResponse> left = vouchedBy(content, signers);
        // what cannot be removed is not tried for ever
        vouched = left.equals(vouched) ? List.of() : left;
      }
    }
    return forgotten;
  }

  private List<StoredResponse> vouchedBy(ContentId content, Set<PeerId> signers) {
    return index.find(content).stream()
        .filter(stored ->
            stored.voucher().flatMap(Voucher::signerOf).filter(signers::contains).isPresent())
        .toList();
  }

  /** Forgets one stored response. */
  void forget(StoredResponse stored) {
    forget(stored.primaryKey());
  }

  /** Forgets all variants of a resource. */
  void forget(ResourceKey primaryKey) {
    parts.forget(primaryKey);
    shared.withdraw(primaryKey);
    try {
      index.remove(primaryKey);
    } catch (IOException e) {
      LOG.warn("a removal may not survive a restart: {}", e.getMessage());
    }
  }

  private void share(StoredResponse stored) {
    put(stored);
    shared.offer(stored, contents.digests(stored.content()));
  }

  private void put(StoredResponse stored) {
    try {
      index.put(stored);
    } catch (InterruptedIOException closing) {
      LOG.debug("{} is indexed when nobody waits for it any more", stored.url());
    } catch (IOException e) {
      LOG.warn("{} is not indexed: {}", stored.url(), e.getMessage());
    }
    // after it, so that at each moment the one or the other is found
    parts.forget(stored);
  }
}
