package dev.fugitive.client.routing;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.ResourceKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import okio.ByteString;

/**
 * Answers what other peers ask, out of what this node has and may share. Called on the asking
 * peer's session thread: may read a disk, never a network.
 */
public interface ResourceAnswers {
  /** What is vouched for of a resource (its primary key), one variant each, best first. */
  List<Vouched> vouchersFor(ResourceKey resource);

  /**
   * Done when it is settled whether there is a voucher for a resource that is on its way here;
   * empty where none is on its way.
   */
  Optional<CompletableFuture<Void>> arrivalOf(ResourceKey resource);

  /** Contents here that have this flat digest. */
  List<ContentId> contentsWith(Digest digest);

  /** Which content a voucher of another peer names, as it says itself; empty where it is none. */
  Optional<ContentId> contentOf(ByteString voucher);

  /** A signed voucher, and the content that it names. */
  record Vouched(ByteString voucher, ContentId content) {}
}
