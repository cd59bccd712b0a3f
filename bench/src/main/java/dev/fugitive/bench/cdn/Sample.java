package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Fetched;
import dev.fugitive.cache.store.Provenance;

/**
 * One fetch of a run.
 *
 * @param who the host that asked
 * @param firstMillis from asking to the first body byte
 * @param millis from asking to the last
 * @param bytes of the body
 * @param right whether they are the origin's
 * @param peerBytes that came from peers
 * @param originBytes that came from the origin
 * @param note why it failed, or why no peer was used; empty otherwise
 */
record Sample(
    String who,
    double firstMillis,
    double millis,
    long bytes,
    boolean right,
    long peerBytes,
    long originBytes,
    String note) {
  /** What a node or a plain client got. */
  static Sample of(String who, Fetched fetched, String expectedSha256) {
    boolean right = fetched.isRight(expectedSha256);
    String why =
        fetched.provenance().flatMap(source -> source.why()).map(w -> w.token()).orElse("");
    boolean asked = fetched.provenance().isPresent();
    return new Sample(
        who,
        fetched.firstNanos() / 1e6,
        fetched.nanos() / 1e6,
        fetched.bytes(),
        right,
        fetched.from(Provenance.TIER1) + fetched.from(Provenance.TIER2),
        asked ? fetched.from(Provenance.ORIGIN) : fetched.bytes(),
        fetched.error().equals("-") ? why : fetched.error());
  }
}
