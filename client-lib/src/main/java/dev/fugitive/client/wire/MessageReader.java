package dev.fugitive.client.wire;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.peer.PeerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import okio.ByteString;

/** Reads the fields of each kind of message; the records themselves check the values. */
final class MessageReader {
  private final FieldReader in;

  MessageReader(FieldReader in) {
    this.in = in;
  }

  PeerMessage read(MessageType type) throws IOException {
    return switch (type) {
      case HELLO -> hello();
      case BYE -> new PeerMessage.Bye(in.text("reason", WireLimits.MAX_REASON_BYTES));
      case PING -> new PeerMessage.Ping(in.longInteger());
      case PONG -> new PeerMessage.Pong(in.longInteger());
      case HOLDINGS -> holdings();
      case HOLDINGS_DELTA -> new PeerMessage.HoldingsDelta(in.integer(), positions());
      case FIND_RESOURCE -> new PeerMessage.FindResource(in.integer(), hash("keyed resource"));
      case RESOURCE_FOUND -> new PeerMessage.ResourceFound(in.integer(), vouchers());
      case FIND_CONTENT -> new PeerMessage.FindContent(in.integer(), digest());
      case CONTENT_FOUND -> new PeerMessage.ContentFound(in.integer(), contents());
      case OPEN -> new PeerMessage.Open(in.integer(), content());
      case HAVE -> new PeerMessage.Have(in.integer(), chunkSet());
      case REFUSE -> refuse();
      case REQUEST -> new PeerMessage.Request(in.integer(), in.integer(), in.integer());
      case CHUNKS -> chunks();
      case CANCEL -> new PeerMessage.Cancel(in.integer(), in.integer(), in.integer());
      case CLOSE -> new PeerMessage.Close(in.integer());
      case SUPPORTS -> new PeerMessage.Supports(in.integer());
      case NEARBY -> new PeerMessage.Nearby(in.integer(), holdings());
      case NEARBY_DELTA ->
          new PeerMessage.NearbyDelta(
              in.integer(), new PeerMessage.HoldingsDelta(in.integer(), positions()));
      case NEARBY_GONE -> new PeerMessage.NearbyGone(in.integer());
      case FIND_THROUGH ->
          new PeerMessage.FindThrough(in.integer(), in.integer(), hash("keyed resource"));
      case OPEN_THROUGH -> new PeerMessage.OpenThrough(in.integer(), content());
      case CAN_REACH -> new PeerMessage.CanReach(in.integer(), peerIds(), chunkSet());
      case FORWARD -> new PeerMessage.Forward(peerId(), signal());
      case FORWARDED -> new PeerMessage.Forwarded(peerId(), signal());
      case ORDER -> new PeerMessage.Order(in.bytes("order", WireLimits.MAX_ORDER_BYTES));
      case REPORT -> new PeerMessage.Report(in.bytes("report", WireLimits.MAX_REPORT_BYTES));
      case MEMBERS -> new PeerMessage.Members(in.integer(), members());
      case FIND_AND_SEND ->
          new PeerMessage.FindAndSend(
              in.integer(), hash("keyed resource"), in.integer(), in.integer());
      case FOUND_AND_SENDING ->
          new PeerMessage.FoundAndSending(in.integer(), voucher(), in.integer(), content());
      case RESOURCE_COMING -> new PeerMessage.ResourceComing(in.integer());
      case STRAND -> new PeerMessage.Strand(in.integer(), signal());
    };
  }

  private PeerMessage.Hello hello() throws IOException {
    return new PeerMessage.Hello(
        in.integer(), in.text("agent", WireLimits.MAX_AGENT_BYTES), in.bool());
  }

  private PeerMessage.Holdings holdings() throws IOException {
    return new PeerMessage.Holdings(
        in.integer(),
        in.integer(),
        in.integer(),
        in.bytes("salt", WireLimits.SALT_BYTES),
        in.integer(),
        in.bytes("part", WireLimits.FILTER_PART_BYTES));
  }

  private List<Integer> positions() throws IOException {
    int count = in.arrayHeader("positions", WireLimits.MAX_DELTA_POSITIONS);
    List<Integer> positions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      positions.add(in.integer());
    }
    return positions;
  }

  private List<ByteString> vouchers() throws IOException {
    int count = in.arrayHeader("vouchers", WireLimits.MAX_VOUCHERS);
    List<ByteString> vouchers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      vouchers.add(voucher());
    }
    return vouchers;
  }

  private ByteString voucher() throws IOException {
    return in.bytes("voucher", WireLimits.MAX_VOUCHER_BYTES);
  }

  private List<PeerMessage.Member> members() throws IOException {
    int count = in.arrayHeader("members", WireLimits.MAX_MEMBERS);
    List<PeerMessage.Member> members = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int fields = in.arrayHeader("member fields", 3);
      if (fields != 3) {
        throw new MalformedMessageException("member fields: " + fields + " (expected: 3)");
      }
      members.add(new PeerMessage.Member(in.longInteger(), in.integer(), in.integer()));
    }
    return members;
  }

  private Digest digest() throws IOException {
    Digest.Algorithm algorithm = WireCodes.algorithm(in.integer());
    return new Digest(algorithm, in.bytes("digest", algorithm.byteCount()));
  }

  private List<ContentId> contents() throws IOException {
    int count = in.arrayHeader("contents", WireLimits.MAX_FOUND_CONTENTS);
    List<ContentId> contents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int fields = in.arrayHeader("content fields", 2);
      if (fields != 2) {
        throw new MalformedMessageException("content fields: " + fields + " (expected: 2)");
      }
      contents.add(content());
    }
    return contents;
  }

  private ContentId content() throws IOException {
    return new ContentId(hash("root"), in.longInteger());
  }

  private ChunkSet chunkSet() throws IOException {
    return ChunkSet.decode(
        in.bytes("chunk set", WireLimits.MAX_CHUNK_SET_BYTES), WireLimits.MAX_CHUNKS);
  }

  private List<PeerId> peerIds() throws IOException {
    int count = in.arrayHeader("holders", WireLimits.MAX_NAMED_HOLDERS);
    List<PeerId> peers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      peers.add(peerId());
    }
    return peers;
  }

  private PeerId peerId() throws IOException {
    return new PeerId(in.bytes("key", PeerId.BYTES));
  }

  private ByteString signal() throws IOException {
    return in.bytes("signal", WireLimits.MAX_SIGNAL_BYTES);
  }

  private PeerMessage.Refuse refuse() throws IOException {
    return new PeerMessage.Refuse(
        in.integer(), WireCodes.refusalReason(in.integer()), in.integer());
  }

  private PeerMessage.Chunks chunks() throws IOException {
    return new PeerMessage.Chunks(
        in.integer(),
        in.integer(),
        in.integer(),
        WireCodes.encoding(in.integer()),
        proof(),
        in.view("payload", WireLimits.MAX_PAYLOAD_BYTES));
  }

  private List<ByteString> proof() throws IOException {
    int hashBytes = WireLimits.HASH_BYTES;
    ByteBuffer joined = in.view("proof", WireLimits.MAX_PROOF_HASHES * hashBytes);
    if (joined.capacity() % hashBytes != 0) {
      throw new MalformedMessageException(
          "proof bytes: %d (expected: a multiple of %d)".formatted(joined.capacity(), hashBytes));
    }
    List<ByteString> proof = new ArrayList<>(joined.capacity() / hashBytes);
    for (int at = 0; at < joined.capacity(); at += hashBytes) {
      proof.add(ByteString.of(joined.slice(at, hashBytes)));
    }
    return proof;
  }

  private ByteString hash(String name) throws IOException {
    return in.bytes(name, WireLimits.HASH_BYTES);
  }
}
