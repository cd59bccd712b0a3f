package dev.fugitive.client.signalling;

import dev.fugitive.client.peer.ContextId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.peer.PeerInfo.Nearness;
import dev.fugitive.client.signalling.RendezvousMessage.Reason;
import dev.fugitive.client.transport.Signal;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import okio.ByteString;

/**
 * Signalling messages as msgpack: each is one array, its type's number first, every field in its
 * place. What is longer than its limit, has a field too many or too few, or goes on after its end
 * is refused before anything is allocated for it.
 *
 * <pre>
 * to the rendezvous                         from the rendezvous
 * [0, key, [context…], slots, proof] Join   [16, version, challenge]               Welcome
 * [1, [context…], slots]             Update [17, [[key, shared, nearness, slots]…]] Peers
 * [2, key, signal]                   Relay  [18, key, signal]                      Relayed
 * [3]                                Leave  [19, reason, detail]                   Refused
 *                                           [20, key]                              PeerGone
 * signal: [connection, time, signature, 0 offer | 1 answer, text]
 *         [connection, time, signature, 2, mid, line, text]       a candidate
 *         [connection, time, signature, 3, reason]                declined
 *
 * between two nodes on one network
 * [32, version, challenge]           Greeting
 * [33, key, slots, proof]            Present
 * [34, slots]                        Slots
 * [35, signal]                       Carried
 * </pre>
 */
public final class SignallingCodec {
  /** The longest message, either way. */
  public static final int MAX_MESSAGE_BYTES = 24 * 1024;

  private static final int JOIN = 0;
  private static final int UPDATE = 1;
  private static final int RELAY = 2;
  private static final int LEAVE = 3;
  private static final int WELCOME = 16;
  private static final int PEERS = 17;
  private static final int RELAYED = 18;
  private static final int REFUSED = 19;
  private static final int PEER_GONE = 20;

  private static final int GREETING = 32;
  private static final int PRESENT = 33;
  private static final int SLOTS = 34;
  private static final int CARRIED = 35;

  private static final int OFFER = 0;
  private static final int ANSWER = 1;
  private static final int CANDIDATE = 2;
  private static final int DECLINED = 3;

  /** Of a signal: connection, time, signature. */
  private static final int HEAD_FIELDS = 3;

  private static final int CONTENT_FIELDS = 2;
  private static final int CANDIDATE_FIELDS = 4;
  private static final int SIGNATURE_BYTES = 64;
  private static final int MAX_COUNT = 1 << 20;

  /** In the order of their numbers on the wire. */
  private static final List<Nearness> NEARNESS =
      List.of(Nearness.SAME_ADDRESS, Nearness.SAME_NETWORK, Nearness.FAR);

  /** In the order of their numbers on the wire. */
  private static final List<Reason> REASONS =
      List.of(
          Reason.MALFORMED,
          Reason.OUT_OF_TURN,
          Reason.BAD_PROOF,
          Reason.TOO_FAST,
          Reason.STRANGER,
          Reason.REPLACED,
          Reason.FULL);

  private SignallingCodec() {}

  public static ByteString encode(ClientMessage message) {
    FieldWriter out = new FieldWriter();
    switch (message) {
      case ClientMessage.Join(PeerId peer, Presence presence, ByteString proof) -> {
        out.array(5).number(JOIN).bytes(peer.publicKey());
        writePresence(out, presence);
        out.bytes(proof);
      }
      case ClientMessage.Update(Presence presence) -> {
        out.array(3).number(UPDATE);
        writePresence(out, presence);
      }
      case ClientMessage.Relay(PeerId to, SignedSignal signal) -> {
        out.array(3).number(RELAY).bytes(to.publicKey());
        writeSignal(out, signal);
      }
      case ClientMessage.Leave() -> out.array(1).number(LEAVE);
    }
    return out.finish();
  }

  public static ByteString encode(RendezvousMessage message) {
    FieldWriter out = new FieldWriter();
    switch (message) {
      case RendezvousMessage.Welcome(int version, ByteString challenge) ->
          out.array(3).number(WELCOME).number(version).bytes(challenge);
      case RendezvousMessage.Peers(List<PeerInfo> peers) -> {
        out.array(2).number(PEERS).array(peers.size());
        peers.forEach(peer -> writePeer(out, peer));
      }
      case RendezvousMessage.Relayed(PeerId from, SignedSignal signal) -> {
        out.array(3).number(RELAYED).bytes(from.publicKey());
        writeSignal(out, signal);
      }
      case RendezvousMessage.Refused(Reason reason, String detail) ->
          out.array(3).number(REFUSED).choice(REASONS, reason).text(detail);
      case RendezvousMessage.PeerGone(PeerId peer) ->
          out.array(2).number(PEER_GONE).bytes(peer.publicKey());
    }
    return out.finish();
  }

  public static ByteString encode(LanMessage message) {
    FieldWriter out = new FieldWriter();
    switch (message) {
      case LanMessage.Greeting(int version, ByteString challenge) ->
          out.array(3).number(GREETING).number(version).bytes(challenge);
      case LanMessage.Present(PeerId peer, int freeSlots, ByteString proof) ->
          out.array(4).number(PRESENT).bytes(peer.publicKey()).number(freeSlots).bytes(proof);
      case LanMessage.Slots(int freeSlots) -> out.array(2).number(SLOTS).number(freeSlots);
      case LanMessage.Carried(SignedSignal signal) -> {
        out.array(2).number(CARRIED);
        writeSignal(out, signal);
      }
    }
    return out.finish();
  }

  public static LanMessage decodeFromNeighbour(ByteString bytes) throws ProtocolException {
    FieldReader in = reader(bytes);
    int fields = in.array(16);
    int type = in.number("type", 255);
    LanMessage message =
        switch (type) {
          case GREETING -> {
            in.expectFields(3, fields);
            yield new LanMessage.Greeting(
                in.number("version", MAX_COUNT),
                in.bytes("challenge", LanMessage.Greeting.CHALLENGE_BYTES));
          }
          case PRESENT -> {
            in.expectFields(4, fields);
            yield new LanMessage.Present(
                readPeerId(in),
                in.number("free slots", Presence.MAX_FREE_SLOTS),
                in.bytes("proof", SIGNATURE_BYTES));
          }
          case SLOTS -> {
            in.expectFields(2, fields);
            yield new LanMessage.Slots(in.number("free slots", Presence.MAX_FREE_SLOTS));
          }
          case CARRIED -> {
            in.expectFields(2, fields);
            yield new LanMessage.Carried(readSignal(in));
          }
          default -> throw new ProtocolException("type: " + type + " (expected: 32 to 35)");
        };
    in.expectEnd();
    expectShortest(bytes, encode(message));
    return message;
  }

  public static ClientMessage decodeFromClient(ByteString bytes) throws ProtocolException {
    FieldReader in = reader(bytes);
    int fields = in.array(16);
    int type = in.number("type", 255);
    ClientMessage message =
        switch (type) {
          case JOIN -> {
            in.expectFields(5, fields);
            yield new ClientMessage.Join(
                readPeerId(in), readPresence(in), in.bytes("proof", SIGNATURE_BYTES));
          }
          case UPDATE -> {
            in.expectFields(3, fields);
            yield new ClientMessage.Update(readPresence(in));
          }
          case RELAY -> {
            in.expectFields(3, fields);
            yield new ClientMessage.Relay(readPeerId(in), readSignal(in));
          }
          case LEAVE -> {
            in.expectFields(1, fields);
            yield new ClientMessage.Leave();
          }
          default -> throw new ProtocolException("type: " + type + " (expected: 0 to 3)");
        };
    in.expectEnd();
    expectShortest(bytes, encode(message));
    return message;
  }

  public static RendezvousMessage decodeFromRendezvous(ByteString bytes) throws ProtocolException {
    FieldReader in = reader(bytes);
    int fields = in.array(16);
    int type = in.number("type", 255);
    RendezvousMessage message =
        switch (type) {
          case WELCOME -> {
            in.expectFields(3, fields);
            yield new RendezvousMessage.Welcome(
                in.number("version", MAX_COUNT),
                in.bytes("challenge", RendezvousMessage.Welcome.CHALLENGE_BYTES));
          }
          case PEERS -> {
            in.expectFields(2, fields);
            yield new RendezvousMessage.Peers(readPeers(in));
          }
          case RELAYED -> {
            in.expectFields(3, fields);
            yield new RendezvousMessage.Relayed(readPeerId(in), readSignal(in));
          }
          case REFUSED -> {
            in.expectFields(3, fields);
            yield new RendezvousMessage.Refused(
                in.choice("reason", REASONS), in.text("detail", SignedSignal.MAX_REASON_BYTES));
          }
          case PEER_GONE -> {
            in.expectFields(2, fields);
            yield new RendezvousMessage.PeerGone(readPeerId(in));
          }
          default -> throw new ProtocolException("type: " + type + " (expected: 16 to 20)");
        };
    in.expectEnd();
    expectShortest(bytes, encode(message));
    return message;
  }

  /** A signal alone, as it stands in {@code Relay} and {@code Relayed}. */
  public static ByteString encodeSignal(SignedSignal signal) {
    FieldWriter out = new FieldWriter();
    writeSignal(out, signal);
    return out.finish();
  }

  /** Reads what {@link #encodeSignal} wrote. */
  public static SignedSignal decodeSignal(ByteString bytes) throws ProtocolException {
    FieldReader in = reader(bytes);
    SignedSignal signal = readSignal(in);
    in.expectEnd();
    expectShortest(bytes, encodeSignal(signal));
    return signal;
  }

  /** What a signal says, without who signed it: for links that prove the sender themselves. */
  public static ByteString encodeContent(SignedSignal.Content content) {
    FieldWriter out = new FieldWriter();
    writeContent(out.array(contentFields(content)), content);
    return out.finish();
  }

  /** Reads what {@link #encodeContent} wrote. */
  public static SignedSignal.Content decodeContent(ByteString bytes) throws ProtocolException {
    FieldReader in = reader(bytes);
    int fields = in.array(CANDIDATE_FIELDS);
    int kind = in.number("kind", DECLINED);
    in.expectFields(kind == CANDIDATE ? CANDIDATE_FIELDS : CONTENT_FIELDS, fields);
    SignedSignal.Content content = readContent(in, kind);
    in.expectEnd();
    expectShortest(bytes, encodeContent(content));
    return content;
  }

  private static FieldReader reader(ByteString bytes) throws ProtocolException {
    if (bytes.size() > MAX_MESSAGE_BYTES) {
      throw new ProtocolException(
          "message bytes: " + bytes.size() + " (expected: <= " + MAX_MESSAGE_BYTES + ")");
    }
    return new FieldReader(bytes);
  }

  /** A message has one form: what is read is what would be written. */
  private static void expectShortest(ByteString actual, ByteString expected)
      throws ProtocolException {
    if (!actual.equals(expected)) {
      throw new ProtocolException(
          "message bytes: " + actual.size() + " (expected: the shortest, " + expected.size() + ")");
    }
  }

  private static void writePresence(FieldWriter out, Presence presence) {
    out.array(presence.contexts().size());
    presence.contexts().forEach(context -> out.bytes(context.hash()));
    out.number(presence.freeSlots());
  }

  private static Presence readPresence(FieldReader in) throws ProtocolException {
    int count = in.array(Presence.MAX_CONTEXTS);
    List<ContextId> contexts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      contexts.add(new ContextId(in.bytes("context", ContextId.BYTES)));
    }
    return new Presence(contexts, in.number("free slots", Presence.MAX_FREE_SLOTS));
  }

  private static void writePeer(FieldWriter out, PeerInfo peer) {
    out.array(4)
        .bytes(peer.id().publicKey())
        .number(peer.sharedContexts())
        .choice(NEARNESS, peer.nearness())
        .number(peer.freeSlots());
  }

  private static List<PeerInfo> readPeers(FieldReader in) throws ProtocolException {
    int count = in.array(RendezvousMessage.Peers.MAX_PEERS);
    List<PeerInfo> peers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      in.expectFields(4, in.array(16));
      peers.add(
          new PeerInfo(
              readPeerId(in),
              in.number("shared contexts", Presence.MAX_CONTEXTS),
              in.choice("nearness", NEARNESS),
              in.number("free slots", Presence.MAX_FREE_SLOTS)));
    }
    return peers;
  }

  private static PeerId readPeerId(FieldReader in) throws ProtocolException {
    return new PeerId(in.bytes("key", PeerId.BYTES));
  }

  private static void writeSignal(FieldWriter out, SignedSignal signal) {
    out.array(HEAD_FIELDS + contentFields(signal.content()))
        .bytes(signal.connection().bytes())
        .number(signal.timeMillis())
        .bytes(signal.signature());
    writeContent(out, signal.content());
  }

  private static int contentFields(SignedSignal.Content content) {
    return content instanceof SignedSignal.Content.OfLink(Signal.Candidate ignored)
        ? CANDIDATE_FIELDS
        : CONTENT_FIELDS;
  }

  private static void writeContent(FieldWriter out, SignedSignal.Content content) {
    switch (content) {
      case SignedSignal.Content.OfLink(Signal.Description(Signal.Kind kind, String text)) ->
          out.number(kind == Signal.Kind.OFFER ? OFFER : ANSWER).text(text);
      case SignedSignal.Content.OfLink(Signal.Candidate(String mid, int lineIndex, String text)) ->
          out.number(CANDIDATE).text(mid).number(lineIndex).text(text);
      case SignedSignal.Content.Declined(String reason) -> out.number(DECLINED).text(reason);
    }
  }

  private static SignedSignal readSignal(FieldReader in) throws ProtocolException {
    int fields = in.array(16);
    if (fields != HEAD_FIELDS + CONTENT_FIELDS) {
      in.expectFields(HEAD_FIELDS + CANDIDATE_FIELDS, fields);
    }
    ConnectionId connection = new ConnectionId(in.bytes("connection", ConnectionId.BYTES));
    long timeMillis = in.longNumber("time", Long.MAX_VALUE);
    ByteString signature = in.bytes("signature", SIGNATURE_BYTES);
    int kind = in.number("kind", DECLINED);
    in.expectFields(HEAD_FIELDS + (kind == CANDIDATE ? CANDIDATE_FIELDS : CONTENT_FIELDS), fields);
    return new SignedSignal(connection, readContent(in, kind), timeMillis, signature);
  }

  private static SignedSignal.Content readContent(FieldReader in, int kind)
      throws ProtocolException {
    return switch (kind) {
      case OFFER, ANSWER ->
          new SignedSignal.Content.OfLink(
              new Signal.Description(
                  kind == OFFER ? Signal.Kind.OFFER : Signal.Kind.ANSWER,
                  in.text("description", SignedSignal.MAX_DESCRIPTION_BYTES)));
      case CANDIDATE ->
          new SignedSignal.Content.OfLink(
              new Signal.Candidate(
                  in.text("mid", SignedSignal.MAX_MID_BYTES),
                  in.number("line", MAX_COUNT),
                  in.text("candidate", SignedSignal.MAX_CANDIDATE_BYTES)));
      default ->
          new SignedSignal.Content.Declined(in.text("reason", SignedSignal.MAX_REASON_BYTES));
    };
  }
}
