package dev.fugitive.client.routing;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.ResourceKey;
import java.util.List;
import okio.ByteString;

/**
 * Answers what other peers ask, out of what this node has and may share. Called on the asking
 * peer's session thread: may read a disk, never a network.
 */
public interface ResourceAnswers {
  /** Signed vouchers for variants of a resource (its primary key), best first. */
  List<ByteString> vouchersFor(ResourceKey resource);

  /** Contents here that have this flat digest. */
  List<ContentId> contentsWith(Digest digest);
}
