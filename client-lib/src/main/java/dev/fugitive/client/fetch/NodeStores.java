package dev.fugitive.client.fetch;

import dev.fugitive.cache.file.PrivateFile;
import dev.fugitive.cache.http.ResourceKey;
import dev.fugitive.cache.index.RepresentationIndex;
import dev.fugitive.cache.store.ContentStore;
import dev.fugitive.cache.store.DiskStore;
import dev.fugitive.cache.store.MemoryTier;
import dev.fugitive.client.evidence.DocumentLimits;
import dev.fugitive.client.evidence.Documents;
import dev.fugitive.client.limits.LocalZone;
import dev.fugitive.client.limits.MachineReader;
import dev.fugitive.client.limits.MonthAccount;
import dev.fugitive.client.limits.UploadControl;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node remembers: bodies, what is behind their codings, heads, and what documents said; on
 * disk or in memory alone.
 */
record NodeStores(
    ContentStore contents, DecodedDigests decoded, RepresentationIndex index, Documents documents)
    implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeStores.class);
  private static final long MAX_INDEX_BYTES = 512L * 1024 * 1024;

  /** One part in so many of a limit is for heads, the rest for bodies. */
  private static final long INDEX_SHARE = 20;

  /**
   * Opens what these settings name.
   *
   * @throws IOException where the cache directory cannot be used; the message names it and says why
   */
  static NodeStores open(NodeSettings settings) throws IOException {
    ContentStore contents = openContents(settings);
    try {
      RepresentationIndex index = openIndex(settings);
      try {
        DecodedDigests decoded = openDecoded(settings, contents);
        return new NodeStores(contents, decoded, index, openDocuments(settings));
      } catch (IOException | RuntimeException e) {
        index.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      contents.close();
      throw e;
    }
  }

  /** Bodies and heads, for the owner of a node that does not run. */
  static Stock openStock(NodeSettings settings) throws IOException {
    ContentStore contents = openContents(settings);
    try {
      RepresentationIndex index = openIndex(settings);
      return new Stock(
          contents,
          index,
          key -> remove(index, key),
          InstantSource.system(),
          () -> {
            try (contents) {
              index.close();
            }
          });
    } catch (IOException | RuntimeException e) {
      contents.close();
      throw e;
    }
  }

  private static void remove(RepresentationIndex index, ResourceKey key) {
    try {
      index.remove(key);
    } catch (IOException e) {
      LOG.warn("a removal may not survive a restart: {}", e.getMessage());
    }
  }

  /** What watches over the limits of uploads, with the month's account. */
  static UploadControl control(NodeSettings settings, MachineReader machine) throws IOException {
    MonthAccount account =
        settings.monthAccount().isPresent()
            ? MonthAccount.open(settings.monthAccount().get())
            : MonthAccount.inMemory();
    return UploadControl.start(
        settings.uploads(), machine, account, InstantSource.system(), new LocalZone());
  }

  private static ContentStore openContents(NodeSettings settings) throws IOException {
    Optional<Path> directory = settings.cacheDirectory();
    if (directory.isEmpty()) {
      return MemoryTier.open(settings.memoryLimitBytes());
    }
    PrivateFile.makeDirectory(directory.get());
    return DiskStore.open(
        directory.get().resolve("contents"),
        settings.diskLimitBytes() - indexBytes(settings),
        settings.memoryLimitBytes());
  }

  private static RepresentationIndex openIndex(NodeSettings settings) throws IOException {
    return settings.cacheDirectory().isEmpty()
        ? RepresentationIndex.inMemory(settings.memoryLimitBytes() / INDEX_SHARE)
        : RepresentationIndex.open(
            settings.cacheDirectory().get().resolve("representations"), indexBytes(settings));
  }

  private static Documents openDocuments(NodeSettings settings) throws IOException {
    InstantSource clock = InstantSource.system();
    return settings.cacheDirectory().isEmpty()
        ? Documents.inMemory(DocumentLimits.DEFAULT, clock, System::nanoTime)
        : Documents.open(
            settings.cacheDirectory().get().resolve("documents"),
            DocumentLimits.DEFAULT,
            clock,
            System::nanoTime);
  }

  private static DecodedDigests openDecoded(NodeSettings settings, ContentStore contents) {
    return settings.cacheDirectory().isEmpty()
        ? DecodedDigests.inMemory()
        : DecodedDigests.open(
            settings.cacheDirectory().get().resolve("documents").resolve("decoded"),
            Set.copyOf(contents.ids())::contains);
  }

  private static long indexBytes(NodeSettings settings) {
    return Math.min(MAX_INDEX_BYTES, settings.diskLimitBytes() / INDEX_SHARE);
  }

  @Override
  public void close() throws IOException {
    documents.close();
    try (contents) {
      index.close();
    }
  }
}
