package dev.fugitive.client.wire;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.peer.PeerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okio.ByteString;
import org.msgpack.core.MessagePacker;

/**
 * Writes each kind of message; of {@link PeerMessage.Chunks} everything but the payload's own
 * bytes, which are last and need not be copied twice.
 */
final class MessageWriter {
  private final MessagePacker out;

  MessageWriter(MessagePacker out) {
    this.out = out;
  }

  void write(PeerMessage message) throws IOException {
    MessageType type = MessageType.of(message);
    out.packArrayHeader(1 + type.fieldCount());
    out.packInt(type.id());
    switch (message) {
      case PeerMessage.Hello m -> hello(m);
      case PeerMessage.Bye m -> text(m.reason());
      case PeerMessage.Ping m -> out.packLong(m.nonce());
      case PeerMessage.Pong m -> out.packLong(m.nonce());
      case PeerMessage.Holdings m -> holdings(m);
      case PeerMessage.HoldingsDelta m -> holdingsDelta(m);
      case PeerMessage.FindResource m -> findResource(m);
      case PeerMessage.ResourceFound m -> resourceFound(m);
      case PeerMessage.FindContent m -> findContent(m);
      case PeerMessage.ContentFound m -> contentFound(m);
      case PeerMessage.Open m -> open(m);
      case PeerMessage.Have m -> have(m);
      case PeerMessage.Refuse m -> refuse(m);
      case PeerMessage.Request m -> chunkRange(m.transferId(), m.firstChunk(), m.chunkCount());
      case PeerMessage.Chunks m -> chunksWithoutPayload(m);
      case PeerMessage.Cancel m -> chunkRange(m.transferId(), m.firstChunk(), m.chunkCount());
      case PeerMessage.Close m -> out.packInt(m.transferId());
      case PeerMessage.Supports m -> out.packInt(m.features());
      case PeerMessage.Nearby m -> {
        out.packInt(m.neighbour());
        holdings(m.part());
      }
      case PeerMessage.NearbyDelta m -> {
        out.packInt(m.neighbour());
        holdingsDelta(m.delta());
      }
      case PeerMessage.NearbyGone m -> out.packInt(m.neighbour());
      case PeerMessage.FindThrough m -> findThrough(m);
      case PeerMessage.OpenThrough m -> {
        out.packInt(m.transferId());
        content(m.content());
      }
      case PeerMessage.CanReach m -> canReach(m);
      case PeerMessage.Forward m -> signal(m.to(), m.signal());
      case PeerMessage.Forwarded m -> signal(m.from(), m.signal());
      case PeerMessage.Order m -> bytes(m.order());
      case PeerMessage.Report m -> bytes(m.report());
      case PeerMessage.Members m -> members(m);
      case PeerMessage.FindAndSend m -> findAndSend(m);
      case PeerMessage.FoundAndSending m -> foundAndSending(m);
      case PeerMessage.ResourceComing m -> out.packInt(m.questionId());
      case PeerMessage.Strand m -> {
        out.packInt(m.number());
        bytes(m.signal());
      }
    }
  }

  private void hello(PeerMessage.Hello m) throws IOException {
    out.packInt(m.version());
    text(m.agent());
    out.packBoolean(m.sharing());
  }

  private void holdings(PeerMessage.Holdings m) throws IOException {
    out.packInt(m.generation());
    out.packInt(m.partIndex());
    out.packInt(m.partCount());
    bytes(m.salt());
    out.packInt(m.hashCount());
    bytes(m.bits());
  }

  private void holdingsDelta(PeerMessage.HoldingsDelta m) throws IOException {
    out.packInt(m.generation());
    out.packArrayHeader(m.positions().size());
    for (int position : m.positions()) {
      out.packInt(position);
    }
  }

  private void findResource(PeerMessage.FindResource m) throws IOException {
    out.packInt(m.questionId());
    bytes(m.keyedResource());
  }

  private void resourceFound(PeerMessage.ResourceFound m) throws IOException {
    out.packInt(m.questionId());
    out.packArrayHeader(m.vouchers().size());
    for (ByteString voucher : m.vouchers()) {
      bytes(voucher);
    }
  }

  private void findContent(PeerMessage.FindContent m) throws IOException {
    Digest digest = m.digest();
    out.packInt(m.questionId());
    out.packInt(WireCodes.of(digest.algorithm()));
    bytes(digest.value());
  }

  private void contentFound(PeerMessage.ContentFound m) throws IOException {
    out.packInt(m.questionId());
    out.packArrayHeader(m.contents().size());
    for (ContentId content : m.contents()) {
      out.packArrayHeader(2);
      content(content);
    }
  }

  private void open(PeerMessage.Open m) throws IOException {
    out.packInt(m.transferId());
    content(m.content());
  }

  private void have(PeerMessage.Have m) throws IOException {
    out.packInt(m.transferId());
    bytes(m.chunks().encode(WireLimits.MAX_CHUNK_SET_BYTES));
  }

  private void refuse(PeerMessage.Refuse m) throws IOException {
    out.packInt(m.transferId());
    out.packInt(WireCodes.of(m.reason()));
    out.packInt(m.retryAfterMillis());
  }

  private void chunksWithoutPayload(PeerMessage.Chunks m) throws IOException {
    chunkRange(m.transferId(), m.firstChunk(), m.chunkCount());
    out.packInt(WireCodes.of(m.encoding()));
    out.packBinaryHeader(m.proof().size() * WireLimits.HASH_BYTES);
    for (ByteString hash : m.proof()) {
      out.writePayload(hash.toByteArray());
    }
    out.packBinaryHeader(m.payload().remaining());
  }

  private void findThrough(PeerMessage.FindThrough m) throws IOException {
    out.packInt(m.questionId());
    out.packInt(m.neighbour());
    bytes(m.keyedResource());
  }

  private void canReach(PeerMessage.CanReach m) throws IOException {
    out.packInt(m.transferId());
    out.packArrayHeader(m.holders().size());
    for (PeerId holder : m.holders()) {
      bytes(holder.publicKey());
    }
    bytes(m.chunks().encode(WireLimits.MAX_CHUNK_SET_BYTES));
  }

  private void members(PeerMessage.Members m) throws IOException {
    out.packInt(m.transferId());
    out.packArrayHeader(m.members().size());
    for (PeerMessage.Member member : m.members()) {
      out.packArrayHeader(3);
      out.packLong(member.rank());
      out.packInt(member.hops());
      out.packInt(member.leftChunks());
    }
  }

  private void findAndSend(PeerMessage.FindAndSend m) throws IOException {
    out.packInt(m.questionId());
    bytes(m.keyedResource());
    out.packInt(m.transferId());
    out.packInt(m.maxChunks());
  }

  private void foundAndSending(PeerMessage.FoundAndSending m) throws IOException {
    out.packInt(m.questionId());
    bytes(m.voucher());
    out.packInt(m.transferId());
    content(m.content());
  }

  private void signal(PeerId peer, ByteString signal) throws IOException {
    bytes(peer.publicKey());
    bytes(signal);
  }

  private void chunkRange(int transferId, int firstChunk, int chunkCount) throws IOException {
    out.packInt(transferId);
    out.packInt(firstChunk);
    out.packInt(chunkCount);
  }

  private void content(ContentId content) throws IOException {
    bytes(content.root());
    out.packLong(content.length());
  }

  private void text(String value) throws IOException {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.packRawStringHeader(utf8.length);
    out.writePayload(utf8);
  }

  private void bytes(ByteString value) throws IOException {
    out.packBinaryHeader(value.size());
    out.writePayload(value.toByteArray());
  }
}
