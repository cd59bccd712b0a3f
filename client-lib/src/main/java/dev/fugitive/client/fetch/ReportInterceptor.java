package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.Voucher;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * Says in the response where its bytes come from ({@code Fugitive-Source}), and tells the listener
 * how each fetch begins and ends.
 *
 * <p>A short body from the store or from peers is read before its head goes out, so that its report
 * is final. Of a longer one the field says what is expected; what really happened is in the
 * listener's last event.
 */
final class ReportInterceptor implements Interceptor {
  private static final long READ_AHEAD_BYTES = 64 * 1024;

  private final FetchReports reports;

  ReportInterceptor(FetchReports reports) {
    this.reports = reports;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    FetchTrace trace = FetchTrace.of(chain.request());
    FetchEnd end =
        reports.start(
            Heads.of(chain.request()),
            () -> source(trace),
            () -> proof(trace),
            trace::furthest,
            FetchOptions.of(chain.request()).listener());
    trace.toldTo(end::turnTo);
    try {
      Response response = chain.proceed(chain.request());
      SourcedBody body = sourced(response, trace);
      readAhead(body);
      end.responseReady(response.code());
      return response
          .newBuilder()
          .header(FugitiveSource.FIELD, expected(body, trace).toString())
          .body(new ReportedBody(body, end, response.code()))
          .build();
    } catch (IOException | RuntimeException e) {
      end.failed(0, e);
      throw e;
    }
  }

  private static FugitiveSource source(FetchTrace trace) {
    return FugitiveSource.of(trace.tally(), Optional.ofNullable(trace.why()));
  }

  private static FetchEnd.Proof proof(FetchTrace trace) {
    Optional<EvidenceSource> evidence = trace.evidence();
    StoredResponse served = trace.served();
    Optional<PeerId> signer =
        served != null && evidence.equals(Optional.of(EvidenceSource.VOUCHER))
            ? served.voucher().flatMap(Voucher::signerOf)
            : Optional.empty();
    return new FetchEnd.Proof(evidence, signer);
  }

  private static SourcedBody sourced(Response response, FetchTrace trace) {
    ResponseBody body = response.body();
    if (body instanceof SourcedBody sourced) {
      return sourced;
    }
    return new SourcedBody(
        response.header("Content-Type"),
        body.contentLength(),
        Provenance.ORIGIN,
        trace.tally(),
        new CountingSource(body.source(), trace.tally(), Provenance.ORIGIN));
  }

  /** Reads a short body whole, and of a longer one enough to see where it comes from. */
  private static void readAhead(SourcedBody body) throws IOException {
    if (body.expected() == Provenance.ORIGIN || body.contentLength() == 0) {
      return;
    }
    boolean isShort = body.contentLength() <= READ_AHEAD_BYTES;
    try {
      body.source().request(isShort ? body.contentLength() : 1);
    } catch (IOException e) {
      body.close();
      throw e;
    }
  }

  /** What was read so far, and the rest as expected. */
  private static FugitiveSource expected(SourcedBody body, FetchTrace trace) {
    Map<Provenance, Long> bytes = new EnumMap<>(Provenance.class);
    for (Provenance from : Provenance.values()) {
      bytes.put(from, body.tally().bytes(from));
    }
    long rest = Math.max(0, body.contentLength() - body.tally().total());
    bytes.merge(body.restFrom(), rest, Long::sum);
    return new FugitiveSource(bytes, Optional.ofNullable(trace.why()));
  }
}
