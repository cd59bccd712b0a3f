package dev.fugitive.proxy.control.live;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FetchPhase;
import dev.fugitive.client.fetch.FetchProgress;
import dev.fugitive.client.fetch.FetchSummary;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Why;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * The last requests, and those that run: what was asked, what each waited for and how long, when it
 * ended, where its bytes came from, what proved them and why they did not come from peers.
 *
 * <p>It is on the way of every request, hits in memory included, so it takes no lock: a request has
 * the slot that its number names, until a later one takes it. Safe for use by several threads.
 */
public final class RequestLog implements FetchListener {
  /** The most requests that are kept, running ones included; the oldest goes first. */
  public static final int MAX_ENTRIES = 200;

  private static final int MAX_CHARS = 2048;
  private static final int MAX_TURNS = 16;

  private final LongSupplier ticker;
  private final Instant began;
  private final long beganNanos;
  private final AtomicReferenceArray<Entry> slots = new AtomicReferenceArray<>(MAX_ENTRIES);

  /**
   * @param ticker nanoseconds, as {@link System#nanoTime}
   */
  public RequestLog(InstantSource clock, LongSupplier ticker) {
    this.ticker = ticker;
    this.began = clock.instant();
    this.beganNanos = ticker.getAsLong();
  }

  /** From then on a request was in a phase; nanoseconds since the log began. */
  public record Turn(FetchPhase phase, long atNanos) {}

  /**
   * One request. Times are nanoseconds since the log began.
   *
   * @param turns its phases in their order, the first from its start; of very many the first ones
   * @param changedNanos when something of it was last noted
   * @param endNanos when it ended; empty while it runs
   * @param status 0 while there is none
   * @param evidence what states which bytes it got; empty while it runs
   * @param signer whose voucher that is
   * @param failure what its failure says of itself, shortened; empty where it did not fail
   */
  public record Entry(
      long id,
      String method,
      String url,
      List<Turn> turns,
      long changedNanos,
      OptionalLong endNanos,
      int status,
      Optional<FetchSummary.End> end,
      Map<Provenance, Long> bytes,
      Optional<Why> why,
      Optional<EvidenceSource> evidence,
      Optional<PeerId> signer,
      Optional<String> failure) {
    public Entry {
      turns = List.copyOf(turns);
      bytes = Map.copyOf(bytes);
    }

    private static Entry of(long id, RequestHead request, long atNanos) {
      return new Entry(
          id,
          request.method(),
          shortened(request.url()),
          List.of(new Turn(FetchPhase.LOOKUP, atNanos)),
          atNanos,
          OptionalLong.empty(),
          0,
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    /** When it came. */
    public long startNanos() {
      return turns.getFirst().atNanos();
    }

    private Entry withTurn(FetchPhase phase, long atNanos, int known) {
      boolean same = turns.getLast().phase() == phase;
      List<Turn> longer = new ArrayList<>(turns);
      // room for the body is always left
      if (!same && (turns.size() < MAX_TURNS || phase == FetchPhase.BODY)) {
        longer.add(new Turn(phase, atNanos));
      }
      return new Entry(
          id, method, url, longer, atNanos, endNanos, known, end, bytes, why, evidence, signer,
          failure);
    }

    private Entry withProgress(long atNanos, FetchProgress progress) {
      return new Entry(
          id,
          method,
          url,
          turns,
          atNanos,
          endNanos,
          status,
          end,
          progress.source().bytes(),
          progress.source().why(),
          evidence,
          signer,
          failure);
    }

    private Entry withEnd(long atNanos, FetchSummary summary) {
      return new Entry(
          id,
          method,
          url,
          turns,
          atNanos,
          OptionalLong.of(atNanos),
          summary.status() == 0 ? status : summary.status(),
          Optional.of(summary.end()),
          summary.source().bytes(),
          summary.source().why(),
          summary.evidence(),
          summary.signer(),
          summary.failure().map(RequestLog::shortened));
    }
  }

  @Override
  public void fetchStart(long fetchId, RequestHead request) {
    slots.set(slot(fetchId), Entry.of(fetchId, request, nowNanos()));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS - 1) + "…";
  }

  private static int slot(long fetchId) {
    return (int) (fetchId % MAX_ENTRIES);
  }

  @Override
  public void phaseStart(long fetchId, FetchPhase phase) {
    change(fetchId, entry -> entry.withTurn(phase, nowNanos(), entry.status()));
  }

  @Override
  public void responseReady(long fetchId, int status) {
    change(fetchId, entry -> entry.withTurn(FetchPhase.BODY, nowNanos(), status));
  }

  @Override
  public void bodyProgress(long fetchId, FetchProgress progress) {
    change(fetchId, entry -> entry.withProgress(nowNanos(), progress));
  }

  @Override
  public void fetchEnd(long fetchId, FetchSummary summary) {
    change(fetchId, entry -> entry.withEnd(nowNanos(), summary));
  }

  /** A request whose slot is another's by now is remembered no more. */
  private void change(long fetchId, UnaryOperator<Entry> change) {
    int slot = slot(fetchId);
    Entry entry = slots.get(slot);
    if (entry != null && entry.id() == fetchId) {
      slots.compareAndSet(slot, entry, change.apply(entry));
    }
  }

  /** Nanoseconds since the log began. */
  public long nowNanos() {
    return ticker.getAsLong() - beganNanos;
  }

  /** When that was by the clock on the wall, as it was when the log began. */
  public Instant at(long nanos) {
    return began.plusNanos(nanos);
  }

  /**
   * What has changed since then, the latest first. A change may become visible a moment after its
   * time, so who asks again and again asks with some overlap.
   */
  public List<Entry> since(long nanos) {
    List<Entry> changed = new ArrayList<>();
    for (int slot = 0; slot < slots.length(); slot++) {
      Entry entry = slots.get(slot);
      if (entry != null && entry.changedNanos() >= nanos) {
        changed.add(entry);
      }
    }
    changed.sort(Comparator.comparingLong(Entry::id).reversed());
    return changed;
  }
}
