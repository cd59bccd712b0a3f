package dev.fugitive.bench.lab;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.MerkleTree;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.client.mesh.Mesh;
import dev.fugitive.client.mesh.MeshSettings;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.routing.HoldingItem;
import dev.fugitive.client.routing.HoldingsSource;
import dev.fugitive.client.routing.ResourceAnswers;
import dev.fugitive.client.routing.Routing;
import dev.fugitive.client.signalling.RendezvousClient;
import dev.fugitive.client.signalling.RendezvousSettings;
import dev.fugitive.client.transport.webrtc.WebRtcSettings;
import dev.fugitive.client.transport.webrtc.WebRtcTransport;
import dev.fugitive.client.transport.webrtc.WebRtcUnavailableException;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A peer that lies, as a process: it joins the mesh as any other, announces contents that it does
 * not have, and answers each request with a frame of the right shape over other bytes, proof
 * included. It understands the commands of {@link LabNode}, and one more:
 *
 * <pre>
 * claim ID ROOT LENGTH    got ID 0          from now on it says to have this content
 * </pre>
 */
final class LyingNode {
  private static final String COMMON_CONTEXT = "*";
  private static final int TARGET_CONNECTIONS = 8;
  private static final int MAX_CONNECTIONS = 12;

  private final Mesh mesh;
  private final Claims claims;
  private final AtomicLong falseBytes;

  private LyingNode(Mesh mesh, Claims claims, AtomicLong falseBytes) {
    this.mesh = mesh;
    this.claims = claims;
    this.falseBytes = falseBytes;
  }

  public static void main(String[] arguments) throws IOException, WebRtcUnavailableException {
    Map<String, String> said = LabNode.read(arguments);
    // a ban follows the key: each start is somebody else
    Identity identity = Identity.generate();
    Claims claims = new Claims();
    AtomicLong falseBytes = new AtomicLong();
    Routing routing =
        new Routing(claims, new NoAnswers(), random(WireLimits.SALT_BYTES), true, System::nanoTime);
    Mesh mesh =
        Mesh.start(
            MeshSettings.of(new PeerMessage.Hello(WireLimits.PROTOCOL_VERSION, "liar/1", true))
                .withConnections(TARGET_CONNECTIONS, MAX_CONNECTIONS),
            identity,
            WebRtcTransport.open(WebRtcSettings.DEFAULTS),
            new RendezvousClient(
                LabNode.value(said, "rendezvous"),
                new OkHttpClient(),
                RendezvousSettings.DEFAULT,
                new SecureRandom()),
            new Conduct(routing, claims, falseBytes));
    mesh.pinContexts(List.of(COMMON_CONTEXT));
    LyingNode node = new LyingNode(mesh, claims, falseBytes);
    LabNode.say(LabNode.READY + identity.peerId());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      node.perform(line.split(" ", -1));
    }
    Runtime.getRuntime().halt(0);
  }

  private static ByteString random(int byteCount) {
    byte[] bytes = new byte[byteCount];
    new SecureRandom().nextBytes(bytes);
    return ByteString.of(bytes);
  }

  private void perform(String[] words) {
    String answer =
        switch (words[0]) {
          case "claim" -> {
            claims.add(new ContentId(ByteString.decodeHex(words[2]), Long.parseLong(words[3])));
            yield "0";
          }
          case "peers" -> Long.toString(openPeers());
          case "stat" -> openPeers() + " 0 " + falseBytes.get();
          default -> Fetched.failed(0, "a liar fetches nothing").line();
        };
    LabNode.say(LabNode.GOT + words[1] + " " + answer);
  }

  private long openPeers() {
    return mesh.status().peers().stream()
        .filter(peer -> peer.state() == MeshStatus.State.OPEN)
        .count();
  }

  /** What it says to have, and what it sends instead. */
  private static final class Claims implements HoldingsSource {
    private final Map<ContentId, Garbage> garbage = new ConcurrentHashMap<>();
    private final List<HoldingItem> items = new CopyOnWriteArrayList<>();
    private volatile @Nullable Listener listener;

    void add(ContentId content) {
      garbage.put(content, Garbage.of(content.length()));
      HoldingItem item = new HoldingItem.OfContent(content);
      items.add(item);
      Listener told = listener;
      if (told != null) {
        told.onAdded(item);
      }
    }

    @Nullable Garbage garbageFor(ContentId content) {
      return garbage.get(content);
    }

    @Override
    public Collection<HoldingItem> items() {
      return List.copyOf(items);
    }

    @Override
    public void listen(Listener changes) {
      listener = changes;
    }
  }

  /** Another content of the same length. */
  private record Garbage(ByteBuffer bytes, MerkleTree tree) {
    static Garbage of(long length) {
      byte[] bytes = new byte[Math.toIntExact(length)];
      new Random(length).nextBytes(bytes);
      return new Garbage(ByteBuffer.wrap(bytes), ContentHasher.hash(ByteBuffer.wrap(bytes)).tree());
    }

    PeerMessage.Chunks chunks(int transfer, int first, int count) {
      ByteBuffer payload =
          bytes.slice(first * ContentId.CHUNK_BYTES, (int) tree.id().rangeLength(first, count));
      return new PeerMessage.Chunks(
          transfer,
          first,
          count,
          PeerMessage.Encoding.PLAIN,
          tree.proof(first, count).hashes(),
          payload);
    }
  }

  /** It knows nothing of URLs. */
  private static final class NoAnswers implements ResourceAnswers {
    @Override
    public Optional<CompletableFuture<Void>> arrivalOf(ResourceKey resource) {
      return Optional.empty();
    }

    @Override
    public List<Vouched> vouchersFor(ResourceKey resource) {
      return List.of();
    }

    @Override
    public List<ContentId> contentsWith(Digest digest) {
      return List.of();
    }

    @Override
    public Optional<ContentId> contentOf(ByteString voucher) {
      return Optional.empty();
    }
  }

  /** Says yes to everything, and sends garbage. */
  private static final class Conduct implements PeerHandler {
    private final Routing routing;
    private final Claims claims;
    private final AtomicLong falseBytes;
    private final Map<PeerSession, Map<Integer, Garbage>> transfers = new ConcurrentHashMap<>();

    Conduct(Routing routing, Claims claims, AtomicLong falseBytes) {
      this.routing = routing;
      this.claims = claims;
      this.falseBytes = falseBytes;
    }

    @Override
    public void onOpened(PeerSession session, PeerMessage.Hello hello) {
      transfers.put(session, new ConcurrentHashMap<>());
      routing.onOpened(session, hello);
    }

    @Override
    public void onMessage(PeerSession session, PeerMessage message) {
      try {
        switch (message) {
          case PeerMessage.Open(int transfer, ContentId content) ->
              open(session, transfer, content);
          case PeerMessage.Request(int transfer, int first, int count) ->
              send(session, transfer, first, count);
          default -> {
            // it is interested in nothing else
          }
        }
      } catch (IOException closed) {
        session.close("gone");
      }
    }

    private void open(PeerSession session, int transfer, ContentId content) throws IOException {
      Garbage garbage = claims.garbageFor(content);
      if (garbage == null) {
        session.send(new PeerMessage.Refuse(transfer, PeerMessage.RefusalReason.DONT_HAVE, 0));
        return;
      }
      transfers.getOrDefault(session, new ConcurrentHashMap<>()).put(transfer, garbage);
      session.send(new PeerMessage.Have(transfer, ChunkSet.all(content)));
    }

    private void send(PeerSession session, int transfer, int first, int count) throws IOException {
      Garbage garbage = transfers.getOrDefault(session, Map.of()).get(transfer);
      for (int at = first; garbage != null && at < first + count; at += FRAME_CHUNKS) {
        PeerMessage.Chunks frame =
            garbage.chunks(transfer, at, Math.min(FRAME_CHUNKS, first + count - at));
        falseBytes.addAndGet(frame.payload().remaining());
        session.send(frame);
      }
    }

    @Override
    public void onClosed(PeerSession session, String reason) {
      transfers.remove(session);
      routing.onClosed(session, reason);
    }

    private static final int FRAME_CHUNKS = 4;
  }
}
