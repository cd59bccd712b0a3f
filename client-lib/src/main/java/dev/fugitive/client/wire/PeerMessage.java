package dev.fugitive.client.wire;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import java.util.List;
import okio.ByteString;

/** Everything that one peer says to another over a link. */
public sealed interface PeerMessage {
  /** First on every link, from both sides: what the sender speaks and whether it uploads. */
  record Hello(int version, String agent, boolean sharing) implements PeerMessage {}

  /** A filter over all that the sender holds and shares; replaces what it said before. */
  record Holdings(int generation, ByteString salt, int hashCount, ByteString bits)
      implements PeerMessage {}

  /** Bit positions to set in the filter of that generation. */
  record HoldingsDelta(int generation, List<Integer> positions) implements PeerMessage {}

  /**
   * Asks for vouchers of a resource, named by HMAC-SHA-256 of its key under the asked peer's salt.
   */
  record FindResource(int questionId, ByteString keyedResource) implements PeerMessage {}

  /** Answers {@link FindResource}: signed vouchers, best first; none where none is known. */
  record ResourceFound(int questionId, List<ByteString> vouchers) implements PeerMessage {}

  /** Asks which content has this flat digest. */
  record FindContent(int questionId, Digest digest) implements PeerMessage {}

  /**
   * Answers {@link FindContent}: the content as the sender claims it; empty where it holds none.
   */
  record ContentFound(int questionId, List<ContentId> contents) implements PeerMessage {}

  /** Asks for an upload slot to fetch a content. */
  record Open(int transferId, ContentId content) implements PeerMessage {}

  /** Grants the slot and says which chunks are here; said again as their number grows. */
  record Have(int transferId, ChunkSet chunks) implements PeerMessage {}

  /** Denies or withdraws a slot. */
  record Refuse(int transferId, RefusalReason reason, int retryAfterMillis)
      implements PeerMessage {}

  /** Asks for consecutive chunks; each request is credit for just those bytes. */
  record Request(int transferId, int firstChunk, int chunkCount) implements PeerMessage {}

  /** Consecutive chunks with the hashes that prove them. */
  record Chunks(
      int transferId,
      int firstChunk,
      int chunkCount,
      Encoding encoding,
      List<ByteString> proof,
      ByteString payload)
      implements PeerMessage {}

  /** Takes back requests for chunks that were not sent yet. */
  record Cancel(int transferId, int firstChunk, int chunkCount) implements PeerMessage {}

  /** Gives the slot back. */
  record Close(int transferId) implements PeerMessage {}

  /** Asks for a {@link Pong}, to measure the round trip and to notice silence. */
  record Ping(long nonce) implements PeerMessage {}

  /** Answers a {@link Ping}. */
  record Pong(long nonce) implements PeerMessage {}

  /** Last on a link: why it is closed. */
  record Bye(String reason) implements PeerMessage {}

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
