package dev.fugitive.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.Encoding;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** Every message, byte by byte: what is written here is what other versions must read. */
class PeerCodecHexTest {
  private static final ByteString HASH = ByteString.of(new byte[32]);
  private static final String HASH_HEX = "00".repeat(32);

  private final PeerCodec codec = new PeerCodec();

  @Test
  void hello() {
    check(
        new PeerMessage.Hello(1, "fugitive/0.1", true),
        """
        94                          # array of 4
        01                          # type: hello
        01                          # version
        ac 66756769746976652f302e31 # agent: fugitive/0.1
        c3                          # sharing: yes
        """);
  }

  @Test
  void bye() {
    check(
        new PeerMessage.Bye("shutdown"),
        """
        92                  # array of 2
        02                  # type: bye
        a8 73687574646f776e # reason: shutdown
        """);
  }

  @Test
  void ping() {
    check(
        new PeerMessage.Ping(0x0123456789abcdefL),
        """
        92                  # array of 2
        03                  # type: ping
        cf 0123456789abcdef # nonce, unsigned 64
        """);
  }

  @Test
  void pong() {
    check(
        new PeerMessage.Pong(-1),
        """
        92 # array of 2
        04 # type: pong
        ff # nonce: -1
        """);
  }

  @Test
  void holdings() {
    check(
        new PeerMessage.Holdings(
            7, 0, 1, ByteString.decodeHex("aa".repeat(16)), 7, ByteString.decodeHex("8001")),
        """
        97                                     # array of 7
        08                                     # type: holdings
        07                                     # generation
        00                                     # part index
        01                                     # part count
        c410 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  # salt
        07                                     # hash count
        c402 8001                              # bits 7 and 8 are set
        """);
  }

  @Test
  void holdingsDelta() {
    check(
        new PeerMessage.HoldingsDelta(7, List.of(1, 200, 70_000)),
        """
        93          # array of 3
        09          # type: holdings delta
        07          # generation
        93          # 3 positions
        01          # 1
        cc c8       # 200
        ce 00011170 # 70,000
        """);
  }

  @Test
  void findResource() {
    check(
        new PeerMessage.FindResource(300, HASH),
        """
        93        # array of 3
        0a        # type: find resource
        cd 012c   # question id
        c420 %s   # keyed resource
        """
            .formatted(HASH_HEX));
  }

  @Test
  void resourceFound() {
    check(
        new PeerMessage.ResourceFound(300, List.of(ByteString.decodeHex("0102"))),
        """
        93        # array of 3
        0b        # type: resource found
        cd 012c   # question id
        91        # 1 voucher
        c402 0102 # its bytes
        """);
  }

  @Test
  void findContent() {
    check(
        new PeerMessage.FindContent(3, new Digest(Digest.Algorithm.SHA_256, HASH)),
        """
        94      # array of 4
        0c      # type: find content
        03      # question id
        01      # algorithm: SHA-256
        c420 %s # digest
        """
            .formatted(HASH_HEX));
  }

  @Test
  void contentFound() {
    check(
        new PeerMessage.ContentFound(3, List.of(new ContentId(HASH, 0))),
        """
        93      # array of 3
        0d      # type: content found
        03      # question id
        91      # 1 content
        92      # array of 2
        c420 %s # its root
        00      # its length
        """
            .formatted(HASH_HEX));
  }

  @Test
  void open() {
    ByteString root = ByteString.decodeHex("5a".repeat(32));
    check(
        new PeerMessage.Open(1, new ContentId(root, 65_537)),
        """
        94          # array of 4
        10          # type: open
        01          # transfer id
        c420 %s     # root
        ce 00010001 # length: 65,537
        """
            .formatted(root.hex()));
  }

  @Test
  void have() {
    check(
        new PeerMessage.Have(1, ChunkSet.of(2, 4, 5, 6)),
        """
        93            # array of 3
        11            # type: have
        01            # transfer id
        c404 02010103 # gap 2, run 1, gap 1, run 3
        """);
  }

  @Test
  void refuse() {
    check(
        new PeerMessage.Refuse(1, RefusalReason.BUSY, 1_000),
        """
        94      # array of 4
        12      # type: refuse
        01      # transfer id
        01      # reason: busy (2: don't have, 3: not allowed)
        cd 03e8 # retry after 1,000 ms
        """);
  }

  @Test
  void request() {
    check(
        new PeerMessage.Request(1, 128, 512),
        """
        94      # array of 4
        13      # type: request
        01      # transfer id
        cc 80   # first chunk
        cd 0200 # chunk count
        """);
  }

  @Test
  void chunks() {
    ByteBuffer payload = ByteBuffer.wrap(new byte[] {0x0a, 0x0b, 0x0c});
    check(
        new PeerMessage.Chunks(1, 128, 1, Encoding.ZSTD, List.of(HASH), payload),
        """
        97          # array of 7
        14          # type: chunks
        01          # transfer id
        cc 80       # first chunk
        01          # chunk count
        01          # encoding: zstd (0: plain)
        c420 %s     # proof: 1 hash
        c403 0a0b0c # payload
        """
            .formatted(HASH_HEX));
  }

  @Test
  void cancel() {
    check(
        new PeerMessage.Cancel(1, 0, 1),
        """
        94 # array of 4
        15 # type: cancel
        01 # transfer id
        00 # first chunk
        01 # chunk count
        """);
  }

  @Test
  void close() {
    check(
        new PeerMessage.Close(1),
        """
        92 # array of 2
        16 # type: close
        01 # transfer id
        """);
  }

  @Test
  void aTypeOfALaterProtocolIsSkippedAndCounted() throws Exception {
    assertThat(codec.decode(frame("92 7e 01 # array of 2, type 126"))).isEmpty();
    assertThat(codec.decode(frame("91 7f    # array of 1, type 127"))).isEmpty();
    assertThat(codec.skippedMessages()).isEqualTo(2);
  }

  @Test
  void supports() {
    check(
        new PeerMessage.Supports(PeerMessage.Supports.TIER2 | PeerMessage.Supports.SENDING),
        """
        92 # array of 2
        20 # type: supports
        03 # features: tier-2, sending
        """);
  }

  @Test
  void nearby() {
    check(
        new PeerMessage.Nearby(
            3,
            new PeerMessage.Holdings(
                7, 0, 1, ByteString.decodeHex("aa".repeat(16)), 7, ByteString.decodeHex("8001"))),
        """
        98                                     # array of 8
        21                                     # type: nearby
        03                                     # neighbour
        07                                     # generation
        00                                     # part index
        01                                     # part count
        c410 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa # salt
        07                                     # hash count
        c402 8001                              # bits
        """);
  }

  @Test
  void nearbyDelta() {
    check(
        new PeerMessage.NearbyDelta(3, new PeerMessage.HoldingsDelta(7, List.of(0, 15))),
        """
        94       # array of 4
        22       # type: nearby delta
        03       # neighbour
        07       # generation
        92 00 0f # positions
        """);
  }

  @Test
  void nearbyGone() {
    check(
        new PeerMessage.NearbyGone(31),
        """
        92 # array of 2
        23 # type: nearby gone
        1f # neighbour
        """);
  }

  @Test
  void findThrough() {
    check(
        new PeerMessage.FindThrough(5, 3, HASH),
        """
        94         # array of 4
        24         # type: find through
        05         # question
        03         # neighbour
        c420 %s # keyed resource
        """
            .formatted(HASH_HEX));
  }

  @Test
  void openThrough() {
    check(
        new PeerMessage.OpenThrough(1, new ContentId(HASH, 0x100000)),
        """
        94         # array of 4
        25         # type: open through
        01         # transfer
        c420 %s # root
        ce 00100000 # length
        """
            .formatted(HASH_HEX));
  }

  @Test
  void canReach() {
    check(
        new PeerMessage.CanReach(1, List.of(new PeerId(HASH)), ChunkSet.range(0, 64)),
        """
        94             # array of 4
        26             # type: can reach
        01             # transfer
        91 c420 %s # holders
        c402 0040      # chunks: 0 to 63
        """
            .formatted(HASH_HEX));
  }

  @Test
  void forward() {
    check(
        new PeerMessage.Forward(new PeerId(HASH), ByteString.decodeHex("0102")),
        """
        93         # array of 3
        27         # type: forward
        c420 %s # to
        c402 0102  # signal
        """
            .formatted(HASH_HEX));
  }

  @Test
  void forwarded() {
    check(
        new PeerMessage.Forwarded(new PeerId(HASH), ByteString.decodeHex("0102")),
        """
        93         # array of 3
        28         # type: forwarded
        c420 %s # from
        c402 0102  # signal
        """
            .formatted(HASH_HEX));
  }

  @Test
  void ordersAndReports() {
    check(
        new PeerMessage.Order(ByteString.decodeHex("0a0b0c")),
        """
        92          # array of 2
        29          # type: order
        c403 0a0b0c # a signed order
        """);
    check(
        new PeerMessage.Report(ByteString.decodeHex("0d")),
        """
        92      # array of 2
        2a      # type: report
        c401 0d # a report
        """);
    refused("92 29 c400", "order bytes: 0 (expected: 1 to 4096)");
  }

  @Test
  void members() {
    check(
        new PeerMessage.Members(
            1,
            List.of(
                new PeerMessage.Member(0x8000_0000_0000_0001L, 0, 16),
                new PeerMessage.Member(0x0102_0304_0506_0708L, 2, 300))),
        """
        93                   # array of 3
        2b                   # type: members
        01                   # transfer id
        92                   # 2 members
        93                   # array of 3
        d3 8000000000000001  # rank
        00                   # hops: the sender itself
        10                   # chunks left to read: 16
        93                   # array of 3
        cf 0102030405060708  # rank
        02                   # hops
        cd 012c              # chunks left to read: 300
        """);
    refused("93 2b 01 91 93 00 09 00", "hops: 9 (expected: 0 to 8)");
    refused("93 2b 01 91 92 00 00", "member fields: 2 (expected: 3)");
    refused("93 2b 01 91 93 00 00 ff", "left chunks: -1 (expected: 0 to 33554432)");
  }

  @Test
  void findAndSend() {
    check(
        new PeerMessage.FindAndSend(300, HASH, 5, 8),
        """
        95        # array of 5
        2c        # type: find and send
        cd 012c   # question id
        c420 %s   # keyed resource
        05        # transfer id
        08        # most chunks: 8
        """
            .formatted(HASH_HEX));
    refused("95 2c 01 c420 %s 05 09".formatted(HASH_HEX), "most chunks: 9 (expected: 1 to 8)");
    refused("95 2c 01 c420 %s 05 00".formatted(HASH_HEX), "most chunks: 0 (expected: 1 to 8)");
  }

  @Test
  void foundAndSending() {
    check(
        new PeerMessage.FoundAndSending(
            300, ByteString.decodeHex("0102"), 5, new ContentId(HASH, 20_000)),
        """
        96        # array of 6
        2d        # type: found and sending
        cd 012c   # question id
        c402 0102 # the voucher's bytes
        05        # transfer id
        c420 %s   # root
        cd 4e20   # length: 20,000
        """
            .formatted(HASH_HEX));
    refused(
        "96 2d 01 c40101 05 c420 %s ce00020001".formatted(HASH_HEX),
        "chunks: 9 (expected: 1 to 8)");
  }

  @Test
  void resourceComing() {
    check(
        new PeerMessage.ResourceComing(300),
        """
        92        # array of 2
        2e        # type: resource coming
        cd 012c   # question id
        """);
    refused("92 2e ff", "question id: -1 (expected: 0 to 2147483647)");
  }

  @Test
  void strand() {
    check(
        new PeerMessage.Strand(6, ByteString.decodeHex("9203a26e6f")),
        """
        93                # array of 3
        30                # type: strand
        06                # number
        c405 9203a26e6f   # a signal: declined, "no"
        """);
    refused("93 30 ff c401 00", "strand number: -1 (expected: 0 to 2147483647)");
    refused("93 30 06 c400", "signal bytes: 0 (expected: 1 to 24576)");
  }

  @Test
  void nonsenseIsNamed() {
    refused("92 23 20", "neighbour: 32 (expected: 0 to 31)");
    refused("92 22 01", "NEARBY_DELTA fields: 1 (expected: 3)");
    refused("", "frame bytes: 0 (expected: 1 to 67584)");
    refused("c0", "not the MessagePack expected");
    refused("92 16", "elements count: 2 (expected: at most 1)");
    refused("92 00 01", "message type: 0 (expected: one of [1, 2, 3");
    refused("92 1f 01", "message type: 31 (expected: one of [1, 2, 3");
    refused("92 cc80 01", "message type: 128 (expected: one of [1, 2, 3");
    refused("92 ff 01", "message type: -1 (expected: one of [1, 2, 3");
    refused("93 16 01 02", "CLOSE fields: 2 (expected: 1)");
    refused("92 16 01 02", "bytes after the last field: 1 (expected: 0)");
    refused("92 16 a131", "not the MessagePack expected");
    refused("92 16 ff", "transfer id: -1 (expected: 0 to 2147483647)");
    refused("92 16 ce80000000", "not the MessagePack expected");
    refused("94 13 01 00 00", "chunk count: 0 (expected: 1 to 512)");
    refused("94 13 01 ce02000000 01", "first chunk: 33554432 (expected: 0 to 33554431)");
    refused("94 12 01 04 00", "refusal reason: 4 (expected: 1 to 3)");
    refused("92 02 a2c328", "reason: bytes that are not UTF-8");
    refused("92 02 a10a", "reason: U+000A (expected: printable text)");
    refused("92 02 dbffffffff", "size: 4294967295 (expected: below 2^31)");
    refused("97 14 01 00 01 00 c401 00 c400", "proof bytes: 1 (expected: a multiple of 32)");
    refused("97 14 01 00 01 00 c400 c67fffffff", "payload bytes: 2147483647 (expected: at most 0)");
    refused("97 14 01 00 01 00 c400 a101", "payload: of type STRING (expected: BINARY)");
    refused("93 09 07 dd7fffffff", "positions count: 2147483647 (expected: at most 0)");
    refused("93 11 01 c401 01", "widths: 1 (expected: an even number)");
  }

  private void check(PeerMessage message, String commentedHex) {
    assertThat(ByteString.of(codec.encode(message)).hex()).isEqualTo(hex(commentedHex));
    assertThat(decode(frame(commentedHex))).isEqualTo(message);
  }

  private PeerMessage decode(ByteBuffer frame) {
    try {
      return codec.decode(frame).orElseThrow();
    } catch (MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  private void refused(String commentedHex, String reason) {
    assertThatThrownBy(() -> codec.decode(frame(commentedHex)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith(reason);
  }

  private static ByteBuffer frame(String commentedHex) {
    return ByteBuffer.wrap(ByteString.decodeHex(hex(commentedHex)).toByteArray());
  }

  private static String hex(String commentedHex) {
    return commentedHex
        .lines()
        .map(line -> line.replaceAll("#.*", "").replace(" ", ""))
        .collect(Collectors.joining());
  }
}
