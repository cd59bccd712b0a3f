package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.client.evidence.Named;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Why;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * What one request gathers about itself on its way: where its bytes came from, why not from peers,
 * how the cache took part. It travels as a tag of the request.
 */
final class FetchTrace {
  private final Cancellation cancellation;
  private final ByteTally tally;
  private final boolean offline;

  // Written by the thread that carries the call at that time, read by others later.
  private volatile @Nullable Why why;
  private volatile @Nullable OriginConnection origin;
  private volatile boolean collapsed;
  private volatile boolean stored;
  private volatile int statusOfRest;
  private final CompletableFuture<Void> partEnded = new CompletableFuture<>();
  private volatile @Nullable StoredResponse believed;
  private volatile @Nullable PartsSharing parts;
  private volatile @Nullable HeadStart ahead;
  private volatile Named named = Named.NOTHING;
  private volatile @Nullable EvidenceSource evidence;
  private volatile @Nullable StoredResponse served;
  private volatile Consumer<FetchPhase> phases = phase -> {};
  private volatile AtomicLong furthest = new AtomicLong();

  /**
   * @param cancellation of the call that makes the request
   */
  FetchTrace(Cancellation cancellation) {
    this(cancellation, false);
  }

  /**
   * @param cancellation of the call that makes the request
   * @param offline whether no origin may be asked
   */
  FetchTrace(Cancellation cancellation, boolean offline) {
    this(cancellation, new ByteTally(), offline);
  }

  private FetchTrace(Cancellation cancellation, ByteTally tally, boolean offline) {
    this.cancellation = cancellation;
    this.tally = tally;
    this.offline = offline;
  }

  /** The connection that was used to the origin. */
  record OriginConnection(@Nullable InetAddress address, boolean validatedTls) {}

  /** The trace of a request that is on the path. */
  static FetchTrace of(Request request) {
    return Objects.requireNonNull(
        request.tag(FetchTrace.class), "a request on the path has a trace");
  }

  /** The request with this trace. */
  Request attachTo(Request request) {
    return request.newBuilder().tag(FetchTrace.class, this).build();
  }

  Cancellation cancellation() {
    return cancellation;
  }

  ByteTally tally() {
    return tally;
  }

  /** Whether no origin may be asked for this request. */
  boolean offline() {
    return offline;
  }

  void noPeersBecause(Why reason) {
    why = reason;
  }

  /** Why no peer was used; null where one was, or where none was needed. */
  @Nullable Why why() {
    return why;
  }

  void connectedTo(@Nullable InetAddress address, boolean validatedTls) {
    origin = new OriginConnection(address, validatedTls);
  }

  /** Null where the origin was not asked. */
  @Nullable OriginConnection origin() {
    return origin;
  }

  /** Notes that another call's fetch answered this one. */
  void collapsedInto(FetchTrace other) {
    collapsed = true;
    furthest = other.furthest;
    takeFrom(other);
  }

  /** Notes that what another call's fetch put into the store answers this one. */
  void collapse() {
    collapsed = true;
  }

  boolean collapsed() {
    return collapsed;
  }

  /** Notes that the answer is on its way into the store. */
  void storing() {
    stored = true;
  }

  boolean stored() {
    return stored;
  }

  /** Notes what the origin said when it was asked for the rest of what is here in part. */
  void askedForRest(int status) {
    statusOfRest = status;
  }

  /** What the origin said when it was asked for the rest; 0 where it was asked for all. */
  int statusOfRest() {
    return statusOfRest;
  }

  /** Notes that no more will be kept of the part that the origin sends. */
  void partEnded() {
    partEnded.complete(null);
  }

  /** Notes that the origin was asked already, and may answer as one more source. */
  void isAhead(HeadStart start) {
    ahead = start;
  }

  /** A request that is with the origin already. */
  Optional<HeadStart> ahead() {
    return Optional.ofNullable(ahead);
  }

  /** Runs this once no more will be kept of the part that the origin sends. */
  @SuppressWarnings("FutureReturnValueIgnored") // it comes after nothing
  void whenPartEnded(Runnable then) {
    partEnded.thenRun(then);
  }

  /** Notes that the body is put together of parts. */
  void joinedOf(PartsSharing sharing) {
    parts = sharing;
  }

  /** Null where the body came in one piece. */
  @Nullable PartsSharing parts() {
    return parts;
  }

  /** Notes a representation that our own past states, whose content is no longer here. */
  void believe(StoredResponse representation) {
    believed = representation;
  }

  /** Null where our own past states none. */
  @Nullable StoredResponse believed() {
    return believed;
  }

  /** Notes what documents say about what is asked for. */
  void name(Named byDocuments) {
    named = byDocuments;
  }

  Named named() {
    return named;
  }

  /** Notes by what the answer is, or could be, proven. */
  void provenBy(EvidenceSource source) {
    evidence = source;
  }

  /** Empty where nothing is known that proves it. */
  Optional<EvidenceSource> evidence() {
    return Optional.ofNullable(evidence);
  }

  /** Notes that the answer is one that was stored, or that a voucher states. */
  void serving(StoredResponse representation) {
    served = representation;
  }

  /** Null where the origin, or a document's word alone, is behind the answer. */
  @Nullable StoredResponse served() {
    return served;
  }

  /** How far the readers of the body have come: this call's, and those who joined its fetch. */
  AtomicLong furthest() {
    return furthest;
  }

  /** Says who hears what the request waits for. */
  void toldTo(Consumer<FetchPhase> ear) {
    phases = ear;
  }

  /** Notes what the request waits for from now on. */
  void turnTo(FetchPhase phase) {
    phases.accept(phase);
  }

  /** The trace of a call whose answer is this one's answer: the same listener hears its phases. */
  FetchTrace asking() {
    FetchTrace asking = upstream();
    asking.phases = phases;
    return asking;
  }

  /** The trace of a call of its own that fetches for this one; it counts bytes for both. */
  FetchTrace upstream() {
    FetchTrace upstream = new FetchTrace(new Cancellation(), tally, offline);
    upstream.believed = believed;
    upstream.furthest = furthest;
    return upstream;
  }

  /** Takes over what a call further up the path found out for this one. */
  void takeFrom(FetchTrace other) {
    why = other.why;
    origin = other.origin;
    stored = other.stored;
    statusOfRest = other.statusOfRest;
    named = other.named;
    evidence = other.evidence;
    served = other.served;
    parts = other.parts;
  }
}
