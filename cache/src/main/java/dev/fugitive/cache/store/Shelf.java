package dev.fugitive.cache.store;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A content store over any medium: the catalogue of what is held whole, and the fills that are
 * under way. Everything that the memory tier and the disk tier have in common is here.
 */
final class Shelf implements ContentStore {
  private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

  private final Medium medium;
  private final Catalogue catalogue;
  private final Publishing publishing;
  private final InstantSource clock;
  private final Map<ContentId, Assembly> assemblies = new ConcurrentHashMap<>();
  private final Set<StreamFill> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Shelf(Medium medium, Catalogue catalogue, InstantSource clock) {
    this.medium = medium;
    this.catalogue = catalogue;
    this.publishing = new Publishing(medium, catalogue);
    this.clock = clock;
  }

  @Override
  public Optional<HeldContent> open(ContentId id) throws IOException {
    checkOpen();
    Optional<Catalogue.Entry> entry = catalogue.pin(id);
    if (entry.isPresent()) {
      entry.get().content().used(clock.instant());
      return Optional.of(new WholeContent(catalogue, entry.get()));
    }
    Assembly assembly = assemblies.get(id);
    return assembly != null && assembly.retain()
        ? Optional.of(new AssemblyHandle(assembly))
        : catalogue.pin(id).map(pinned -> new WholeContent(catalogue, pinned));
  }

  @Override
  public Optional<List<ByteBuffer>> inMemory(ContentId id, long fromByte, long untilByte) {
    Ranges.checkBytes(fromByte, untilByte, id.length());
    return closed
        ? Optional.empty()
        : catalogue
            .visit(id)
            .filter(content -> content.usedLately(clock.instant()))
            .flatMap(content -> slices(content, fromByte, untilByte));
  }

  private static Optional<List<ByteBuffer>> slices(StoredContent content, long from, long until) {
    long segmentBytes = (long) content.segmentChunks() * ContentId.CHUNK_BYTES;
    List<ByteBuffer> slices = new ArrayList<>(1);
    for (long at = from; at < until; at = Math.min(until, (at / segmentBytes + 1) * segmentBytes)) {
      Optional<Segment> segment = content.segmentInMemory((int) (at / segmentBytes));
      if (segment.isEmpty()) {
        return Optional.empty();
      }
      int offset = (int) (at % segmentBytes);
      slices.add(
          segment.get().slice(offset, (int) Math.min(segment.get().length() - offset, until - at)));
    }
    return Optional.of(slices);
  }

  @Override
  public OrderedFill fillInOrder(long expectedLength, Set<Digest.Algorithm> also)
      throws IOException {
    checkOpen();
    checkFits(expectedLength);
    StreamFill fill =
        new StreamFill(
            new FrontBody(
                medium, new Reservation(catalogue), publishing, catalogue, expectedLength, also),
            expectedLength,
            streams::remove);
    streams.add(fill);
    return fill;
  }

  private void checkFits(long length) throws StoreFullException {
    if (length > ContentId.MAX_LENGTH) {
      throw new StoreFullException(
          "content length: %d (expected: at most %d)".formatted(length, ContentId.MAX_LENGTH));
    }
    long limitBytes = catalogue.counts().limitBytes();
    if (length > 0 && medium.cost(length) > limitBytes) {
      throw new StoreFullException(
          "content length: %d (expected: to fit %d)".formatted(length, limitBytes));
    }
  }

  @Override
  public PartialContent keepParts(long length) throws IOException {
    checkOpen();
    checkFits(length);
    Fragments fragments = new Fragments(medium.newBody(length), catalogue, medium.unitBytes());
    catalogue.admit(fragments);
    return fragments;
  }

  @Override
  public ChunkFill fillByChunks(ContentId id) throws IOException {
    while (true) {
      checkOpen();
      Optional<Catalogue.Entry> whole = catalogue.pin(id);
      if (whole.isPresent()) {
        return new WholeFill(new WholeContent(catalogue, whole.get()));
      }
      Assembly running = assemblies.get(id);
      Optional<AssemblyHandle> joined = running == null ? Optional.empty() : running.fill();
      if (joined.isPresent()) {
        return joined.get();
      }
      Assembly started = startAssembly(id);
      AssemblyHandle first = started.fill().orElseThrow();
      if (assemblies.putIfAbsent(id, started) == null) {
        started.completeIfEmpty();
        return first;
      }
      first.close();
    }
  }

  private Assembly startAssembly(ContentId id) throws IOException {
    Reservation reservation = new Reservation(catalogue);
    reservation.growTo(medium.cost(id.length()));
    boolean made = false;
    try {
      FillBody body = medium.newBody(id.length());
      made = true;
      return new Assembly(
          id,
          new AssemblyBytes(id, body),
          reservation,
          publishing,
          catalogue,
          ended -> assemblies.remove(id, ended));
    } finally {
      if (!made) {
        reservation.endWith(0);
      }
    }
  }

  /** The mark is on disk before the answer is given, and gone before room may be made again. */
  @Override
  public boolean pin(ContentId id, PinOwner owner) throws IOException {
    checkOpen();
    if (!catalogue.keep(id, owner)) {
      return false;
    }
    boolean marked = false;
    try {
      medium.mark(id, owner);
      marked = true;
    } finally {
      if (!marked) {
        catalogue.release(id, owner);
      }
    }
    return true;
  }

  @Override
  public boolean unpin(ContentId id, PinOwner owner) throws IOException {
    checkOpen();
    medium.unmark(id, owner);
    return catalogue.release(id, owner);
  }

  @Override
  public Set<ContentId> pinned(PinOwner owner) {
    return catalogue.kept(Set.of(owner));
  }

  @Override
  public Set<ContentId> pinned() {
    return catalogue.kept(EnumSet.allOf(PinOwner.class));
  }

  @Override
  public Optional<Boolean> verify(ContentId id) throws IOException {
    checkOpen();
    Optional<Catalogue.Entry> entry = catalogue.pin(id);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    try (HeldContent whole = new WholeContent(catalogue, entry.get())) {
      if (entry.get().content().isAsStored()) {
        return Optional.of(true);
      }
      catalogue.forget(entry.get(), ContentListener.RemovalCause.DAMAGED);
      LOG.warn("{} is damaged, and forgotten", whole.id());
      return Optional.of(false);
    }
  }

  @Override
  public void remove(ContentId id) throws IOException {
    checkOpen();
    for (PinOwner owner : PinOwner.values()) {
      medium.unmark(id, owner);
    }
    catalogue.remove(id);
  }

  @Override
  public Optional<ContentId> find(Digest digest) {
    return catalogue.find(digest);
  }

  @Override
  public Set<ContentId> ids() {
    return catalogue.ids();
  }

  @Override
  public Set<Digest> digests(ContentId id) {
    return catalogue.digests(id);
  }

  @Override
  public void addListener(ContentListener listener) {
    catalogue.addListener(listener);
  }

  @Override
  public StoreStatus status() {
    return medium.status(catalogue.counts());
  }

  /** How many times contents are open, fills that are read after they became whole included. */
  int openHandles() {
    return catalogue.pins();
  }

  /** How many files are open. */
  int openFiles() {
    return medium.openFiles();
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("the store is closed");
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    IOException cause = new IOException("the store is closed");
    streams.forEach(fill -> fill.fail(cause));
    assemblies.values().forEach(assembly -> assembly.fail(cause));
    medium.close();
  }
}
