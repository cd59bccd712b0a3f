package dev.fugitive.client.evidence;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.documents.NamedDigest;
import dev.fugitive.client.documents.ResourceName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import okio.Buffer;
import okio.ByteString;

/**
 * What one document says, packed: a package index of a distribution names 60,000 files.
 *
 * <pre>
 * entry  = name: 20, length: 8, digests: 1, digest…
 * digest = algorithm: 1 (bytes of the digest), value
 * </pre>
 *
 * <p>Entries are sorted by name, so that one is found by halving. Several of one name are several
 * statements.
 */
final class DocumentTable {
  /** Bytes that a table takes beside its entries. */
  private static final int OVERHEAD_BYTES = 400;

  private static final int HEAD_BYTES = ResourceName.BYTES + 8 + 1;

  private final DocumentFacts facts;
  private final byte[] entries;
  private final int[] starts;

  private DocumentTable(DocumentFacts facts, byte[] entries, int[] starts) {
    this.facts = facts;
    this.entries = entries;
    this.starts = starts;
  }

  /** One statement about a resource. */
  record Statement(List<Digest> anyOf, long lengthBytes) {}

  static DocumentTable of(DocumentFacts facts, List<NamedDigest> named) {
    List<ByteString> sorted = named.stream().map(DocumentTable::entry).distinct().sorted().toList();
    Buffer entries = new Buffer();
    int[] starts = new int[sorted.size()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = Math.toIntExact(entries.size());
      entries.write(sorted.get(i));
    }
    return new DocumentTable(facts, entries.readByteArray(), starts);
  }

  private static ByteString entry(NamedDigest named) {
    Buffer entry = new Buffer();
    entry.write(ResourceName.of(named.url()).hash());
    entry.writeLong(named.lengthBytes());
    entry.writeByte(named.anyOf().size());
    for (Digest digest : named.anyOf()) {
      entry.writeByte(digest.algorithm().byteCount());
      entry.write(digest.value());
    }
    return entry.readByteString();
  }

  /**
   * A table of entries that were written before.
   *
   * @return empty where they are not what was written
   */
  static Optional<DocumentTable> read(DocumentFacts facts, byte[] entries) {
    int[] starts = new int[entries.length / HEAD_BYTES + 1];
    int count = 0;
    int at = 0;
    while (at < entries.length) {
      int end = endOf(entries, at);
      if (end < 0) {
        return Optional.empty();
      }
      starts[count++] = at;
      at = end;
    }
    return Optional.of(new DocumentTable(facts, entries, Arrays.copyOf(starts, count)));
  }

  private static int endOf(byte[] entries, int start) {
    if (entries.length - start < HEAD_BYTES) {
      return -1;
    }
    int digests = entries[start + HEAD_BYTES - 1];
    int at = start + HEAD_BYTES;
    for (int i = 0; i < digests; i++) {
      if (at >= entries.length || algorithm(entries[at]).isEmpty()) {
        return -1;
      }
      at += 1 + entries[at];
    }
    return digests > 0 && digests <= NamedDigest.MAX_DIGESTS && at <= entries.length ? at : -1;
  }

  private static Optional<Digest.Algorithm> algorithm(int byteCount) {
    return Arrays.stream(Digest.Algorithm.values())
        .filter(algorithm -> algorithm.byteCount() == byteCount)
        .findFirst();
  }

  DocumentFacts facts() {
    return facts;
  }

  /** The same about the same document, under other facts. */
  DocumentTable with(DocumentFacts changed) {
    return new DocumentTable(changed, entries, starts);
  }

  /** All entries, as {@link #read} takes them. */
  ByteString entries() {
    return ByteString.of(entries);
  }

  int size() {
    return starts.length;
  }

  /** Bytes of memory. */
  long weight() {
    return OVERHEAD_BYTES + entries.length + 4L * starts.length;
  }

  /** What is said about a resource; none where nothing is. */
  List<Statement> find(ResourceName name) {
    int low = 0;
    int high = starts.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(middle, name) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    List<Statement> found = List.of();
    for (int i = low; i < starts.length && compare(i, name) == 0; i++) {
      found = found.isEmpty() ? new ArrayList<>(1) : found;
      found.add(statement(starts[i]));
    }
    return found;
  }

  private int compare(int index, ResourceName name) {
    byte[] wanted = name.hash().toByteArray();
    int start = starts[index];
    return Arrays.compareUnsigned(
        entries, start, start + ResourceName.BYTES, wanted, 0, ResourceName.BYTES);
  }

  private Statement statement(int start) {
    ByteBuffer entry =
        ByteBuffer.wrap(
            entries, start + ResourceName.BYTES, entries.length - start - ResourceName.BYTES);
    long length = entry.getLong();
    int count = entry.get();
    List<Digest> digests = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[entry.get()];
      entry.get(value);
      digests.add(new Digest(algorithm(value.length).orElseThrow(), ByteString.of(value)));
    }
    return new Statement(List.copyOf(digests), length);
  }
}
