package dev.fugitive.client.signalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.transport.Signal;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SignallingCodecTest {
  private static final PeerId PEER = new PeerId(fill(0xaa, 32));
  private static final SignedSignal CANDIDATE =
      signal(new SignedSignal.Content.OfLink(new Signal.Candidate("0", 0, "candidate:1 1 udp")));
  private static final List<ClientMessage> FROM_CLIENT =
      List.of(
          new ClientMessage.Join(
              PEER, new Presence(List.of(new ContextId(fill(0xcc, 32))), 12), fill(0x55, 64)),
          new ClientMessage.Update(new Presence(List.of(), 0)),
          new ClientMessage.Relay(PEER, CANDIDATE),
          new ClientMessage.Relay(PEER, description(Signal.Kind.OFFER)),
          new ClientMessage.Relay(PEER, description(Signal.Kind.ANSWER)),
          new ClientMessage.Relay(PEER, signal(new SignedSignal.Content.Declined("full"))),
          new ClientMessage.Leave());
  private static final List<RendezvousMessage> FROM_RENDEZVOUS =
      List.of(
          new RendezvousMessage.Welcome(1, fill(0x11, 32)),
          new RendezvousMessage.Peers(
              List.of(new PeerInfo(PEER, 3, PeerInfo.Nearness.SAME_NETWORK, 300))),
          new RendezvousMessage.Peers(List.of()),
          new RendezvousMessage.Relayed(PEER, CANDIDATE),
          new RendezvousMessage.Refused(RendezvousMessage.Reason.STRANGER, "who?"),
          new RendezvousMessage.PeerGone(PEER));
  private static final List<LanMessage> FROM_NEIGHBOUR =
      List.of(
          new LanMessage.Greeting(1, fill(0x11, 32)),
          new LanMessage.Present(PEER, 3, fill(0x55, 64)),
          new LanMessage.Slots(0),
          new LanMessage.Carried(CANDIDATE),
          new LanMessage.Carried(description(Signal.Kind.OFFER)));

  @Test
  void whatIsWrittenIsReadAgain() throws ProtocolException {
    for (ClientMessage message : FROM_CLIENT) {
      ByteString bytes = SignallingCodec.encode(message);
      assertThat(SignallingCodec.decodeFromClient(bytes)).isEqualTo(message);
    }
    for (RendezvousMessage message : FROM_RENDEZVOUS) {
      ByteString bytes = SignallingCodec.encode(message);
      assertThat(SignallingCodec.decodeFromRendezvous(bytes)).isEqualTo(message);
    }
    for (LanMessage message : FROM_NEIGHBOUR) {
      ByteString bytes = SignallingCodec.encode(message);
      assertThat(SignallingCodec.decodeFromNeighbour(bytes)).isEqualTo(message);
    }
  }

  @Test
  void whatASignalSaysIsReadAgainWithoutItsSignature() throws ProtocolException {
    SignedSignal.Content declined = new SignedSignal.Content.Declined("no");
    for (SignedSignal.Content content :
        List.of(CANDIDATE.content(), description(Signal.Kind.OFFER).content(), declined)) {
      ByteString bytes = SignallingCodec.encodeContent(content);
      assertThat(SignallingCodec.decodeContent(bytes)).isEqualTo(content);
    }
    assertThat(SignallingCodec.encodeContent(declined).hex())
        .isEqualTo("92" + "03" + "a2" + "6e6f"); // two fields: declined, "no"
    assertThatThrownBy(() -> SignallingCodec.decodeContent(ByteString.decodeHex("9302a26e6f00")))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void anIntroductionOnTheLocalNetwork() {
    assertThat(SignallingCodec.encode(FROM_NEIGHBOUR.get(1)).hex())
        .isEqualTo(
            "94" // four fields
                + "21" // Present
                + "c420" // 32 bytes: the key
                + "aa".repeat(32)
                + "03" // 3 free slots
                + "c440" // 64 bytes: the proof
                + "55".repeat(64));
  }

  @ParameterizedTest
  @CsvSource({
    "another family's type, 9103, type: 3 (expected: 32 to 35)",
    "a field too many, 93220000, fields: 3 (expected: 2)",
    "a short challenge, 932001c40100, challenge bytes: 1 (expected: 32)",
    "something after the end, 92220000, bytes after the end: 1",
    "a number longer than need be, 9222cc00, message bytes: 4 (expected: the shortest"
  })
  void whatANeighbourMayNotSayIsRefusedWithWords(String what, String hex, String words) {
    assertThatThrownBy(() -> SignallingCodec.decodeFromNeighbour(ByteString.decodeHex(hex)))
        .as(what)
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aJoinOnTheWire() {
    assertThat(SignallingCodec.encode(FROM_CLIENT.get(0)).hex())
        .isEqualTo(
            "95" // five fields
                + "00" // Join
                + "c420" // 32 bytes: the key
                + "aa".repeat(32)
                + "91" // one context
                + "c420"
                + "cc".repeat(32)
                + "0c" // 12 free slots
                + "c440" // 64 bytes: the proof
                + "55".repeat(64));
  }

  @Test
  void aCandidateOnTheWire() {
    assertThat(SignallingCodec.encode(FROM_CLIENT.get(2)).hex())
        .isEqualTo(
            "93" // three fields
                + "02" // Relay
                + "c420"
                + "aa".repeat(32)
                + "97" // a signal of seven fields
                + "c410" // 16 bytes: the connection
                + "01".repeat(16)
                + "cf00000199b9b3e000" // its time in milliseconds
                + "c440" // 64 bytes: the signature
                + "02".repeat(64)
                + "02" // a candidate
                + "a130" // mid "0"
                + "00" // line 0
                + "b1"
                + ByteString.encodeUtf8("candidate:1 1 udp").hex());
  }

  @Test
  void peersOnTheWire() {
    assertThat(SignallingCodec.encode(FROM_RENDEZVOUS.get(1)).hex())
        .isEqualTo(
            "92" // two fields
                + "11" // Peers
                + "91" // one peer
                + "94" // of four fields
                + "c420"
                + "aa".repeat(32)
                + "03" // shared contexts
                + "01" // the same network
                + "cd012c"); // 300 free slots
  }

  /** Each line: what is wrong, the bytes, a part of the words. */
  @ParameterizedTest
  @CsvSource({
    "nothing at all, '', array: not readable",
    "no array, 00, array: not readable",
    "an unknown type, 9109, type: 9 (expected: 0 to 3)",
    "a negative type, 91ff, type: -1",
    "a type beyond a long, 91cfffffffffffffffff, type: not readable",
    "a field too many, 920300, fields: 2 (expected: 1)",
    "a field too few, 9201c0, fields: 2 (expected: 3)",
    "something after the end, 910300, bytes after the end: 1",
    "an array longer than it may be, dc00ff01, array size: 255",
    "an array of four billion, ddffffffff, array: not readable",
    "contexts without end, 9301ddffffffff00, array: not readable",
    "too many contexts, 9301dc004100, array size: 65 (expected: 0 to 64)",
    "a context of one byte, 930191c40100, context bytes: 1 (expected: 32)",
    "a key of two gigabytes, 9302c67fffffff, key bytes: 2147483647 (expected: 32)",
    "text for bytes, 9302a100, key: STRING (expected: BINARY)",
    "a number longer than need be, 91cc03, message bytes: 3 (expected: the shortest",
    "a key that is not all there, 9302c42000, key bytes: 32 (expected: 0 to 1)"
  })
  void everyFaultIsNamed(String what, String hex, String words) {
    assertThatThrownBy(() -> SignallingCodec.decodeFromClient(ByteString.decodeHex(hex)))
        .as(what)
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aDescriptionLongerThanItsLimitIsRefused() {
    String tooLong = "x".repeat(SignedSignal.MAX_DESCRIPTION_BYTES + 1);
    ByteString bytes =
        SignallingCodec.encode(
            new ClientMessage.Relay(
                PEER,
                signal(
                    new SignedSignal.Content.OfLink(
                        new Signal.Description(Signal.Kind.OFFER, tooLong)))));
    assertThatThrownBy(() -> SignallingCodec.decodeFromClient(bytes))
        .hasMessage("description bytes: 16385 (expected: 0 to 16384)");
  }

  @Test
  void aMessageLongerThanItsLimitIsNotLookedAt() {
    ByteString bytes = ByteString.of(new byte[SignallingCodec.MAX_MESSAGE_BYTES + 1]);
    assertThatThrownBy(() -> SignallingCodec.decodeFromRendezvous(bytes))
        .hasMessage("message bytes: 24577 (expected: <= 24576)");
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    ByteString bytes = ByteString.decodeHex("931300" + "a2c328");
    assertThatThrownBy(() -> SignallingCodec.decodeFromRendezvous(bytes))
        .hasMessage("detail: not UTF-8");
  }

  @Test
  void theLongestOfEverythingFitsIntoAMessage() throws ProtocolException {
    List<ContextId> contexts = new ArrayList<>();
    List<PeerInfo> peers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      contexts.add(new ContextId(fill(i, 32)));
      peers.add(new PeerInfo(new PeerId(fill(i, 32)), 64, PeerInfo.Nearness.FAR, 1 << 16));
    }
    String longest = "x".repeat(SignedSignal.MAX_DESCRIPTION_BYTES);
    SignedSignal offer =
        signal(new SignedSignal.Content.OfLink(new Signal.Description(Signal.Kind.OFFER, longest)));
    SignallingCodec.decodeFromClient(
        SignallingCodec.encode(
            new ClientMessage.Join(PEER, new Presence(contexts, 1 << 16), fill(0, 64))));
    SignallingCodec.decodeFromClient(SignallingCodec.encode(new ClientMessage.Relay(PEER, offer)));
    SignallingCodec.decodeFromRendezvous(
        SignallingCodec.encode(new RendezvousMessage.Peers(peers)));
  }

  @Property(tries = 5_000, seed = "42")
  void randomBytesGiveAMessageOrAProtocolExceptionAndNothingElse(
      @ForAll byte[] bytes, @ForAll boolean fromClient) {
    decodeOrRefuse(ByteString.of(bytes), fromClient);
  }

  @Property(tries = 5_000, seed = "42")
  void aDamagedMessageGivesAMessageOrAProtocolExceptionAndNothingElse(@ForAll long seed) {
    Random random = new Random(seed);
    boolean fromClient = random.nextBoolean();
    byte[] bytes =
        (fromClient
                ? SignallingCodec.encode(FROM_CLIENT.get(random.nextInt(FROM_CLIENT.size())))
                : SignallingCodec.encode(
                    FROM_RENDEZVOUS.get(random.nextInt(FROM_RENDEZVOUS.size()))))
            .toByteArray();
    for (int i = 0; i <= random.nextInt(3); i++) {
      bytes[random.nextInt(Math.min(bytes.length, 48))] = (byte) random.nextInt();
    }
    decodeOrRefuse(ByteString.of(bytes, 0, 1 + random.nextInt(bytes.length)), fromClient);
  }

  private static void decodeOrRefuse(ByteString bytes, boolean fromClient) {
    try {
      if (fromClient) {
        assertThat(SignallingCodec.decodeFromClient(bytes)).isNotNull();
      } else {
        assertThat(SignallingCodec.decodeFromRendezvous(bytes)).isNotNull();
      }
    } catch (ProtocolException expected) {
      assertThat(expected).hasMessageNotContaining("null");
    }
  }

  private static SignedSignal description(Signal.Kind kind) {
    return signal(new SignedSignal.Content.OfLink(new Signal.Description(kind, "v=0\r\n")));
  }

  private static SignedSignal signal(SignedSignal.Content content) {
    return new SignedSignal(
        new ConnectionId(fill(1, 16)), content, 0x0000_0199_b9b3_e000L, fill(2, 64));
  }

  private static ByteString fill(int value, int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return ByteString.of(bytes);
  }
}
