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
import dev.fugitive.cache.http.Storability;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.index.RepresentationIndex;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.DamagedContentException;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.cache.store.OrderedFill;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.AddressClass;
import dev.fugitive.client.trust.Evidence;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.NotShareableReason;
import dev.fugitive.client.trust.OriginFacts;
import dev.fugitive.client.trust.Sharing;
import dev.fugitive.client.trust.SharingDecision;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.client.trust.Voucher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;
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
  private static final Duration VOUCHER_VALIDITY = Duration.ofDays(7);

  /** Characters of all URLs together whose keys are kept. */
  private static final long KEYS_WEIGHT = 1L << 20;

  private final ContentStore contents;
  private final PartialLibrary parts;
  private final RepresentationIndex index;
  private final SharedHoldings shared;
  private final DecodedCopies decoded;
  private final Identity identity;
  private final SharingRules rules;
  private final InstantSource clock;

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
      Identity identity,
      SharingRules rules,
      DecodedDigests decoded,
      InstantSource clock) {
    this.contents = contents;
    this.decoded = new DecodedCopies(this, shared, decoded);
    this.parts = new PartialLibrary(contents);
    this.index = index;
    this.shared = shared;
    this.identity = identity;
    this.rules = rules;
    this.clock = clock;
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
    Optional<PartialLibrary.Kept> kept =
        byteCount < ContentId.CHUNK_BYTES
            ? Optional.empty()
            : PartialResponse.wholly(
                    request, head, requestTime, responseTime, PartialLibrary.newName())
                .flatMap(arrival ->
                    parts.keep(arrival.response(), decidePart(request, arrival.response(), trace)));
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
    if ((published || believed.voucher().isPresent()) && mayBeKept(believed)) {
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
   * Puts a whole answer into the library, with a voucher of our own where we may vouch for it;
   * nothing where it may not be stored.
   */
  void addFromOrigin(Arrival arrival) {
    StoredResponse stored = arrival.asStored();
    switch (decide(arrival)) {
      case SharingDecision.NotShareable ignored -> put(stored);
      case SharingDecision.Shareable(boolean mayVouch) ->
          share(mayVouch ? vouched(stored, arrival) : stored);
    }
  }

  /**
   * An answer of which the origin has given the head, and its manifest what the body is; empty
   * where it is not everybody's. We do not vouch for it: nobody here has hashed the origin's bytes.
   */
  Optional<StoredResponse> believe(Arrival arrival) {
    return switch (decide(arrival)) {
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
    if (!mayBeKept(stored)) {
      return;
    }
    switch (decide(arrival)) {
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
    if (!mayBeKept(believed)) {
      return;
    }
    if (published || believed.voucher().isPresent()) {
      share(believed);
    } else {
      put(believed);
    }
  }

  /**
   * Decides about one part of a response by the request that it answers and the connection it came
   * over. A modification date ties parts together for a cache (RFC 9110 section 8.8.2.2), but two
   * users' own bodies can have the same.
   */
  SharingDecision decidePart(RequestHead request, PartialResponse part, FetchTrace trace) {
    if (part.whole().entityTag().filter(tag -> !tag.weak()).isEmpty()) {
      return new SharingDecision.NotShareable(NotShareableReason.PARTS);
    }
    Fields fields = request.fields().without("Range").without("If-Range");
    SharingDecision alone =
        Sharing.decide(
            new RequestHead(request.method(), request.url(), fields),
            part.wholeHead(),
            facts(request.url(), trace.origin()),
            List.of(),
            rules,
            clock.instant());
    PartsSharing before = trace.parts();
    return before == null ? alone : alone.and(before.decision());
  }

  /** Whether an answer of the origin is everybody's. */
  boolean isShareable(Arrival arrival) {
    return decide(arrival) instanceof SharingDecision.Shareable;
  }

  private SharingDecision decide(Arrival arrival) {
    SharingDecision decision =
        Sharing.decide(
            arrival.request(),
            arrival.head(),
            facts(arrival.request().url(), arrival.origin()),
            evidence(arrival),
            rules,
            clock.instant());
    PartsSharing parts = arrival.parts();
    return parts == null ? decision : decision.and(parts.decision());
  }

  private boolean mayBeKept(StoredResponse believed) {
    RequestHead request = new RequestHead("GET", believed.url(), believed.selecting());
    return Storability.mayStore(request, believed.head(), clock.instant())
        instanceof Storability.Storable;
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
    } catch (IOException e) {
      LOG.warn("{} is not indexed: {}", stored.url(), e.getMessage());
    }
    // after it, so that at each moment the one or the other is found
    parts.forget(stored);
  }

  private static List<Evidence.ProvesWhole> evidence(Arrival arrival) {
    List<Evidence.ProvesWhole> evidence =
        new ArrayList<>(EvidenceRules.ofResponse(arrival.request(), arrival.head()));
    EvidenceRules.ofRequest(arrival.request()).stream()
        .filter(each -> EvidenceRules.holdsFor(each, arrival.request(), arrival.head()))
        // what was asked for by a digest counts as published only if it has that digest
        .filter(each -> arrival.content().digests().contains(each.digest()))
        .forEach(evidence::add);
    return evidence;
  }

  private StoredResponse vouched(StoredResponse stored, Arrival arrival) {
    return Voucher.of(
            stored,
            arrival.content().digests(),
            clock.instant(),
            VOUCHER_VALIDITY,
            identity.peerId())
        .map(voucher -> stored.withVoucher(voucher.sign(identity)))
        .orElse(stored);
  }

  private static OriginFacts facts(String requested, FetchTrace.@Nullable OriginConnection origin) {
    HttpUrl url = HttpUrl.get(requested);
    AddressClass address =
        origin == null || origin.address() == null
            ? AddressClass.UNRESOLVED
            : AddressClass.of(origin.address());
    return new OriginFacts(
        url.host(), url.port(), origin != null && origin.validatedTls(), address);
  }
}
