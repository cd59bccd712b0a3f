package dev.fugitive.client.evidence;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.documents.BudgetedStream;
import dev.fugitive.client.documents.Decompression;
import dev.fugitive.client.documents.Document;
import dev.fugitive.client.documents.DocumentReader;
import dev.fugitive.client.documents.DocumentReaders;
import dev.fugitive.client.documents.Hearing;
import dev.fugitive.client.documents.ResourceName;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.Evidence.ProvesWhole;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What documents said about other URLs, as they passed this node. Safe for use by any number of
 * threads.
 *
 * <p>Documents are read by threads of their own, of which a few work at a time: reading is work for
 * a processor, which would hold up the requests that share theirs.
 */
public final class Documents implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Documents.class);

  /** A request waits so long for a document that is here and was not read yet. */
  private static final Duration CATCH_UP = Duration.ofSeconds(1);

  /** Readings that work at a time; the others wait, for their turn or for bytes. */
  private static final int TURNS = 3;

  private static final int CLOSE_SECONDS = 5;

  /** Bodies that are remembered for having shown who is wrong. */
  private static final int MAX_BODIES = 1000;

  private final DocumentLimits limits;
  private final DocumentMemory memory;
  private final Optional<DocumentLog> log;
  private final InstantSource clock;
  private final LongSupplier ticker;
  private final ExecutorService threads;
  private final Semaphore turns = new Semaphore(TURNS, true);
  private final Set<DocumentReading> underWay = ConcurrentHashMap.newKeySet();

  /** The digests of bodies about which documents had named different ones. */
  private final Cache<ResourceName, Set<Digest>> bodies =
      Caffeine.newBuilder().maximumSize(MAX_BODIES).build();

  private final LongAdder read = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder contradictions = new LongAdder();

  private Documents(
      DocumentLimits limits, Optional<DocumentLog> log, InstantSource clock, LongSupplier ticker) {
    this.limits = limits;
    this.memory = new DocumentMemory(limits.memoryBytes());
    this.log = log;
    this.clock = clock;
    this.ticker = ticker;
    this.threads = pool(limits.readings());
  }

  /** One more thread may still be on its way out of a reading for each that begins another. */
  private static ThreadPoolExecutor pool(int readings) {
    return new ThreadPoolExecutor(
        0,
        2 * readings,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Thread.ofPlatform().name("documents-", 0).daemon().factory());
  }

  /** Remembers in memory alone. */
  public static Documents inMemory(
      DocumentLimits limits, InstantSource clock, LongSupplier ticker) {
    return new Documents(limits, Optional.empty(), clock, ticker);
  }

  /**
   * Remembers across restarts. What is damaged on disk is counted and left out.
   *
   * @param directory of this alone, made where there is none
   * @throws IOException where it cannot be used
   */
  public static Documents open(
      Path directory, DocumentLimits limits, InstantSource clock, LongSupplier ticker)
      throws IOException {
    DocumentLog log = DocumentLog.open(directory.resolve("documents"), limits.memoryBytes());
    Documents documents = new Documents(limits, Optional.of(log), clock, ticker);
    log.read(documents.memory::put);
    documents.memory.expire(clock.instant());
    return documents;
  }

  /**
   * Starts to read what passes, where it is a document that names digests.
   *
   * @param isPublic whether it is everybody's
   * @param signer whose voucher it came with; empty for the origin's, or our own
   * @param fresh how long it is fresh
   * @return empty where it is none, or too many are being read
   */
  public Optional<DocumentReading> begin(
      Document document, boolean isPublic, Optional<PeerId> signer, Duration fresh) {
    Optional<DocumentReader> found = DocumentReaders.of(document);
    Optional<Decompression.Coding> coding =
        Decompression.ofContent(document.head().fields().all("Content-Encoding"));
    if (found.isEmpty() || coding.isEmpty() || underWay.size() >= limits.readings()) {
      return Optional.empty();
    }
    DocumentReader reader = found.get();
    DocumentFacts facts = facts(document, reader, isPublic, signer, fresh);
    if (reader.hearing() == Hearing.SAME_PROGRAM && facts.program().size() == 0) {
      return Optional.empty();
    }
    DocumentPipe pipe = new DocumentPipe(limits, turns, ticker);
    DocumentReading reading = new DocumentReading(document, reader, facts, pipe, limits.names());
    underWay.add(reading);
    try {
      threads.execute(() -> readInTurn(reading, coding.get()));
      return Optional.of(reading);
    } catch (RejectedExecutionException e) {
      underWay.remove(reading);
      return Optional.empty();
    }
  }

  private DocumentFacts facts(
      Document document,
      DocumentReader reader,
      boolean isPublic,
      Optional<PeerId> signer,
      Duration fresh) {
    ByteString program =
        reader.hearing() == Hearing.SAME_PROGRAM
            ? DocumentFacts.programOf(document.request().fields())
            : ByteString.EMPTY;
    return new DocumentFacts(
        ResourceName.of(document.url()),
        reader.source(),
        reader.hearing(),
        ResourceName.origin(document.url()),
        program,
        isPublic,
        signer,
        clock.instant().plus(counting(fresh)));
  }

  private Duration counting(Duration fresh) {
    if (fresh.compareTo(limits.shortest()) < 0) {
      return limits.shortest();
    }
    return fresh.compareTo(limits.longest()) > 0 ? limits.longest() : fresh;
  }

  private void readInTurn(DocumentReading reading, Decompression.Coding coding) {
    turns.acquireUninterruptibly();
    try {
      read(reading, coding);
    } finally {
      turns.release();
    }
  }

  private void read(DocumentReading reading, Decompression.Coding coding) {
    DocumentPipe pipe = reading.pipe();
    long begun = ticker.getAsLong();
    try (InputStream content =
        new BudgetedStream(
            coding.undo(pipe),
            limits.documentBytes(),
            () -> ticker.getAsLong() - begun - pipe.waitedNanos(),
            limits.busy().toNanos())) {
      reading.reader().read(reading.document(), content, reading::add);
      // the end of a text may come before the end of the bytes
      content.transferTo(OutputStream.nullOutputStream());
      finish(reading);
    } catch (IOException | RuntimeException e) {
      refused.increment();
      LOG.debug("{} is not read: {}", reading.document().url(), e.toString());
      if (reading.reader().countsInPart()) {
        finish(reading);
      }
    } finally {
      underWay.remove(reading);
      pipe.done();
    }
  }

  private void finish(DocumentReading reading) {
    if (!reading.counts()) {
      return;
    }
    read.increment();
    DocumentTable table = DocumentTable.of(reading.facts(), reading.named());
    if (table.size() == 0 && memory.get(reading.facts().document()).isEmpty()) {
      return;
    }
    keep(table);
  }

  private void keep(DocumentTable table) {
    memory.put(table);
    if (table.facts().isPublic()) {
      log.ifPresent(durable -> durable.append(table, memory::all));
    }
  }

  /**
   * What documents say about what a request asks for. Waits a moment for one that is here and was
   * not read yet.
   */
  public Named find(RequestHead request) throws InterruptedException {
    return find(HttpUrl.get(request.url()), request);
  }

  /** The same, for who has the request's URL in parts. */
  public Named find(HttpUrl url, RequestHead request) throws InterruptedException {
    if (!request.method().equals("GET")) {
      return Named.NOTHING;
    }
    Standing standing = Standing.of(url, request.fields());
    ResourceName wanted = ResourceName.of(standing.url());
    List<Named.Said> said = new ArrayList<>();
    long until = ticker.getAsLong() + CATCH_UP.toNanos();
    for (DocumentReading reading : underWay) {
      if (reading.mayAnswer(standing)) {
        reading.pipe().awaitCaughtUp(until - ticker.getAsLong());
        reading
            .saidEarly(wanted)
            .forEach(early -> said.add(new Named.Said(reading.facts(), early)));
      }
    }
    said.addAll(memory.find(standing, wanted, clock.instant()));
    Named named = Named.of(said, Optional.ofNullable(bodies.getIfPresent(wanted)).orElse(Set.of()));
    if (named.contradicted()) {
      contradictions.increment();
    }
    return named;
  }

  /**
   * Compares what was named for a body with the body once it came. Where that shows one digest to
   * be right and another to be wrong, the documents that name them say nothing any more.
   *
   * @param named what holds for the body
   * @param body its digests
   * @return whether it is so
   */
  public boolean isDividedBy(HttpUrl url, List<ProvesWhole> named, Set<Digest> body) {
    if (!Named.divides(named.stream().map(ProvesWhole::digest).toList(), body)) {
      return false;
    }
    bodies.put(ResourceName.of(url), Set.copyOf(body));
    contradictions.increment();
    return true;
  }

  /** Whether an answer looks like a document that names digests. */
  public static boolean isOne(Document document) {
    return DocumentReaders.of(document).isPresent();
  }

  /**
   * A document that was read passes again out of the store: it counts for as long as it is fresh
   * now.
   *
   * @return whether what it said is known; if not, it has to be read
   */
  public boolean extend(Document document, Duration fresh) {
    Instant now = clock.instant();
    Instant until = now.plus(counting(fresh));
    Optional<DocumentTable> known = memory.get(ResourceName.of(document.url()));
    known
        .filter(table -> table.facts().expires().isBefore(until))
        .map(table -> table.with(table.facts().until(until)))
        .ifPresent(this::keep);
    return known.isPresent();
  }

  /** Forgets what documents said that came with this key's vouchers. */
  public void forgetSigner(PeerId signer) {
    memory.forgetSigner(signer);
    log.ifPresent(durable -> durable.rewrite(memory::all));
  }

  /** What is known, now. */
  public DocumentStatus status() {
    List<DocumentTable> tables = List.copyOf(memory.all());
    return new DocumentStatus(
        tables.size(),
        tables.stream().mapToLong(DocumentTable::size).sum(),
        memory.bytes(),
        read.sum(),
        refused.sum(),
        contradictions.sum(),
        log.map(DocumentLog::damaged).orElse(0L));
  }

  @Override
  public void close() throws IOException {
    underWay.forEach(reading -> reading.pipe().abandon());
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("documents are still read after {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (log.isPresent()) {
      log.get().close();
    }
  }
}
