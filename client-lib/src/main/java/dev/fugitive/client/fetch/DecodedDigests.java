package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.file.RecordFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import okio.Buffer;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which digests contents have behind their content coding, as far as they were decoded once;
 * remembered across restarts for as long as the content is held.
 *
 * <pre>
 * file   = record…, each in a {@link RecordFrame}
 * record = root: 32, length: 8, ( bytes of the digest, by which its algorithm is known: 1, digest )…
 * </pre>
 *
 * <p>What is behind a damaged record is forgotten: it is found out again with the next page. Safe
 * for use by several threads; a record is appended by one write.
 */
final class DecodedDigests {
  /** So many contents are remembered: a megabyte and a half of file, and twice that of memory. */
  static final int MAX_CONTENTS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(DecodedDigests.class);
  private static final int MAX_RECORD_BYTES = 1024;
  private static final int MAX_FILE_BYTES = 16 * 1024 * 1024;

  private final Optional<Path> file;
  private final Map<ContentId, Set<Digest>> digests = new ConcurrentHashMap<>();
  private final ReentrantLock appending = new ReentrantLock();

  private DecodedDigests(Optional<Path> file) {
    this.file = file;
  }

  /** Remembers until the process ends. */
  static DecodedDigests inMemory() {
    return new DecodedDigests(Optional.empty());
  }

  /**
   * Reads a file, which need not be there, and goes on with it.
   *
   * <p>Where it cannot be read or written, say on a full disk, nothing but what is in it is lost.
   *
   * @param isHeld whether a content is still here; what is not is forgotten
   */
  static DecodedDigests open(Path file, Predicate<ContentId> isHeld) {
    DecodedDigests opened = new DecodedDigests(Optional.of(file));
    try {
      opened.read(file, isHeld);
      opened.writeAnew(file);
    } catch (IOException e) {
      LOG.warn("{}: what is behind codings is found out again: {}", file, e.toString());
    }
    return opened;
  }

  private void read(Path file, Predicate<ContentId> isHeld) throws IOException {
    if (Files.exists(file) && Files.size(file) <= MAX_FILE_BYTES) {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      Optional<ByteString> record = RecordFrame.next(bytes, MAX_RECORD_BYTES);
      while (record.isPresent() && digests.size() < MAX_CONTENTS) {
        take(record.get(), isHeld);
        record = RecordFrame.next(bytes, MAX_RECORD_BYTES);
      }
    }
  }

  private void take(ByteString record, Predicate<ContentId> isHeld) {
    try {
      Buffer fields = new Buffer().write(record);
      ByteString root = fields.readByteString(ContentId.ROOT_BYTES);
      ContentId content = new ContentId(root, fields.readLong());
      Set<Digest> known = new HashSet<>();
      while (!fields.exhausted()) {
        known.add(digest(fields.readByteString(fields.readByte())));
      }
      if (isHeld.test(content)) {
        digests.merge(content, known, DecodedDigests::union);
      }
    } catch (IOException | RuntimeException unknownKind) {
      LOG.debug("a record of decoded contents is passed over: {}", unknownKind.toString());
    }
  }

  private static Digest digest(ByteString value) {
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      if (algorithm.byteCount() == value.size()) {
        return new Digest(algorithm, value);
      }
    }
    throw new IllegalArgumentException("digest bytes: " + value.size());
  }

  private void writeAnew(Path file) throws IOException {
    Buffer records = new Buffer();
    digests.forEach((content, known) -> records.write(framed(content, known)));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(fresh, records.readByteArray());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] framed(ContentId content, Set<Digest> known) {
    Buffer record = new Buffer().write(content.root()).writeLong(content.length());
    for (Digest digest : known) {
      record.writeByte(digest.value().size()).write(digest.value());
    }
    return RecordFrame.of(record.readByteString()).array();
  }

  private static Set<Digest> union(Set<Digest> some, Set<Digest> more) {
    Set<Digest> all = new HashSet<>(some);
    all.addAll(more);
    return Set.copyOf(all);
  }

  /** The digests behind a content's coding; none where it has no coding, or nobody looked. */
  Set<Digest> of(ContentId content) {
    return digests.getOrDefault(content, Set.of());
  }

  /** Remembers what is behind a content's coding. */
  void add(ContentId content, Set<Digest> found) {
    if (digests.size() >= MAX_CONTENTS || of(content).containsAll(found)) {
      return;
    }
    digests.merge(content, Set.copyOf(found), DecodedDigests::union);
    file.ifPresent(path -> append(path, framed(content, found)));
  }

  /**
   * What a full disk tears off goes again: nobody would read what stands behind it. The lock is
   * held over this one short write, since two would tear each other.
   */
  private void append(Path path, byte[] record) {
    appending.lock();
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      long end = channel.size();
      int written = channel.write(ByteBuffer.wrap(record));
      if (written < record.length) {
        channel.truncate(end);
        throw new IOException(written + " bytes of " + record.length + " were written");
      }
    } catch (IOException e) {
      LOG.info("{}: forgotten at the next start: {}", path, e.getMessage());
    } finally {
      appending.unlock();
    }
  }
}
