package dev.fugitive.client.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ChunkFill;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.cache.store.OrderedFill;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.upload.UploadSettings;
import dev.fugitive.client.transfer.upload.Uploads;
import dev.fugitive.client.wire.PeerMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both halves of the room: what downloads ask for, uploads give. */
class DownloadFromUploadsTest {
  private static final long STORE_BYTES = 256L * 1024 * 1024;

  private final Map<PeerId, String> bans = new ConcurrentHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<SessionPair> pairs = new ArrayList<>();

  /** A store with both halves around it. */
  private final class Node {
    private final PeerId id;
    private final ContentStore store = MemoryTier.open(STORE_BYTES);
    private final Downloads downloads =
        new Downloads(Peers.named(0), bans::putIfAbsent, System::nanoTime);
    private final Uploads uploads =
        new Uploads(store, UploadSettings.ON, content -> true, System::nanoTime);

    Node(int name) {
      id = Peers.named(name);
      nodes.add(this);
    }

    void holds(TestBody body) throws IOException {
      try (OrderedFill fill = store.fillInOrder(body.bytes.length)) {
        fill.write(new Buffer().write(body.bytes));
        fill.finish();
      }
    }

    /** Opens a session; returns this node's end. */
    SessionPair.End connect(Node other) {
      SessionPair pair = new SessionPair(id, other.id);
      pairs.add(pair);
      pair.left().receive(this::hear);
      pair.right().receive(other::hear);
      return pair.left();
    }

    private void hear(PeerSession session, PeerMessage message) {
      if (!uploads.onMessage(session, message)) {
        downloads.onMessage(session, message);
      }
    }
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    for (Node node : nodes) {
      node.downloads.close();
      node.uploads.close();
    }
    for (SessionPair pair : pairs) {
      pair.left().end();
      pair.right().end();
    }
    for (Node node : nodes) {
      node.store.close();
    }
  }

  @Test
  void whatIsStillBeingFetchedIsGivenOnMeanwhile() throws Exception {
    TestBody body = new TestBody(6_000_001);
    Node holder = new Node(1);
    holder.holds(body);
    Node middle = new Node(2);
    Node last = new Node(3);
    try (ChunkFill fill = middle.store.fillByChunks(body.id);
        BufferedSource reader = Okio.buffer(fill.source(0, body.id.length(), new ByteTally()))) {
      Download first =
          middle.downloads.start(
              body.id,
              fill,
              List.of(middle.connect(holder)),
              List.of(),
              null,
              FetchPolicy.OFFLOAD,
              outcome -> {});
      assertThat(fetch(last, body, middle)).isEqualTo(body.bytes.length);
      assertThat(reader.readByteString()).isEqualTo(body.byteString());
      assertThat(first.awaitOutcome()).isInstanceOf(DownloadOutcome.Finished.class);
    }
    assertThat(bans).isEmpty();
  }

  @Test
  void aContentGoesFromStoreToStore() throws Exception {
    TestBody body = new TestBody(20_000_001);
    Node holder = new Node(1);
    holder.holds(body);
    Node reader = new Node(2);
    assertThat(fetch(reader, body, holder)).isEqualTo(body.bytes.length);
    assertThat(bans).isEmpty();
  }

  @Test
  void severalStoresGiveOneContentWithoutAMisunderstanding() throws Exception {
    TestBody body = new TestBody(20_000_001);
    List<Node> holders = new ArrayList<>();
    for (int name = 1; name <= 4; name++) {
      Node holder = new Node(name);
      holder.holds(body);
      holders.add(holder);
    }
    assertThat(fetch(new Node(9), body, holders.toArray(Node[]::new))).isEqualTo(body.bytes.length);
    assertThat(bans).isEmpty();
    assertThat(pairs).allMatch(pair -> pair.left().isOpen() && pair.right().isOpen());
  }

  /** Returns how many bytes came from peers; the body must be right. */
  private static long fetch(Node reader, TestBody body, Node... holders) throws Exception {
    ByteTally tally = new ByteTally();
    List<SessionPair.End> sessions = new ArrayList<>();
    for (Node holder : holders) {
      sessions.add(reader.connect(holder));
    }
    try (ChunkFill fill = reader.store.fillByChunks(body.id);
        BufferedSource source = Okio.buffer(fill.source(0, body.id.length(), tally))) {
      Download download =
          reader.downloads.start(
              body.id,
              fill,
              List.copyOf(sessions),
              List.of(),
              null,
              FetchPolicy.OFFLOAD,
              outcome -> {});
      assertThat(source.readByteString()).isEqualTo(body.byteString());
      assertThat(download.awaitOutcome()).isInstanceOf(DownloadOutcome.Finished.class);
    }
    return tally.bytes(Provenance.TIER1);
  }
}
