package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.store.HeldContent;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.wire.PeerMessage.RefusalReason;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Fetches from our own peers what others ask us for and we do not hold, chunk by chunk. */
public interface RelaySource {
  /** Relays nothing. */
  RelaySource NONE =
      new RelaySource() {
        @Override
        public List<PeerId> holders(ContentId content, PeerSession reader) {
          return List.of();
        }

        @Override
        public Optional<Relayed> begin(ContentId content, PeerSession reader, Listener listener) {
          return Optional.empty();
        }
      };

  /** Peers of ours that probably hold a content, the reader excepted; the likeliest first. */
  List<PeerId> holders(ContentId content, PeerSession reader);

  /**
   * Begins to fetch a content for a reader; nothing is fetched before it is wanted.
   *
   * @param listener hears, from any thread, what becomes of it; its calls never wait for a peer
   * @return empty where it cannot be relayed
   */
  Optional<Relayed> begin(ContentId content, PeerSession reader, Listener listener)
      throws IOException;

  /** A content on its way through us to one reader. */
  interface Relayed {
    /** Opens what has come; whoever opens it closes it. */
    HeldContent open() throws IOException;

    /** The reader asks for chunks. */
    void want(int firstChunk, int chunkCount);

    /** The reader takes that back. */
    void unwant(int firstChunk, int chunkCount);

    /** The reader is gone. */
    void close();
  }

  /** Hears of a content on its way. */
  interface Listener {
    /** These chunks may be wanted; these peers hold them. */
    void onReached(List<PeerId> holders, ChunkSet chunks);

    /** More is here. */
    void onArrived();

    /** No more will come. */
    void onEnded(RefusalReason reason);
  }
}
