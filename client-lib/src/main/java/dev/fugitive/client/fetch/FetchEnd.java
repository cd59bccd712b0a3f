package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.FugitiveSource;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Tells the listener how a fetch goes, and once that it is over. */
final class FetchEnd {
  private static final Pattern CREDENTIALS = Pattern.compile("//[^/@\\s]*@");

  private final long fetchId;
  private final RequestHead request;
  private final Supplier<FugitiveSource> source;
  private final Supplier<Proof> proof;
  private final Supplier<AtomicLong> furthest;
  private final CountedOnce counted = new CountedOnce();
  private final FetchListener listener;
  private final InstantSource clock;
  private final Instant started;
  private final AtomicBoolean told = new AtomicBoolean();

  /** Written by the fetch's own thread; what others still do for it then is no phase of it. */
  private volatile boolean ready;

  /** What states which bytes came from outside, and whose voucher it is, if it is one. */
  record Proof(Optional<EvidenceSource> evidence, Optional<PeerId> signer) {
    static final Proof NONE = new Proof(Optional.empty(), Optional.empty());
  }

  FetchEnd(
      long fetchId,
      RequestHead request,
      Supplier<FugitiveSource> source,
      Supplier<Proof> proof,
      Supplier<AtomicLong> furthest,
      FetchListener listener,
      InstantSource clock) {
    this.fetchId = fetchId;
    this.request = request;
    this.source = source;
    this.proof = proof;
    this.furthest = furthest;
    this.listener = listener;
    this.clock = clock;
    this.started = clock.instant();
  }

  long fetchId() {
    return fetchId;
  }

  /** It waits for something else from now on; no more of that once its head is known. */
  void turnTo(FetchPhase phase) {
    if (!ready && !told.get()) {
      listener.phaseStart(fetchId, phase);
    }
  }

  /** The head of its response is known. */
  void responseReady(int status) {
    ready = true;
    listener.responseReady(fetchId, status);
  }

  /** Its reader has got some more. */
  void progress(long bytesRead, OptionalLong lengthBytes) {
    FugitiveSource sofar = source.get();
    FugitiveSource its = counted.upTo(sofar, furthest.get());
    listener.bodyProgress(fetchId, new FetchProgress(bytesRead, lengthBytes, sofar, its));
  }

  void tell(int status, FetchSummary.End how) {
    tell(status, how, Optional.empty());
  }

  /** It failed, before its head (status 0) or behind it. */
  void failed(int status, Exception failure) {
    tell(status, FetchSummary.End.FAILED, Optional.of(words(failure)));
  }

  /**
   * Without user names and passwords; what a fault of a program quotes is not known, and left out.
   */
  private static String words(Exception failure) {
    String message = failure.getMessage();
    if (!(failure instanceof IOException) || message == null) {
      return failure.getClass().getSimpleName();
    }
    // what was looked up a moment ago is named without a word
    boolean bareHost = failure instanceof UnknownHostException && message.indexOf(' ') < 0;
    return bareHost
        ? message + ": no address for this host"
        : CREDENTIALS.matcher(message).replaceAll("//");
  }

  private void tell(int status, FetchSummary.End how, Optional<String> failure) {
    if (told.compareAndSet(false, true)) {
      Duration duration = Duration.between(started, clock.instant());
      Proof known = proof.get();
      FugitiveSource all = source.get();
      listener.fetchEnd(
          fetchId,
          new FetchSummary(
              request,
              status,
              all,
              counted.upTo(all, furthest.get()),
              known.evidence(),
              known.signer(),
              started,
              duration,
              how,
              failure));
    }
  }
}
