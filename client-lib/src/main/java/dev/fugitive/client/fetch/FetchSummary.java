package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.FugitiveSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of one fetch.
 *
 * @param request as it entered the path
 * @param status of the response; 0 where there was none
 * @param source body bytes as they were really read, by provenance, and why not from peers
 * @param counted the same for whoever sums up what came: where several requests share one fetch,
 *     its bytes count for the first that got them, and as memory for the others
 * @param evidence what states which bytes came from outside, whether or not a peer gave them
 * @param signer whose voucher that is; empty where it is none
 * @param started when the request entered the path
 * @param duration from then until the body was read or given up
 * @param end how it ended
 * @param failure what the failure says of itself; empty where it did not fail
 */
public record FetchSummary(
    RequestHead request,
    int status,
    FugitiveSource source,
    FugitiveSource counted,
    Optional<EvidenceSource> evidence,
    Optional<PeerId> signer,
    Instant started,
    Duration duration,
    End end,
    Optional<String> failure) {
  /** Of a fetch of its own, without evidence. */
  public FetchSummary(
      RequestHead request,
      int status,
      FugitiveSource source,
      Instant started,
      Duration duration,
      End end) {
    this(
        request,
        status,
        source,
        source,
        Optional.empty(),
        Optional.empty(),
        started,
        duration,
        end,
        Optional.empty());
  }

  /** How a fetch ended. */
  public enum End {
    /** The body was read to its end. */
    COMPLETE,
    /** The reader closed it or cancelled the call before its end. */
    ABANDONED,
    /** It failed. */
    FAILED
  }
}
