package dev.fugitive.client.transfer;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.SimulatedContent.Payload;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who has the content open at a node of a simulated crowd, and what that one sends them. */
final class CrowdReaders {
  private static final long MILLI = 1_000_000;

  /** As uploads do: all readers together are told 50 times a second, each at least twice. */
  private static final long HAVE_NANOS = 20 * MILLI;

  private static final long MIN_HAVE_INTERVAL_NANOS = 50 * MILLI;
  private static final long MAX_HAVE_INTERVAL_NANOS = 500 * MILLI;

  /** Just before silence is noticed. */
  private static final long INSISTING_NANOS = 1900 * MILLI;

  private final CrowdSimulation crowd;
  private final CrowdNode node;
  private final CrowdShelf shelf;
  private final VirtualUplink up;
  private final Map<PeerId, Reader> readers = new LinkedHashMap<>();
  private boolean telling;

  private static final class Reader {
    private final CrowdNode node;
    private final int transferId;
    private int told = -1;

    Reader(CrowdNode node, int transferId) {
      this.node = node;
      this.transferId = transferId;
    }
  }

  CrowdReaders(CrowdSimulation crowd, CrowdNode node, CrowdShelf shelf, double megabits) {
    this.crowd = crowd;
    this.node = node;
    this.shelf = shelf;
    this.up = new VirtualUplink(crowd.clock(), crowd.oneWayNanos(), megabits);
  }

  double bytesPerSecond() {
    return up.bytesPerSecond();
  }

  void forgetAll() {
    up.forgetAll();
    readers.clear();
    telling = false;
  }

  void forget(PeerId peer) {
    Reader reader = readers.remove(peer);
    if (reader != null) {
      up.forget(reader);
    }
  }

  /** A node opens the content; what was open for it is over. */
  void open(CrowdNode by, int transferId) {
    forget(by.name());
    Reader reader = new Reader(by, transferId);
    readers.put(by.name(), reader);
    tell(reader, shelf.held());
  }

  /** Whether that is what a node has open. */
  boolean isOpen(CrowdNode by, int transferId) {
    Reader reader = readers.get(by.name());
    return reader != null && reader.transferId == transferId;
  }

  /** Says to one again and again to have everything. */
  void insist(CrowdNode by) {
    Reader reader = readers.get(by.name());
    crowd
        .clock()
        .after(
            INSISTING_NANOS,
            () -> {
              if (reader != null && readers.get(by.name()) == reader && !by.hasEnded()) {
                reader.told = -1;
                tell(reader, shelf.held());
                insist(by);
              }
            });
  }

  /** All hear what more is here, a little later. */
  void tellSoon() {
    if (telling) {
      return;
    }
    telling = true;
    int life = node.life();
    long interval =
        Math.clamp(readers.size() * HAVE_NANOS, MIN_HAVE_INTERVAL_NANOS, MAX_HAVE_INTERVAL_NANOS);
    crowd
        .clock()
        .after(
            interval,
            () -> {
              if (life == node.life()) {
                telling = false;
                ChunkSet held = shelf.held();
                readers.values().forEach(reader -> tell(reader, held));
              }
            });
  }

  private void tell(Reader reader, ChunkSet held) {
    int count = shelf.count();
    if (count > reader.told) {
      reader.told = count;
      reader.node.soon(() -> reader.node.told(node, reader.transferId, held));
    }
  }

  void cancel(CrowdNode by, int first, int count) {
    Reader reader = readers.get(by.name());
    if (reader != null) {
      up.cancel(reader, first, count);
    }
  }

  /** Says something when the chunk has left that is under way to whoever is to hear it. */
  void answer(Runnable said) {
    int life = node.life();
    crowd
        .clock()
        .after(
            up.turnNanos(),
            () -> {
              if (life == node.life()) {
                said.run();
              }
            });
  }

  /** Sends one chunk to one that has it open. */
  void send(CrowdNode by, int transferId, Payload payload) {
    Reader reader = readers.get(by.name());
    if (reader == null) {
      return;
    }
    long waiting =
        up.send(
            reader,
            payload.chunk(),
            () -> {},
            () -> by.late(() -> by.came(node, transferId, payload)));
    if (waiting * ContentId.CHUNK_BYTES > RequestWindow.CEILING_BYTES) {
      throw node.broken(
          "bytes queued for one reader: " + waiting * ContentId.CHUNK_BYTES,
          RequestWindow.CEILING_BYTES);
    }
  }
}
