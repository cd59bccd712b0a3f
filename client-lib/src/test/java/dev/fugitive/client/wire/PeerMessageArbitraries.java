package dev.fugitive.client.wire;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import okio.ByteString;

/** Any message that may be said, of any kind with equal chance. */
final class PeerMessageArbitraries {
  private PeerMessageArbitraries() {}

  static Arbitrary<PeerMessage> any() {
    return Arbitraries.of(MessageType.values())
        .flatMap(type -> ofType(type).map(message -> message));
  }

  static Arbitrary<? extends PeerMessage> ofType(MessageType type) {
    return switch (type) {
      case HELLO ->
          Combinators.combine(ints(1, 0xFFFF), text(16), Arbitraries.of(true, false))
              .as(PeerMessage.Hello::new);
      case BYE -> text(64).map(PeerMessage.Bye::new);
      case PING -> Arbitraries.longs().map(PeerMessage.Ping::new);
      case PONG -> Arbitraries.longs().map(PeerMessage.Pong::new);
      case HOLDINGS -> holdings();
      case HOLDINGS_DELTA -> holdingsDelta();
      case FIND_RESOURCE ->
          Combinators.combine(ids(), bytes(32, 32)).as(PeerMessage.FindResource::new);
      case RESOURCE_FOUND -> resourceFound();
      case FIND_CONTENT -> Combinators.combine(ids(), digests()).as(PeerMessage.FindContent::new);
      case CONTENT_FOUND ->
          Combinators.combine(ids(), contents().list().ofMaxSize(WireLimits.MAX_FOUND_CONTENTS))
              .as(PeerMessage.ContentFound::new);
      case OPEN -> Combinators.combine(ids(), contents()).as(PeerMessage.Open::new);
      case HAVE -> Combinators.combine(ids(), chunkSets()).as(PeerMessage.Have::new);
      case REFUSE ->
          Combinators.combine(
                  ids(),
                  Arbitraries.of(RefusalReason.values()),
                  ints(0, WireLimits.MAX_RETRY_AFTER_MILLIS))
              .as(PeerMessage.Refuse::new);
      case REQUEST ->
          Combinators.combine(ids(), firstChunks(), ints(1, WireLimits.MAX_REQUEST_CHUNKS))
              .as(PeerMessage.Request::new);
      case CHUNKS -> chunks();
      case CANCEL ->
          Combinators.combine(ids(), firstChunks(), ints(1, 1 << 20)).as(PeerMessage.Cancel::new);
      case CLOSE -> ids().map(PeerMessage.Close::new);
      case SUPPORTS -> ids().map(PeerMessage.Supports::new);
      case NEARBY -> Combinators.combine(neighbours(), nearbyParts()).as(PeerMessage.Nearby::new);
      case NEARBY_DELTA ->
          Combinators.combine(neighbours(), holdingsDelta()).as(PeerMessage.NearbyDelta::new);
      case NEARBY_GONE -> neighbours().map(PeerMessage.NearbyGone::new);
      case FIND_THROUGH ->
          Combinators.combine(ids(), neighbours(), bytes(32, 32)).as(PeerMessage.FindThrough::new);
      case OPEN_THROUGH -> Combinators.combine(ids(), contents()).as(PeerMessage.OpenThrough::new);
      case CAN_REACH ->
          Combinators.combine(
                  ids(), peers().list().ofMaxSize(WireLimits.MAX_NAMED_HOLDERS), chunkSets())
              .as(PeerMessage.CanReach::new);
      case FORWARD -> Combinators.combine(peers(), bytes(1, 2_000)).as(PeerMessage.Forward::new);
      case FORWARDED ->
          Combinators.combine(peers(), bytes(1, 2_000)).as(PeerMessage.Forwarded::new);
      case ORDER -> bytes(1, 2_000).map(PeerMessage.Order::new);
      case REPORT -> bytes(1, 2_000).map(PeerMessage.Report::new);
      case MEMBERS ->
          Combinators.combine(ids(), member().list().ofMaxSize(WireLimits.MAX_MEMBERS))
              .as(PeerMessage.Members::new);
      case FIND_AND_SEND ->
          Combinators.combine(ids(), bytes(32, 32), ids(), ints(1, WireLimits.MAX_SENT_CHUNKS))
              .as(PeerMessage.FindAndSend::new);
      case FOUND_AND_SENDING ->
          Combinators.combine(ids(), bytes(1, 2_000), ids(), sentContents())
              .as(PeerMessage.FoundAndSending::new);
      case RESOURCE_COMING -> ids().map(PeerMessage.ResourceComing::new);
      case STRAND -> Combinators.combine(ids(), bytes(1, 2_000)).as(PeerMessage.Strand::new);
    };
  }

  private static Arbitrary<Integer> neighbours() {
    return ints(0, WireLimits.MAX_NEIGHBOUR);
  }

  private static Arbitrary<PeerId> peers() {
    return bytes(32, 32).map(PeerId::new);
  }

  private static Arbitrary<PeerMessage.Holdings> nearbyParts() {
    return holdings(WireLimits.MAX_NEARBY_PARTS);
  }

  private static Arbitrary<PeerMessage.Holdings> holdings() {
    return holdings(WireLimits.MAX_FILTER_PARTS);
  }

  private static Arbitrary<PeerMessage.Holdings> holdings(int maxParts) {
    return ints(1, maxParts)
        .flatMap(partCount ->
            Combinators.combine(ids(), ints(0, partCount - 1), bytes(16, 16), ints(1, 32))
                .flatAs((generation, part, salt, hashCount) ->
                    (part == partCount - 1 ? bytes(1, 2_000) : fullParts())
                        .map(bits ->
                            new PeerMessage.Holdings(
                                generation, part, partCount, salt, hashCount, bits))));
  }

  private static Arbitrary<ByteString> fullParts() {
    return Arbitraries.bytes()
        .map(fill -> {
          byte[] bits = new byte[WireLimits.FILTER_PART_BYTES];
          Arrays.fill(bits, fill);
          return ByteString.of(bits);
        });
  }

  private static Arbitrary<PeerMessage.HoldingsDelta> holdingsDelta() {
    Arbitrary<List<Integer>> positions =
        ints(0, WireLimits.MAX_FILTER_BITS - 1).list().ofMinSize(1).ofMaxSize(200);
    return Combinators.combine(ids(), positions).as(PeerMessage.HoldingsDelta::new);
  }

  private static Arbitrary<PeerMessage.ResourceFound> resourceFound() {
    Arbitrary<List<ByteString>> vouchers = bytes(1, 400).list().ofMaxSize(WireLimits.MAX_VOUCHERS);
    return Combinators.combine(ids(), vouchers).as(PeerMessage.ResourceFound::new);
  }

  private static Arbitrary<PeerMessage.Chunks> chunks() {
    return Combinators.combine(ids(), firstChunks(), ints(1, 4), Arbitraries.of(Encoding.values()))
        .flatAs((id, first, count, encoding) ->
            Combinators.combine(proofs(), payloads(count, encoding))
                .as((proof, payload) ->
                    new PeerMessage.Chunks(id, first, count, encoding, proof, payload)));
  }

  private static Arbitrary<List<ByteString>> proofs() {
    return bytes(32, 32).list().ofMaxSize(WireLimits.MAX_PROOF_HASHES);
  }

  private static Arbitrary<ByteBuffer> payloads(int chunkCount, Encoding encoding) {
    int full = chunkCount * ContentId.CHUNK_BYTES;
    Arbitrary<Integer> lengths =
        switch (encoding) {
          case PLAIN -> ints(full - ContentId.CHUNK_BYTES + 1, full);
          case ZSTD -> ints(1, full - 1);
        };
    return Combinators.combine(lengths, Arbitraries.bytes())
        .as((length, fill) -> {
          byte[] payload = new byte[length];
          Arrays.fill(payload, fill);
          return ByteBuffer.wrap(payload);
        });
  }

  private static Arbitrary<Digest> digests() {
    return Arbitraries.of(Digest.Algorithm.values())
        .flatMap(algorithm ->
            bytes(algorithm.byteCount(), algorithm.byteCount())
                .map(value -> new Digest(algorithm, value)));
  }

  private static Arbitrary<ContentId> contents() {
    return Combinators.combine(bytes(32, 32), Arbitraries.longs().between(1, ContentId.MAX_LENGTH))
        .as(ContentId::new);
  }

  private static Arbitrary<ContentId> sentContents() {
    long most = (long) WireLimits.MAX_SENT_CHUNKS * ContentId.CHUNK_BYTES;
    return Combinators.combine(bytes(32, 32), Arbitraries.longs().between(1, most))
        .as(ContentId::new);
  }

  private static Arbitrary<ChunkSet> chunkSets() {
    return ints(0, 5_000)
        .set()
        .ofMaxSize(100)
        .map(indexes -> {
          BitSet bits = new BitSet();
          indexes.forEach(bits::set);
          return ChunkSet.copyOf(bits);
        });
  }

  private static Arbitrary<Integer> firstChunks() {
    return ints(0, 1 << 24);
  }

  private static Arbitrary<Integer> ids() {
    return ints(0, Integer.MAX_VALUE);
  }

  private static Arbitrary<Integer> ints(int min, int max) {
    return Arbitraries.integers().between(min, max);
  }

  private static Arbitrary<String> text(int maxLength) {
    return Arbitraries.strings()
        .all()
        .ofMaxLength(maxLength)
        .map(text -> Check.printable(text, WireLimits.MAX_AGENT_BYTES));
  }

  private static Arbitrary<ByteString> bytes(int min, int max) {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofMinSize(min)
        .ofMaxSize(max)
        .map(ByteString::of);
  }

  private static Arbitrary<PeerMessage.Member> member() {
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.integers().between(0, WireLimits.MAX_MEMBER_HOPS),
            Arbitraries.integers().between(0, WireLimits.MAX_CHUNKS))
        .as(PeerMessage.Member::new);
  }
}
