package dev.fugitive.client.evidence;

import dev.fugitive.cache.file.RecordFrame;
import dev.fugitive.client.documents.Hearing;
import dev.fugitive.client.documents.ResourceName;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.EvidenceSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okio.Buffer;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables on disk: one file to which each is appended, written anew when most of it is outdated.
 *
 * <pre>
 * file   = "fugitive documents 2\n", record…, each in a {@link RecordFrame}
 * record = facts, entries
 * facts  = document: 20, source, hearing, origin: text each (length: 2, UTF-8),
 *          program: length 1 and bytes, signer: length 1 and bytes, expires: 8 (ms since 1970)
 * </pre>
 *
 * <p>A record that is damaged, and what is behind it, is left out: what is lost is learned again
 * when its document passes. A later record of a document takes the place of an earlier one. One
 * thread writes.
 */
final class DocumentLog implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(DocumentLog.class);
  private static final ByteString HEADER = ByteString.encodeUtf8("fugitive documents 2\n");
  private static final int MAX_QUEUED = 256;
  private static final int CLOSE_SECONDS = 5;

  private final Path file;
  private final long maxBytes;
  private final LongAdder damaged = new LongAdder();

  /** Its one thread alone touches the file once it was read. */
  private final ThreadPoolExecutor writer;

  private long fileBytes;

  private DocumentLog(Path file, long maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.writer =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_QUEUED),
            Thread.ofPlatform().name("documents-log-", 0).daemon().factory());
    writer.allowCoreThreadTimeOut(true);
  }

  /**
   * @param maxBytes of the tables; the file is twice as long at most
   */
  static DocumentLog open(Path file, long maxBytes) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return new DocumentLog(file, maxBytes);
  }

  /** Gives what was written, in that order; before anything is appended. */
  void read(Consumer<DocumentTable> tables) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    if (Files.size(file) > 3 * maxBytes) {
      drop("is longer than it can have become");
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    if (!startsWithHeader(bytes)) {
      drop("does not begin as it should");
      return;
    }
    fileBytes = bytes.position();
    while (bytes.hasRemaining()) {
      Optional<DocumentTable> table =
          RecordFrame.next(bytes, bytes.remaining()).flatMap(DocumentLog::decode);
      if (table.isEmpty()) {
        damaged.increment();
        LOG.warn(
            "{}: what is behind byte {} is damaged and was left out ({} bytes)",
            file,
            fileBytes,
            bytes.limit() - fileBytes);
        truncate();
        return;
      }
      fileBytes = bytes.position();
      tables.accept(table.get());
    }
  }

  private void drop(String why) throws IOException {
    damaged.increment();
    LOG.warn("{} {} and was dropped", file, why);
    Files.delete(file);
  }

  private void truncate() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(fileBytes);
    }
  }

  private static boolean startsWithHeader(ByteBuffer bytes) {
    if (bytes.remaining() < HEADER.size()) {
      return false;
    }
    byte[] header = new byte[HEADER.size()];
    bytes.get(header);
    return HEADER.equals(ByteString.of(header));
  }

  /**
   * Appends a table, soon.
   *
   * @param all everything that is still known, asked for where the file is to be written anew
   */
  void append(DocumentTable table, Supplier<Collection<DocumentTable>> all) {
    run(() -> {
      ByteBuffer record = RecordFrame.of(record(table));
      if (fileBytes + record.remaining() > 2 * maxBytes) {
        writeAnew(all.get());
      } else {
        write(record);
      }
    });
  }

  /** Writes the file anew with what is known, soon. */
  void rewrite(Supplier<Collection<DocumentTable>> all) {
    run(() -> writeAnew(all.get()));
  }

  private interface Writing {
    void write() throws IOException;
  }

  private void run(Writing writing) {
    try {
      writer.execute(() -> {
        try {
          writing.write();
        } catch (IOException e) {
          LOG.warn("{}: what documents say may not survive a restart: {}", file, e.getMessage());
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.info("{}: a document is not written: more than {} wait", file, MAX_QUEUED);
    }
  }

  /** What a full disk tore off before goes first: nobody would read what stands behind it. */
  private void write(ByteBuffer record) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long end = channel.size() < fileBytes ? 0 : fileBytes;
      channel.truncate(end).position(end);
      if (end == 0) {
        writeFully(channel, HEADER.asByteBuffer());
      }
      writeFully(channel, record);
      fileBytes = channel.position();
    }
  }

  private void writeAnew(Collection<DocumentTable> tables) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    long freshBytes;
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeFully(channel, HEADER.asByteBuffer());
      for (DocumentTable table : tables) {
        if (table.facts().isPublic()) {
          writeFully(channel, RecordFrame.of(record(table)));
        }
      }
      channel.force(true);
      freshBytes = channel.size();
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    fileBytes = freshBytes;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int unused = channel.write(bytes);
    }
  }

  /** Records that could not be read back. */
  long damaged() {
    return damaged.sum();
  }

  private static ByteString record(DocumentTable table) {
    DocumentFacts facts = table.facts();
    Buffer record = new Buffer();
    record.write(facts.document().hash());
    writeText(record, facts.source().token());
    writeText(record, facts.hearing().name());
    writeText(record, facts.origin());
    writeShort(record, facts.program());
    writeShort(record, facts.signer().map(PeerId::publicKey).orElse(ByteString.EMPTY));
    record.writeLong(facts.expires().toEpochMilli());
    record.write(table.entries());
    return record.readByteString();
  }

  private static void writeText(Buffer to, String text) {
    ByteString bytes = ByteString.encodeUtf8(text);
    to.writeShort(bytes.size()).write(bytes);
  }

  private static void writeShort(Buffer to, ByteString bytes) {
    to.writeByte(bytes.size()).write(bytes);
  }

  private static Optional<DocumentTable> decode(ByteString record) {
    Buffer bytes = new Buffer().write(record);
    try {
      ResourceName document = new ResourceName(bytes.readByteString(ResourceName.BYTES));
      EvidenceSource source = EvidenceSource.ofToken(readText(bytes)).orElseThrow();
      Hearing hearing = Hearing.valueOf(readText(bytes));
      String origin = readText(bytes);
      ByteString program = bytes.readByteString(bytes.readByte() & 0xff);
      ByteString signer = bytes.readByteString(bytes.readByte() & 0xff);
      Instant expires = Instant.ofEpochMilli(bytes.readLong());
      DocumentFacts facts =
          new DocumentFacts(
              document,
              source,
              hearing,
              origin,
              program,
              true,
              signer.size() == 0 ? Optional.empty() : Optional.of(new PeerId(signer)),
              expires);
      return DocumentTable.read(facts, bytes.readByteArray());
    } catch (IOException | RuntimeException e) {
      LOG.debug("{}", e.toString());
      return Optional.empty();
    }
  }

  private static String readText(Buffer from) throws IOException {
    return from.readUtf8(from.readShort() & 0xffff);
  }

  @Override
  public void close() {
    writer.shutdown();
    try {
      if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("{}: not written to its end after {} s", file, CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
