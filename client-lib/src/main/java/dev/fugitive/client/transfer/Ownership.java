package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ContentId;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Says which member of a crowd reads which block of a content from the origin, so that the origin
 * sends each block once without anybody who coordinates: whoever knows the same members comes to
 * the same answer.
 *
 * <p>It is rendezvous hashing (Thaler and Ravishankar, 1998): the member whose hash with the block
 * is the largest owns it, so that whoever joins or leaves moves only what it gains or loses. Left
 * to itself that gives some members twice as much as others, and the crowd waits for those; so the
 * load is bounded as in consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam,
 * 2018): of every stripe of as many blocks as there are members, each owns one, the first of those
 * with room in the order of hashes. So all have the same to do, and all of it in the reader's
 * order.
 *
 * <p>A block is as long as gives each member {@value #BLOCKS_EACH} of them: short enough that the
 * first are soon passed on, long enough that asking for them costs little.
 */
final class Ownership {
  private static final int BLOCKS_EACH = 8;
  private static final int MIN_BLOCK_CHUNKS = 2;
  private static final int MAX_BLOCK_CHUNKS = 64;

  /** A very long content has longer blocks rather than more. */
  private static final int MAX_BLOCKS = 4096;

  private final long[] members;
  private final int blockChunks;
  private final int[] owners;

  private Ownership(long[] members, int blockChunks, int[] owners) {
    this.members = members;
    this.blockChunks = blockChunks;
    this.owners = owners;
  }

  /** Divides a content among members, of which there is at least one, by their ranks. */
  static Ownership of(ContentId content, Collection<Long> among) {
    long[] members = among.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
    int blockChunks = blockChunks(content.chunkCount(), members.length);
    int[] owners = new int[Math.ceilDiv(content.chunkCount(), blockChunks)];
    int[] loads = new int[members.length];
    long contentSeed = content.root().asByteBuffer().getLong();
    for (int block = 0; block < owners.length; block++) {
      int bound = block / members.length + 1;
      owners[block] = owner(members, mixed(contentSeed + block), loads, bound);
      loads[owners[block]]++;
    }
    return new Ownership(members, blockChunks, owners);
  }

  private static int owner(long[] members, long seed, int[] loads, int bound) {
    int owner = -1;
    long largest = 0;
    for (int member = 0; member < loads.length; member++) {
      long hash = mixed(seed ^ members[member]);
      if (loads[member] < bound && (owner < 0 || hash > largest)) {
        owner = member;
        largest = hash;
      }
    }
    return owner;
  }

  /** The finalizer of SplittableRandom (Steele, Lea and Flood, 2014): each bit moves each other. */
  private static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A power of two, so that a member more or less seldom changes it. */
  private static int blockChunks(int chunkCount, int members) {
    int wanted = Integer.highestOneBit(Math.max(1, chunkCount / (BLOCKS_EACH * members)));
    int bounded = Math.clamp(wanted, MIN_BLOCK_CHUNKS, MAX_BLOCK_CHUNKS);
    int shortest = Math.max(1, Math.ceilDiv(chunkCount, MAX_BLOCKS));
    return Math.max(bounded, Integer.highestOneBit(2 * shortest - 1));
  }

  /** Whether it is divided among just these. */
  boolean isAmong(Collection<Long> ranks) {
    return ranks.size() == members.length
        && Arrays.stream(members).allMatch(member -> ranks.contains(member));
  }

  boolean isMember(long rank) {
    return Arrays.binarySearch(members, rank) >= 0;
  }

  int blockChunks() {
    return blockChunks;
  }

  int blockCount() {
    return owners.length;
  }

  int blockOf(int chunk) {
    return chunk / blockChunks;
  }

  int firstChunk(int block) {
    return block * blockChunks;
  }

  long ownerOf(int block) {
    return members[owners[block]];
  }

  /** The blocks that a member owns, in order. */
  Stream<Integer> blocksOf(long member) {
    int index = Arrays.binarySearch(members, member);
    return IntStream.range(0, owners.length).filter(block -> owners[block] == index).boxed();
  }
}
