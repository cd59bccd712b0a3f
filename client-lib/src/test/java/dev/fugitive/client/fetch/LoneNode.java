package dev.fugitive.client.fetch;

import dev.fugitive.client.signalling.Rendezvous;
import java.io.IOException;
import okhttp3.OkHttpClient;

/** Nodes that know nobody: what they give is kept in memory, or comes from the origin. */
final class LoneNode {
  private LoneNode() {}

  static FugitiveNode start() throws IOException {
    return start(new OkHttpClient());
  }

  static FugitiveNode start(OkHttpClient base) throws IOException {
    return FugitiveNode.start(
        NodeSettings.inMemory(),
        PeerTransport.off("test"),
        Rendezvous.NONE,
        base,
        FetchListener.NONE);
  }
}
