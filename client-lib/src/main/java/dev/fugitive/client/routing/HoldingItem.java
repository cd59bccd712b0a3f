package dev.fugitive.client.routing;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.ResourceKey;
import okio.Buffer;
import okio.ByteString;

/** One thing that a peer can have, as a holdings filter knows it. */
public sealed interface HoldingItem {
  /** A content, whole or in part. */
  record OfContent(ContentId content) implements HoldingItem {}

  /** A content that has this flat digest. */
  record OfDigest(Digest digest) implements HoldingItem {}

  /** A voucher for a variant of this resource (its primary key). */
  record OfResource(ResourceKey resource) implements HoldingItem {}

  /**
   * The item under a salt: HMAC-SHA-256 of its kind and value. Who does not know the item cannot
   * tell it from the result, and results under two salts have nothing in common. Who guesses it can
   * check the guess: that much a filter tells, whatever it is made of.
   */
  default ByteString keyed(ByteString salt) {
    return labelled().hmacSha256(salt);
  }

  /** What is hashed: the kind and the value. */
  default ByteString labelled() {
    Buffer labelled = new Buffer();
    switch (this) {
      case OfContent(ContentId content) ->
          labelled.writeUtf8("content\n").write(content.root()).writeLong(content.length());
      case OfDigest(Digest digest) ->
          labelled
              .writeUtf8("digest\n")
              .writeUtf8(digest.algorithm().sriName())
              .writeByte('\n')
              .write(digest.value());
      case OfResource(ResourceKey resource) ->
          labelled.writeUtf8("resource\n").write(resource.hash());
    }
    return labelled.readByteString();
  }
}
