package dev.fugitive.cache.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.cache.content.ByteRange;
import dev.fugitive.cache.content.ByteRanges;
import dev.fugitive.cache.content.ContentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import okio.Buffer;
import okio.ByteString;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts of a body in a {@link FillBody}, each byte at its place.
 *
 * <pre>
 *   0        16 Ki      32 Ki      48 Ki      64 Ki
 *   |....[==a==|====b=====|==c=]......|...[d]....|       [ ] pieces, with a hash each
 * </pre>
 *
 * <p>What comes is cut where chunks end, so that a piece is never longer than a chunk; each piece
 * has the hash of its bytes, by which it is checked whenever it is read. A byte is written once:
 * who brings it first <i>claims</i> it under the lock, writes it without the lock, and then it is
 * here. Room is taken by the unit in which the medium allots it, before it is written.
 *
 * <p>A medium that fails, or bytes that are found damaged, end it: a part may be fetched again.
 */
final class Fragments extends Occupant implements PartialContent {
  /** More pieces of one chunk than this are not worth their bookkeeping. */
  static final int MAX_PIECES_IN_CHUNK = 16;

  private static final Logger LOG = LoggerFactory.getLogger(Fragments.class);

  private final FillBody body;
  private final Catalogue catalogue;
  private final int unitBytes;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final TreeMap<Long, Piece> pieces = new TreeMap<>();

  /** What is here, and what is being written. */
  @GuardedBy("lock")
  private ByteRanges claimed = ByteRanges.NONE;

  @GuardedBy("lock")
  private ByteRanges held = ByteRanges.NONE;

  /** The units of the medium that are paid for. */
  @GuardedBy("lock")
  private final BitSet paid = new BitSet();

  /** Nothing more is taken. */
  @GuardedBy("lock")
  private boolean full;

  /** Bytes that came together, within one chunk. */
  private record Piece(long from, int length, ByteString hash) {
    long until() {
      return from + length;
    }
  }

  Fragments(FillBody body, Catalogue catalogue, int unitBytes) {
    super(0);
    this.body = body;
    this.catalogue = catalogue;
    this.unitBytes = unitBytes;
  }

  @Override
  public ByteRanges held() {
    if (!isKept()) {
      return ByteRanges.NONE;
    }
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean put(long position, ByteBuffer bytes) {
    if (!catalogue.pin(this)) {
      return false;
    }
    try {
      long until = position + bytes.remaining();
      for (long at = position; at < until; at = endOfPiece(at, until)) {
        long end = endOfPiece(at, until);
        if (!putPiece(
            at, bytes.slice((int) (at - position) + bytes.position(), (int) (end - at)))) {
          return false;
        }
      }
      return true;
    } finally {
      catalogue.unpin(this);
    }
  }

  private static long endOfPiece(long from, long until) {
    return Math.min(until, (from / ContentId.CHUNK_BYTES + 1) * ContentId.CHUNK_BYTES);
  }

  /** Bytes within one chunk, of which some may be here. */
  private boolean putPiece(long from, ByteBuffer bytes) {
    ByteRange gap = claim(from, from + bytes.remaining());
    while (gap != null) {
      ByteBuffer missing = bytes.slice((int) (gap.from() - from), (int) gap.length());
      if (!write(gap, missing)) {
        return false;
      }
      gap = claim(from, from + bytes.remaining());
    }
    return isClaimed(from, from + bytes.remaining());
  }

  private boolean isClaimed(long from, long until) {
    lock.lock();
    try {
      return claimed.contains(from, until);
    } finally {
      lock.unlock();
    }
  }

  /** The first bytes that nobody has brought yet; null where there are none, or none are taken. */
  private @Nullable ByteRange claim(long from, long until) {
    lock.lock();
    try {
      List<ByteRange> missing = claimed.missing(from, until);
      if (missing.isEmpty() || full) {
        return null;
      }
      ByteRange gap = missing.getFirst();
      ByteRanges more = claimed.plus(gap.from(), gap.until());
      long chunk = from / ContentId.CHUNK_BYTES * ContentId.CHUNK_BYTES;
      if (more.ranges().size() > MAX_FRAGMENTS
          || pieces.subMap(chunk, chunk + ContentId.CHUNK_BYTES).size() >= MAX_PIECES_IN_CHUNK) {
        return null;
      }
      claimed = more;
      return gap;
    } finally {
      lock.unlock();
    }
  }

  private boolean write(ByteRange range, ByteBuffer bytes) {
    ByteString hash = ByteString.of(bytes.duplicate()).sha256();
    try {
      pay(range);
      body.write(range.from(), bytes);
    } catch (StoreFullException e) {
      takeNoMore(e);
      return false;
    } catch (IOException e) {
      LOG.warn("parts of a body are forgotten: {}", e.toString());
      forget();
      return false;
    }
    lock.lock();
    try {
      pieces.put(range.from(), new Piece(range.from(), (int) range.length(), hash));
      held = held.plus(range.from(), range.until());
    } finally {
      lock.unlock();
    }
    return true;
  }

  private void takeNoMore(StoreFullException cause) {
    LOG.debug("parts of a body are not kept: {}", cause.getMessage());
    lock.lock();
    try {
      full = true;
    } finally {
      lock.unlock();
    }
  }

  /** Two who pay for the same unit at once pay twice; nobody writes what is not paid for. */
  private void pay(ByteRange range) throws StoreFullException {
    int first = Math.toIntExact(range.from() / unitBytes);
    int end = Math.toIntExact((range.until() - 1) / unitBytes) + 1;
    int unpaid;
    lock.lock();
    try {
      unpaid = end - first - paid.get(first, end).cardinality();
    } finally {
      lock.unlock();
    }
    catalogue.grow(this, (long) unpaid * unitBytes);
    lock.lock();
    try {
      paid.set(first, end);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Source> source(long fromByte, long untilByte, ByteTally tally) {
    if (!catalogue.pin(this)) {
      return Optional.empty();
    }
    if (!held().contains(fromByte, untilByte)) {
      catalogue.unpin(this);
      return Optional.empty();
    }
    return Optional.of(new PieceSource(fromByte, untilByte, tally));
  }

  @Override
  public boolean isKept() {
    return !catalogue.isForgotten(this);
  }

  @Override
  public void forget() {
    catalogue.forget(this);
  }

  @Override
  void rest() {
    body.rest();
  }

  @Override
  void delete() {
    body.discard();
  }

  /** The piece that has a byte, checked against its hash. */
  private ByteBuffer readFrom(long position) throws IOException {
    Piece piece;
    lock.lock();
    try {
      Map.Entry<Long, Piece> found = pieces.floorEntry(position);
      if (found == null || found.getValue().until() <= position) {
        throw new IOException("byte " + position + " is not here");
      }
      piece = found.getValue();
    } finally {
      lock.unlock();
    }
    ByteBuffer bytes = ByteBuffer.allocate(piece.length());
    body.read(piece.from(), bytes);
    if (!ByteString.of(bytes.flip()).sha256().equals(piece.hash())) {
      catalogue.countDamaged();
      forget();
      throw new DamagedContentException(
          "bytes %d to %d of a body differ from what was written"
              .formatted(piece.from(), piece.until() - 1));
    }
    return bytes.position((int) (position - piece.from()));
  }

  /** Bytes in order; keeps them from being deleted until it is closed. */
  private final class PieceSource implements Source {
    private final long until;
    private final ByteTally tally;
    private long position;
    private ByteBuffer current = ByteBuffer.allocate(0);
    private boolean closed;

    PieceSource(long from, long until, ByteTally tally) {
      this.position = from;
      this.until = until;
      this.tally = tally;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      if (isClosed()) {
        throw new IOException("the source is closed");
      }
      if (position == until) {
        return -1;
      }
      if (!current.hasRemaining()) {
        current = readFrom(position);
      }
      int taken = (int) Math.min(byteCount, Math.min(current.remaining(), until - position));
      sink.write(current.slice(current.position(), taken));
      current.position(current.position() + taken);
      position += taken;
      tally.add(Provenance.DISK, taken);
      return taken;
    }

    private synchronized boolean isClosed() {
      return closed;
    }

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      catalogue.unpin(Fragments.this);
    }
  }
}
