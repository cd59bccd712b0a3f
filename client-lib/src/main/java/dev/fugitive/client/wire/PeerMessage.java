package dev.fugitive.client.wire;

import static dev.fugitive.client.wire.WireLimits.HASH_BYTES;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.peer.PeerId;
import java.nio.ByteBuffer;
import java.util.List;
import okio.ByteString;

/** Everything that one peer says to another over a link. */
public sealed interface PeerMessage {
  /** First on every link, from both sides: what the sender speaks and whether it uploads. */
  record Hello(int version, String agent, boolean sharing) implements PeerMessage {
    public Hello {
      Check.range("version", version, 1, 0xFFFF);
      Check.text("agent", agent, WireLimits.MAX_AGENT_BYTES);
    }
  }

  /**
   * One part of a filter over all that the sender holds and shares. A filter replaces the one
   * before when its last part has come; the parts of a generation come in order, each with the same
   * part count, salt and hash count, each but the last with {@link WireLimits#FILTER_PART_BYTES}
   * bytes.
   *
   * @param generation names the filter that deltas are about; grows
   * @param salt keys the hashes of this filter, and the resources that the sender is asked for
   * @param hashCount how many bits each entry sets
   * @param bits bit n of the part is bit {@code n & 7}, least significant first, of byte {@code n
   *     >>> 3}
   */
  record Holdings(
      int generation, int partIndex, int partCount, ByteString salt, int hashCount, ByteString bits)
      implements PeerMessage {
    public Holdings {
      Check.id("generation", generation);
      Check.range("part count", partCount, 1, WireLimits.MAX_FILTER_PARTS);
      Check.range("part index", partIndex, 0, partCount - 1L);
      Check.size("salt", salt, WireLimits.SALT_BYTES);
      Check.range("hash count", hashCount, 1, WireLimits.MAX_FILTER_HASHES);
      boolean last = partIndex == partCount - 1;
      int partBytes = WireLimits.FILTER_PART_BYTES;
      Check.range("part bytes", bits.size(), last ? 1 : partBytes, partBytes);
    }
  }

  /** Bit positions to set in the whole filter of that generation. */
  record HoldingsDelta(int generation, List<Integer> positions) implements PeerMessage {
    public HoldingsDelta {
      Check.id("generation", generation);
      positions = Check.count("positions", positions, 1, WireLimits.MAX_DELTA_POSITIONS);
      for (int position : positions) {
        Check.range("position", position, 0, WireLimits.MAX_FILTER_BITS - 1L);
      }
    }
  }

  /**
   * Asks for vouchers of a resource, named by HMAC-SHA-256 of its key under the asked peer's salt.
   */
  record FindResource(int questionId, ByteString keyedResource) implements PeerMessage {
    public FindResource {
      Check.id("question id", questionId);
      Check.size("keyed resource", keyedResource, HASH_BYTES);
    }
  }

  /** Answers {@link FindResource}: signed vouchers, best first; none where none is known. */
  record ResourceFound(int questionId, List<ByteString> vouchers) implements PeerMessage {
    public ResourceFound {
      Check.id("question id", questionId);
      vouchers = Check.count("vouchers", vouchers, 0, WireLimits.MAX_VOUCHERS);
      for (ByteString voucher : vouchers) {
        Check.range("voucher bytes", voucher.size(), 1, WireLimits.MAX_VOUCHER_BYTES);
      }
    }
  }

  /** Asks which content has this flat digest. */
  record FindContent(int questionId, Digest digest) implements PeerMessage {
    public FindContent {
      Check.id("question id", questionId);
    }
  }

  /**
   * Answers {@link FindContent}: the content as the sender claims it; empty where it holds none.
   */
  record ContentFound(int questionId, List<ContentId> contents) implements PeerMessage {
    public ContentFound {
      Check.id("question id", questionId);
      contents = Check.count("contents", contents, 0, WireLimits.MAX_FOUND_CONTENTS);
    }
  }

  /** Asks for an upload slot to fetch a content; the asking side chooses the transfer's id. */
  record Open(int transferId, ContentId content) implements PeerMessage {
    public Open {
      Check.id("transfer id", transferId);
    }
  }

  /**
   * Grants the slot and says which chunks are here; said again as their number grows. It may name
   * fewer than are here, never more.
   */
  record Have(int transferId, ChunkSet chunks) implements PeerMessage {
    public Have {
      Check.id("transfer id", transferId);
    }
  }

  /** Denies or withdraws a slot. */
  record Refuse(int transferId, RefusalReason reason, int retryAfterMillis) implements PeerMessage {
    public Refuse {
      Check.id("transfer id", transferId);
      Check.range("retry after", retryAfterMillis, 0, WireLimits.MAX_RETRY_AFTER_MILLIS);
    }
  }

  /** Asks for consecutive chunks; each request is credit for just those bytes. */
  record Request(int transferId, int firstChunk, int chunkCount) implements PeerMessage {
    public Request {
      Check.id("transfer id", transferId);
      Check.chunkRange(firstChunk, chunkCount, WireLimits.MAX_REQUEST_CHUNKS);
    }
  }

  /**
   * Consecutive chunks with the hashes that prove them.
   *
   * <p>The payload is the longest thing on the wire and is not copied: it is a read-only view of
   * the bytes it was made from, which nobody may change any more (a decoded one is a view of its
   * frame). Each call of {@link #payload} gives a view with a position of its own.
   */
  record Chunks(
      int transferId,
      int firstChunk,
      int chunkCount,
      Encoding encoding,
      List<ByteString> proof,
      ByteBuffer payload)
      implements PeerMessage {
    public Chunks {
      Check.id("transfer id", transferId);
      Check.chunkRange(firstChunk, chunkCount, WireLimits.MAX_FRAME_CHUNKS);
      proof = Check.count("proof hashes", proof, 0, WireLimits.MAX_PROOF_HASHES);
      for (ByteString hash : proof) {
        Check.size("proof hash", hash, HASH_BYTES);
      }
      int fullBytes = chunkCount * ContentId.CHUNK_BYTES;
      switch (encoding) {
        case PLAIN ->
            Check.range(
                "plain payload bytes",
                payload.remaining(),
                fullBytes - ContentId.CHUNK_BYTES + 1L,
                fullBytes);
        case ZSTD -> Check.range("zstd payload bytes", payload.remaining(), 1, fullBytes - 1L);
      }
      payload = payload.slice().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer payload() {
      return payload.duplicate();
    }
  }

  /** Takes back requests for chunks that were not sent yet. */
  record Cancel(int transferId, int firstChunk, int chunkCount) implements PeerMessage {
    public Cancel {
      Check.id("transfer id", transferId);
      Check.chunkRange(firstChunk, chunkCount, WireLimits.MAX_CHUNKS);
    }
  }

  /** Gives the slot back. */
  record Close(int transferId) implements PeerMessage {
    public Close {
      Check.id("transfer id", transferId);
    }
  }

  /** Asks for a {@link Pong}, to measure the round trip and to notice silence. */
  record Ping(long nonce) implements PeerMessage {}

  /** Answers a {@link Ping}. */
  record Pong(long nonce) implements PeerMessage {}

  /** Last on a link: why it is closed. */
  record Bye(String reason) implements PeerMessage {
    public Bye {
      Check.text("reason", reason, WireLimits.MAX_REASON_BYTES);
    }

    /** Says any reason: what cannot be printed becomes {@code ?}, what is too long is cut. */
    public static Bye because(String reason) {
      return new Bye(Check.printable(reason, WireLimits.MAX_REASON_BYTES));
    }
  }

  /**
   * Says which additions to this version the sender understands; one bit each, unknown ones are
   * passed over. Who is silent understands none.
   */
  record Supports(int features) implements PeerMessage {
    /** Finds, relays and introduces across two links: {@link Nearby} to {@link Forwarded}. */
    public static final int TIER2 = 1;

    /** Sends a small content together with its voucher: {@link FindAndSend}. */
    public static final int SENDING = 2;

    /** Takes more than one association to one peer: {@link Strand}. */
    public static final int STRANDS = 4;

    /** Waits where it is told to: {@link ResourceComing}. */
    public static final int WAITING = 8;

    public Supports {
      Check.id("features", features);
    }

    /** Whether the sender understands an addition. */
    public boolean has(int feature) {
      return (features & feature) == feature;
    }
  }

  /**
   * One part of the filter of a peer of the sender, passed on as that peer made it.
   *
   * @param neighbour the sender's number for that peer on this session; says nothing else of it
   */
  record Nearby(int neighbour, Holdings part) implements PeerMessage {
    public Nearby {
      Check.range("neighbour", neighbour, 0, WireLimits.MAX_NEIGHBOUR);
      Check.range("part count", part.partCount(), 1, WireLimits.MAX_NEARBY_PARTS);
    }
  }

  /** Bit positions to set in the filter of a peer of the sender. */
  record NearbyDelta(int neighbour, HoldingsDelta delta) implements PeerMessage {
    public NearbyDelta {
      Check.range("neighbour", neighbour, 0, WireLimits.MAX_NEIGHBOUR);
    }
  }

  /** The sender is not linked to that peer any more; its number may be given again. */
  record NearbyGone(int neighbour) implements PeerMessage {
    public NearbyGone {
      Check.range("neighbour", neighbour, 0, WireLimits.MAX_NEIGHBOUR);
    }
  }

  /**
   * Asks a peer of the receiver for vouchers: {@link FindResource}, passed on once. Answered by
   * {@link ResourceFound}.
   *
   * @param keyedResource under the salt of that peer's filter, so that who is between cannot tell
   *     the resource
   */
  record FindThrough(int questionId, int neighbour, ByteString keyedResource)
      implements PeerMessage {
    public FindThrough {
      Check.id("question id", questionId);
      Check.range("neighbour", neighbour, 0, WireLimits.MAX_NEIGHBOUR);
      Check.size("keyed resource", keyedResource, HASH_BYTES);
    }
  }

  /**
   * As {@link Open}; what the receiver does not hold it may fetch from its own peers and pass on.
   * They are asked by {@link Open}, so nothing is relayed twice.
   */
  record OpenThrough(int transferId, ContentId content) implements PeerMessage {
    public OpenThrough {
      Check.id("transfer id", transferId);
    }
  }

  /**
   * Answers {@link OpenThrough}: which chunks may be requested though they are not here, and which
   * peers of the sender hold the content. Said again as either grows.
   */
  record CanReach(int transferId, List<PeerId> holders, ChunkSet chunks) implements PeerMessage {
    public CanReach {
      Check.id("transfer id", transferId);
      holders = Check.count("holders", holders, 0, WireLimits.MAX_NAMED_HOLDERS);
    }
  }

  /** Has a signed signal about a link carried to a peer of the receiver. */
  record Forward(PeerId to, ByteString signal) implements PeerMessage {
    public Forward {
      Check.range("signal bytes", signal.size(), 1, WireLimits.MAX_SIGNAL_BYTES);
    }
  }

  /** A signed signal of a peer of the sender. */
  record Forwarded(PeerId from, ByteString signal) implements PeerMessage {
    public Forwarded {
      Check.range("signal bytes", signal.size(), 1, WireLimits.MAX_SIGNAL_BYTES);
    }
  }

  /** A signed order to a mirror. */
  record Order(ByteString order) implements PeerMessage {
    public Order {
      Check.range("order bytes", order.size(), 1, WireLimits.MAX_ORDER_BYTES);
    }
  }

  /** How far the sender, a mirror, is with an order of the receiver's. */
  record Report(ByteString report) implements PeerMessage {
    public Report {
      Check.range("report bytes", report.size(), 1, WireLimits.MAX_REPORT_BYTES);
    }
  }

  /**
   * Says who fetches the content of a transfer at the same time and reads it from the origin, as
   * the sender knows it: itself, its peers, and whom those told it of. Said in transfers that the
   * sender has opened, and again as it changes; each replaces the one before.
   */
  record Members(int transferId, List<Member> members) implements PeerMessage {
    public Members {
      Check.id("transfer id", transferId);
      members = Check.count("members", members, 0, WireLimits.MAX_MEMBERS);
    }
  }

  /**
   * {@link FindResource}, {@link Open} and {@link Request} in one: asks for vouchers of a resource,
   * and for the content that the one voucher names, all of it, where it has no more chunks than
   * that. Answered by {@link FoundAndSending}, or by {@link ResourceFound} where nothing is sent.
   *
   * @param transferId in which the content is to be sent
   */
  record FindAndSend(int questionId, ByteString keyedResource, int transferId, int maxChunks)
      implements PeerMessage {
    public FindAndSend {
      Check.id("question id", questionId);
      Check.size("keyed resource", keyedResource, HASH_BYTES);
      Check.id("transfer id", transferId);
      Check.range("most chunks", maxChunks, 1, WireLimits.MAX_SENT_CHUNKS);
    }
  }

  /**
   * Answers {@link FindAndSend}: a voucher, and the content that it names, which follows in the
   * transfer as if it had been opened and all of it requested.
   */
  record FoundAndSending(int questionId, ByteString voucher, int transferId, ContentId content)
      implements PeerMessage {
    public FoundAndSending {
      Check.id("question id", questionId);
      Check.range("voucher bytes", voucher.size(), 1, WireLimits.MAX_VOUCHER_BYTES);
      Check.id("transfer id", transferId);
      Check.range("chunks", content.chunkCount(), 1, WireLimits.MAX_SENT_CHUNKS);
    }
  }

  /**
   * Answers {@link FindResource} or {@link FindAndSend} for now: the sender is fetching the
   * resource from its origin and expects to vouch for it. {@link ResourceFound} follows when it
   * does, or when it is clear that it will not.
   */
  record ResourceComing(int questionId) implements PeerMessage {
    public ResourceComing {
      Check.id("question id", questionId);
    }
  }

  /**
   * One of those who fetch a content.
   *
   * @param rank the first eight bytes of SHA-256 over the content's root and the member's key: the
   *     same for everybody, and no name to who does not know the key
   * @param hops links between the member and who tells of it; 0 is the teller itself
   * @param leftChunks how many chunks the member still has to read from the origin, as it said
   */
  record Member(long rank, int hops, int leftChunks) {
    public Member {
      Check.range("hops", hops, 0, WireLimits.MAX_MEMBER_HOPS);
      Check.range("left chunks", leftChunks, 0, WireLimits.MAX_CHUNKS);
    }
  }

  /**
   * Something that the two ends of a further association of this link must tell each other before
   * it opens. The link's own encryption proves whose it is.
   *
   * @param number drawn by who offers it and used once: even by the peer with the smaller key
   */
  record Strand(int number, ByteString signal) implements PeerMessage {
    public Strand {
      Check.id("strand number", number);
      Check.range("signal bytes", signal.size(), 1, WireLimits.MAX_SIGNAL_BYTES);
    }
  }

  /** Why a slot is denied: three different answers. */
  enum RefusalReason {
    BUSY,
    DONT_HAVE,
    NOT_ALLOWED
  }

  /** How a payload travels. */
  enum Encoding {
    PLAIN,
    ZSTD
  }
}
