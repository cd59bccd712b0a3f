package dev.fugitive.client.transfer.upload;

import dev.fugitive.cache.content.ChunkSet;
import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.MerkleProof;
import dev.fugitive.cache.content.MerkleTree;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.DamagedContentException;
import dev.fugitive.cache.store.HeldContent;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import okio.Source;

/** Contents in memory, with growth and damage on demand; counts the handles that are open. */
final class FakeStore {
  private final Map<ContentId, Content> contents = new ConcurrentHashMap<>();
  private final AtomicInteger openHandles = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();

  private static final class Content {
    final byte[] body;
    final MerkleTree tree;
    volatile ChunkSet here;
    volatile boolean damaged;

    Content(byte[] body) {
      this.body = body;
      this.tree = ContentHasher.hash(ByteBuffer.wrap(body)).tree();
      this.here = ChunkSet.all(tree.id());
    }
  }

  ContentId add(byte[] body) {
    Content content = new Content(body);
    contents.put(content.tree.id(), content);
    return content.tree.id();
  }

  void setHere(ContentId id, ChunkSet here) {
    content(id).here = here;
  }

  void damage(ContentId id) {
    content(id).damaged = true;
  }

  int openHandles() {
    return openHandles.get();
  }

  int reads() {
    return reads.get();
  }

  private Content content(ContentId id) {
    Content content = contents.get(id);
    if (content == null) {
      throw new AssertionError("content " + id + " (expected: one that was added)");
    }
    return content;
  }

  /** The store of these contents; it can be opened from, and nothing else. */
  ContentStore asStore() {
    return (ContentStore)
        Proxy.newProxyInstance(
            ContentStore.class.getClassLoader(),
            new Class<?>[] {ContentStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("open")) {
                return open((ContentId) arguments[0]);
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  private Optional<HeldContent> open(ContentId id) {
    return contents.containsKey(id) ? Optional.of(new Handle(content(id))) : Optional.empty();
  }

  private final class Handle implements HeldContent {
    private final Content content;
    private volatile boolean closed;

    Handle(Content content) {
      this.content = content;
      openHandles.incrementAndGet();
    }

    @Override
    public ContentId id() {
      return content.tree.id();
    }

    @Override
    public ChunkSet chunks() {
      return content.here;
    }

    @Override
    public ByteBuffer read(int firstChunk, int chunkCount) throws IOException {
      checkReadable(firstChunk, chunkCount);
      reads.incrementAndGet();
      int from = firstChunk * ContentId.CHUNK_BYTES;
      int length = (int) id().rangeLength(firstChunk, chunkCount);
      return ByteBuffer.wrap(content.body, from, length).slice().asReadOnlyBuffer();
    }

    @Override
    public MerkleProof proof(int firstChunk, int chunkCount) throws IOException {
      checkReadable(firstChunk, chunkCount);
      return content.tree.proof(firstChunk, chunkCount);
    }

    private void checkReadable(int firstChunk, int chunkCount) throws IOException {
      if (closed || !content.here.containsRange(firstChunk, firstChunk + chunkCount)) {
        throw new AssertionError("read of what is closed or not here");
      }
      if (content.damaged) {
        throw new DamagedContentException("content " + id() + ", chunk " + firstChunk);
      }
    }

    @Override
    public Source source(long fromByte, long untilByte, ByteTally tally) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      closed = true;
      openHandles.decrementAndGet();
    }
  }
}
