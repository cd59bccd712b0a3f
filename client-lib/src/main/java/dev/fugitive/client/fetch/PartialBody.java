package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ByteRange;
import dev.fugitive.cache.http.Completion;
import dev.fugitive.cache.http.PartialResponse;
import dev.fugitive.cache.store.ByteTally;
import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.Source;

/**
 * A body that is put together from the parts that are stored and those that the origin gives. The
 * first gap is under way when the body begins; each further one is asked for when the reader comes
 * to it, and is of the same representation, or the body fails.
 */
final class PartialBody {
  private final Call.Factory origin;
  private final Request request;
  private final PartialLibrary.Kept kept;
  private final PartialResponse response;
  private final FetchTrace trace;
  private final ByteTally tally;
  private final boolean keep;
  private final Asked asked;

  /** Hears of each further gap that the origin gives, before its first byte. */
  @FunctionalInterface
  interface Asked {
    void answered(FetchTrace gap);
  }

  /**
   * @param response what is stored, as the origin has just confirmed it
   * @param tally counts what is read
   * @param keep whether what the origin gives becomes part of what is stored
   * @param asked hears of each further gap
   */
  PartialBody(
      Call.Factory origin,
      Request request,
      PartialLibrary.Kept kept,
      PartialResponse response,
      FetchTrace trace,
      ByteTally tally,
      boolean keep,
      Asked asked) {
    this.origin = origin;
    this.request = request;
    this.kept = kept;
    this.response = response;
    this.trace = trace;
    this.tally = tally;
    this.keep = keep;
    this.asked = asked;
  }

  /** All of the target, in order. */
  Source open(Completion completion, Response firstGap, Runnable whenKept) {
    ByteRange target = completion.target();
    List<JoinedSource.Opener> sources = new ArrayList<>();
    long at = target.from();
    for (ByteRange gap : kept.bytes().held().missing(target.from(), target.until())) {
      addStored(sources, at, gap.from());
      if (gap.from() == completion.gap().from()) {
        Source coming = firstGap.body().source();
        sources.add(() -> fromOrigin(coming, completion.gap(), whenKept));
        at = completion.gap().until();
      } else if (gap.from() >= at) {
        sources.add(() -> fromOrigin(ask(gap), gap, whenKept));
        at = gap.until();
      }
    }
    addStored(sources, at, target.until());
    return new JoinedSource(sources, firstGap::close);
  }

  private void addStored(List<JoinedSource.Opener> sources, long from, long until) {
    if (from < until) {
      sources.add(() -> stored(from, until));
    }
  }

  /** What was evicted since the body began comes from the origin after all. */
  private Source stored(long from, long until) throws IOException {
    var source = kept.bytes().source(from, until, tally);
    return source.isPresent()
        ? source.get()
        : new CountingSource(ask(new ByteRange(from, until)), tally, Provenance.ORIGIN);
  }

  private Source ask(ByteRange gap) throws IOException {
    AtomicReference<FetchTrace> own = new AtomicReference<>(trace);
    Call.Factory noting =
        sent -> {
          own.set(FetchTrace.of(sent));
          return origin.newCall(sent);
        };
    Source coming =
        new OriginRequests(noting, request, response.whole(), trace).open(gap.from(), gap.until());
    asked.answered(own.get());
    return coming;
  }

  private Source fromOrigin(Source coming, ByteRange gap, Runnable whenKept) {
    Source exact =
        new CountingSource(new ExactSource(coming, gap.length()), tally, Provenance.ORIGIN);
    return keep ? new KeepingSource(exact, kept, gap.from(), gap.until(), whenKept) : exact;
  }
}
