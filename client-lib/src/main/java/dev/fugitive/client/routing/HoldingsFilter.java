package dev.fugitive.client.routing;

import dev.fugitive.client.wire.WireLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import okio.ByteString;

/**
 * A Bloom filter over keyed items: says "no" for certain and "yes" with a known share of errors.
 *
 * <p>An entry sets k of m bits. With n entries in it, a bit is still clear with the chance {@code
 * (1 - 1/m)^(kn)}, about {@code e^(-kn/m)}, so an item that is not in it finds all its k bits set
 * with the chance {@code (1 - e^(-kn/m))^k}. That is least at {@code k = ln 2 * m/n}: at ten bits
 * an entry seven hashes, and about 0.8 % of false hits.
 *
 * <p>The k positions are {@code h1 + i * h2 (mod m)} of two independent halves of the item's HMAC,
 * which is as good as k hash functions (Kirsch and Mitzenmacher, "Less Hashing, Same Performance").
 *
 * <p>Safe for use by several threads: bits are only ever set.
 */
final class HoldingsFilter {
  /** Bits for each entry that a filter is made for. */
  static final int BITS_PER_ENTRY = 10;

  /** Entries of the largest filter that we make: half a megabyte. */
  static final int MAX_ENTRIES = 400_000;

  private static final int MIN_BYTES = 64;

  private final ByteString salt;
  private final SaltedHash hash;
  private final int hashCount;
  private final int bitCount;
  private final AtomicLongArray words;
  private final AtomicInteger setBits = new AtomicInteger();

  private HoldingsFilter(ByteString salt, int hashCount, int byteCount) {
    this.salt = salt;
    this.hash = new SaltedHash(salt);
    this.hashCount = hashCount;
    this.bitCount = byteCount * Byte.SIZE;
    this.words = new AtomicLongArray((byteCount + Long.BYTES - 1) / Long.BYTES);
  }

  /** An empty filter with room for this many entries. */
  static HoldingsFilter forEntries(ByteString salt, int entries) {
    if (entries < 0 || entries > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "entries: " + entries + " (expected: 0 to " + MAX_ENTRIES + ")");
    }
    int bytes = Math.max(MIN_BYTES, (entries * BITS_PER_ENTRY + Byte.SIZE - 1) / Byte.SIZE);
    int hashes = (int) Math.round(Math.log(2) * BITS_PER_ENTRY);
    return new HoldingsFilter(salt, hashes, bytes);
  }

  /** A filter as a peer sent it: bit n is bit {@code n & 7} of byte {@code n >>> 3}. */
  static HoldingsFilter ofBytes(ByteString salt, int hashCount, ByteString bits) {
    int maxBytes = WireLimits.MAX_FILTER_BITS / Byte.SIZE;
    if (bits.size() < 1 || bits.size() > maxBytes) {
      throw new IllegalArgumentException(
          "filter bytes: " + bits.size() + " (expected: 1 to " + maxBytes + ")");
    }
    if (hashCount < 1 || hashCount > WireLimits.MAX_FILTER_HASHES) {
      throw new IllegalArgumentException(
          "hash count: " + hashCount + " (expected: 1 to " + WireLimits.MAX_FILTER_HASHES + ")");
    }
    HoldingsFilter filter = new HoldingsFilter(salt, hashCount, bits.size());
    ByteBuffer padded =
        ByteBuffer.allocate(filter.words.length() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    padded.put(bits.asByteBuffer());
    int set = 0;
    for (int i = 0; i < filter.words.length(); i++) {
      long word = padded.getLong(i * Long.BYTES);
      filter.words.set(i, word);
      set += Long.bitCount(word);
    }
    filter.setBits.set(set);
    return filter;
  }

  /** Whether the item is held: false is certain. */
  boolean mightHold(HoldingItem item) {
    for (int position : positions(hash.of(item.labelled()))) {
      if ((words.get(position >>> 6) & (1L << position)) == 0) {
        return false;
      }
    }
    return true;
  }

  /** The positions that this keyed item sets, in the order of the hashes. */
  int[] positions(ByteString keyed) {
    ByteBuffer halves = keyed.asByteBuffer();
    long start = halves.getLong();
    long step = halves.getLong() | 1;
    int[] positions = new int[hashCount];
    for (int i = 0; i < hashCount; i++) {
      positions[i] = (int) Long.remainderUnsigned(start + i * step, bitCount);
    }
    return positions;
  }

  /** Sets a bit; whether it was clear before. */
  boolean set(int position) {
    if (position < 0 || position >= bitCount) {
      throw new IllegalArgumentException(
          "filter position: " + position + " (expected: below " + bitCount + ")");
    }
    long bit = 1L << position;
    boolean changed = (words.getAndAccumulate(position >>> 6, bit, (a, b) -> a | b) & bit) == 0;
    if (changed) {
      setBits.incrementAndGet();
    }
    return changed;
  }

  /** The chance that an item that is not held is found, as the bits are now. */
  double falseHitRate() {
    return Math.pow((double) setBits.get() / bitCount, hashCount);
  }

  ByteString salt() {
    return salt;
  }

  int hashCount() {
    return hashCount;
  }

  int bitCount() {
    return bitCount;
  }

  /** The bits as they travel. */
  ByteString toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < words.length(); i++) {
      bytes.putLong(words.get(i));
    }
    return ByteString.of(bytes.array(), 0, bitCount / Byte.SIZE);
  }
}
