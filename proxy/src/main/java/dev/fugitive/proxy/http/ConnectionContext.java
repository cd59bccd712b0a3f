package dev.fugitive.proxy.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fugitive.client.fetch.MemoryHits;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import okhttp3.Call;

/**
 * What all connections share.
 *
 * @param memory answers that need no waiting; empty where every request takes the fetch path
 * @param executor starts a virtual thread for each task
 */
record ConnectionContext(
    FrontEndSettings settings,
    RequestRouter router,
    Pseudonym pseudonym,
    Call.Factory fetch,
    Optional<MemoryHits> memory,
    SelfResponder self,
    Dialer dialer,
    Executor executor,
    FrontEndCounts counts) {

  FrontEndSettings.Limits limits() {
    return settings.limits();
  }

  /**
   * The target's addresses, each of them within the client's reach. Blocks: a name is looked up.
   */
  @CanIgnoreReturnValue
  List<InetAddress> reachable(InetAddress client, Authority target) throws IOException {
    List<InetAddress> addresses = List.of(InetAddress.getAllByName(target.hostToResolve()));
    Optional<Refusal> refusal = Reach.refuse(client, target, addresses, settings.trusts(target));
    if (refusal.isPresent()) {
      throw new OutOfReachException(refusal.get());
    }
    return addresses;
  }
}
