package dev.fugitive.client.wire;

import dev.fugitive.cache.content.ContentId;

/**
 * What a peer message may hold at most; checked before anything is allocated, by both sides.
 *
 * <p>Why a frame of {@link #MAX_FRAME_CHUNKS} whole chunks always fits its proof. A proof holds, at
 * each layer, the left uncle where the path's first node is odd and the right one where its last
 * node is even. Content has at most 2^25 chunks, so there are 25 layers below the root. In the
 * topmost there are two nodes, and a path that needs two uncles in the layer below covers both: at
 * most 2 * (25 - 1) = {@value #MAX_PROOF_HASHES} hashes, reached by two chunks astride the middle.
 * That is 1,536 bytes beside 65,536 of payload, and leaves 512 bytes of a frame for its other
 * fields, which take at most 24.
 */
public final class WireLimits {
  /** The version of the protocol that this code speaks. */
  public static final int PROTOCOL_VERSION = 1;

  /** Chunks in one frame. */
  public static final int MAX_FRAME_CHUNKS = 4;

  /** Bytes of a payload: {@value #MAX_FRAME_CHUNKS} chunks. */
  public static final int MAX_PAYLOAD_BYTES = MAX_FRAME_CHUNKS * ContentId.CHUNK_BYTES;

  /** Hashes that prove up to {@value #MAX_FRAME_CHUNKS} consecutive chunks of the largest tree. */
  public static final int MAX_PROOF_HASHES = 48;

  /** Bytes of a SHA-256 hash, a keyed resource, a root. */
  public static final int HASH_BYTES = 32;

  /** Chunks of the largest content, and so one more than the largest chunk index. */
  public static final int MAX_CHUNKS = ContentId.MAX_CHUNKS;

  /** Chunks that one request may ask for: 8 MiB. */
  public static final int MAX_REQUEST_CHUNKS = 512;

  /** Chunks of a content that is sent together with its voucher: 128 KiB. */
  public static final int MAX_SENT_CHUNKS = 8;

  /** Bytes of the binary form of a set of chunks; a sender whose set is larger names fewer. */
  public static final int MAX_CHUNK_SET_BYTES = 64 * 1024;

  /** Bytes of a filter in one part; every part but the last has exactly as many. */
  public static final int FILTER_PART_BYTES = 64 * 1024;

  /** Parts of one filter: 2 MiB, at ten bits an entry more than 1,600,000 entries. */
  public static final int MAX_FILTER_PARTS = 32;

  /** Bits of the largest filter, and so one more than the largest position. */
  public static final int MAX_FILTER_BITS = MAX_FILTER_PARTS * FILTER_PART_BYTES * 8;

  /** Bit positions that each entry sets in a filter. */
  public static final int MAX_FILTER_HASHES = 32;

  /** Bit positions in one delta. */
  public static final int MAX_DELTA_POSITIONS = 8 * 1024;

  /** Bytes of the salt of a filter and of keyed resources. */
  public static final int SALT_BYTES = 16;

  /** Vouchers in one answer. */
  public static final int MAX_VOUCHERS = 4;

  /** Bytes of one voucher, its head included. */
  public static final int MAX_VOUCHER_BYTES = 16 * 1024;

  /** Contents in one answer. */
  public static final int MAX_FOUND_CONTENTS = 8;

  /** The largest number of a peer's peer; so many and one are told of. */
  public static final int MAX_NEIGHBOUR = 31;

  /** Parts of the filter of a peer's peer. */
  public static final int MAX_NEARBY_PARTS = 2;

  /** Bytes of all filters of a peer's peers together. */
  public static final int MAX_NEARBY_BYTES = 512 * 1024;

  /** Holders that a relay names. */
  public static final int MAX_NAMED_HOLDERS = 4;

  /** Members of a crowd that are told of. */
  public static final int MAX_MEMBERS = 32;

  /** Links between a member of a crowd and who tells of it. */
  public static final int MAX_MEMBER_HOPS = 8;

  /** Bytes of a signed signal. */
  public static final int MAX_SIGNAL_BYTES = 24 * 1024;

  /** Bytes of a signed order to a mirror. */
  public static final int MAX_ORDER_BYTES = 4 * 1024;

  /** Bytes of a mirror's report. */
  public static final int MAX_REPORT_BYTES = 14 * 1024;

  /** Bytes, in UTF-8, of the name of the sender's program. */
  public static final int MAX_AGENT_BYTES = 64;

  /** Bytes, in UTF-8, of the reason for an end. */
  public static final int MAX_REASON_BYTES = 256;

  /** The longest that a refused peer is told to wait. */
  public static final int MAX_RETRY_AFTER_MILLIS = 10 * 60 * 1000;

  private WireLimits() {}
}
