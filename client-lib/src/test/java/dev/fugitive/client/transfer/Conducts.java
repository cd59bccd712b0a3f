package dev.fugitive.client.transfer;

import com.github.luben.zstd.Zstd;
import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.transfer.TestPeer.Conduct;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Chunks;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import dev.fugitive.client.wire.PeerMessage.Have;
import dev.fugitive.client.wire.PeerMessage.Open;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import dev.fugitive.client.wire.PeerMessage.Refuse;
import dev.fugitive.client.wire.PeerMessage.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okio.ByteString;

/** Ways in which peers behave. */
final class Conducts {
  private Conducts() {}

  /** Answers as an honest peer, with every message changed. */
  static Conduct changing(UnaryOperator<PeerMessage> change) {
    return (peer, message) -> peer.honestly(message).stream().map(change).toList();
  }

  /** Answers as an honest peer, with every frame of chunks changed. */
  static Conduct changingChunks(UnaryOperator<Chunks> change) {
    return changing(reply -> reply instanceof Chunks chunks ? change.apply(chunks) : reply);
  }

  /** Serves so many requests, then its link breaks. */
  static Conduct vanishingAfter(int requests) {
    AtomicInteger served = new AtomicInteger();
    return (peer, message) -> {
      if (message instanceof Request && served.incrementAndGet() > requests) {
        peer.vanish();
        return List.of();
      }
      return peer.honestly(message);
    };
  }

  /** Serves so many requests, then says nothing any more. */
  static Conduct silentAfter(int requests) {
    AtomicInteger served = new AtomicInteger();
    return (peer, message) ->
        message instanceof Request && served.incrementAndGet() > requests
            ? List.of()
            : peer.honestly(message);
  }

  /** Is busy so many times, then serves. */
  static Conduct busyFor(int opens) {
    AtomicInteger asked = new AtomicInteger();
    return (peer, message) ->
        message instanceof Open(int transferId, ContentId ignored)
                && asked.incrementAndGet() <= opens
            ? List.of(new Refuse(transferId, RefusalReason.BUSY, 1))
            : peer.honestly(message);
  }

  /** Refuses always. */
  static Conduct refusing(RefusalReason reason) {
    return (peer, message) ->
        message instanceof Open(int transferId, ContentId ignored)
            ? List.of(new Refuse(transferId, reason, 1))
            : List.of();
  }

  /** Holds the chunks from an index until another alone. */
  static Conduct holding(int from, int until) {
    return changing(reply ->
        reply instanceof Have(int transferId, ChunkSet ignored)
            ? new Have(transferId, ChunkSet.range(from, until))
            : reply);
  }

  /** Says more than it is asked for. */
  static Conduct adding(UnaryOperator<Chunks> addition) {
    return (peer, message) -> {
      List<PeerMessage> replies = new ArrayList<>();
      for (PeerMessage reply : peer.honestly(message)) {
        replies.add(reply);
        if (reply instanceof Chunks chunks) {
          replies.add(addition.apply(chunks));
        }
      }
      return replies;
    };
  }

  static Chunks compressed(Chunks chunks) {
    return with(chunks, Encoding.ZSTD, ByteBuffer.wrap(Zstd.compress(bytes(chunks))));
  }

  static Chunks withFlippedBit(Chunks chunks) {
    byte[] bytes = bytes(chunks);
    bytes[bytes.length / 3] ^= 4;
    return with(chunks, Encoding.PLAIN, ByteBuffer.wrap(bytes));
  }

  static Chunks withFlippedProof(Chunks chunks) {
    List<ByteString> proof = new ArrayList<>(chunks.proof());
    if (proof.isEmpty()) {
      return withFlippedBit(chunks);
    }
    byte[] hash = proof.getFirst().toByteArray();
    hash[7] ^= 1;
    proof.set(0, ByteString.of(hash));
    return new Chunks(
        chunks.transferId(),
        chunks.firstChunk(),
        chunks.chunkCount(),
        chunks.encoding(),
        proof,
        chunks.payload());
  }

  static Chunks withoutProof(Chunks chunks) {
    return new Chunks(
        chunks.transferId(),
        chunks.firstChunk(),
        chunks.chunkCount(),
        chunks.encoding(),
        List.of(),
        chunks.payload());
  }

  /** A compressed megabyte of zeros in place of the chunks. */
  static Chunks bomb(Chunks chunks) {
    return with(chunks, Encoding.ZSTD, ByteBuffer.wrap(Zstd.compress(new byte[1 << 20])));
  }

  /** Bytes that are no compressed frame, and say that they are. */
  static Chunks malformed(Chunks chunks) {
    return with(chunks, Encoding.ZSTD, ByteBuffer.wrap(new byte[] {1, 2, 3}));
  }

  static Chunks atOtherChunk(Chunks chunks) {
    return new Chunks(
        chunks.transferId(),
        chunks.firstChunk() + 100_000,
        chunks.chunkCount(),
        chunks.encoding(),
        chunks.proof(),
        chunks.payload());
  }

  static Chunks inOtherTransfer(Chunks chunks) {
    return new Chunks(
        chunks.transferId() + 77,
        chunks.firstChunk(),
        chunks.chunkCount(),
        chunks.encoding(),
        chunks.proof(),
        chunks.payload());
  }

  private static Chunks with(Chunks chunks, Encoding encoding, ByteBuffer payload) {
    return new Chunks(
        chunks.transferId(),
        chunks.firstChunk(),
        chunks.chunkCount(),
        encoding,
        chunks.proof(),
        payload);
  }

  private static byte[] bytes(Chunks chunks) {
    byte[] bytes = new byte[chunks.payload().remaining()];
    chunks.payload().get(bytes);
    return bytes;
  }
}
