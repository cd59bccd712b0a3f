package dev.fugitive.client.fetch;

import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.OrderedFill;
import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A body on its way into the store that any number of readers can follow from its first byte. */
sealed interface SharedBody {
  /** Attaches one more reader; empty where the fill has ended: what it stored is in the store. */
  Optional<SourcedBody> attach(ByteTally tally) throws IOException;

  /** Bytes in order from the origin. */
  record FromOrigin(OrderedFill fill, @Nullable String contentType, long length)
      implements SharedBody {
    @Override
    public Optional<SourcedBody> attach(ByteTally tally) {
      return fill.source(tally, Provenance.ORIGIN)
          .map(source -> new SourcedBody(contentType, length, Provenance.ORIGIN, tally, source));
    }
  }

  /** Chunks in any order from peers, with the origin's help where they fail. */
  record FromPeers(PeerFetch fetch, @Nullable String contentType) implements SharedBody {
    @Override
    public Optional<SourcedBody> attach(ByteTally tally) throws IOException {
      try {
        return Optional.of(fetch.open(contentType, tally));
      } catch (IOException e) {
        if (fetch.hasEnded()) {
          return Optional.empty();
        }
        throw e;
      }
    }
  }
}
