package dev.fugitive.client.fetch;

import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.content.HashedContent;
import dev.fugitive.cache.content.MerkleTree;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.StoredResponse;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.trust.Voucher;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import okio.ByteString;

/** A body under a URL, with all that proves it. */
record TestContent(String url, ByteString body, MerkleTree tree, HashedContent hashed) {
  /** A body that looks random, and is the same in every run. */
  static TestContent random(String url, int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return of(url, ByteString.of(bytes));
  }

  static TestContent of(String url, ByteString body) {
    ContentHasher.Finished finished = ContentHasher.hash(body.asByteBuffer());
    return new TestContent(url, body, finished.tree(), finished.content());
  }

  ContentId id() {
    return hashed.id();
  }

  Digest sha256() {
    return new Digest(Digest.Algorithm.SHA_256, body.sha256());
  }

  RequestHead request() {
    return new RequestHead("GET", url, Fields.EMPTY);
  }

  byte[] bytes(int firstChunk, int chunkCount) {
    int start = firstChunk * ContentId.CHUNK_BYTES;
    return body.substring(start, start + (int) id().rangeLength(firstChunk, chunkCount))
        .toByteArray();
  }

  ByteBuffer payload(int firstChunk, int chunkCount) {
    return ByteBuffer.wrap(bytes(firstChunk, chunkCount));
  }

  /** What this signer states of it, issued now and fresh for a day. */
  ByteString vouchedBy(Identity signer) {
    return vouchedBy(signer, Instant.now(), "max-age=86400");
  }

  ByteString vouchedBy(Identity signer, Instant issuedAt, String cacheControl) {
    ResponseHead head = new ResponseHead(200, "OK", Fields.of("Cache-Control", cacheControl));
    StoredResponse stored = StoredResponse.of(request(), head, issuedAt, issuedAt, id());
    return Voucher.of(
            stored, hashed.digests(), issuedAt.plusMillis(1), Duration.ofDays(1), signer.peerId())
        .orElseThrow()
        .sign(signer);
  }
}
