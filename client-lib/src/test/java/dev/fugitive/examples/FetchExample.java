package dev.fugitive.examples;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.peer.PeerId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSink;
import okio.Okio;

/** Fetches a URL into a file, from whoever has it nearest, and says where its bytes came from. */
public final class FetchExample {
  private FetchExample() {}

  /**
   * Runs with: rendezvous URL, trusted key ({@code ed25519:...}), URL, digest ({@code
   * sha256-BASE64}), file, and origins of the own network ({@code HOST:PORT}), if any.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    NodeSettings settings =
        NodeSettings.inMemory()
            .withRendezvous(args[0])
            .withTrusted(PeerId.parse(args[1]))
            .withTrustedOrigins(Arrays.copyOfRange(args, 5, args.length));
    try (FugitiveNode node = FugitiveNode.start(settings)) {
      node.awaitPeer(Duration.ofSeconds(20));
      Call.Factory client = node.client(); // instead of: new OkHttpClient()
      Request request =
          new Request.Builder().url(args[2]).header("Fugitive-Integrity", args[3]).build();
      try (Response response = client.newCall(request).execute();
          BufferedSink file = Okio.buffer(Okio.sink(Path.of(args[4])))) {
        file.writeAll(response.body().source());
        System.out.println(response.code() + " " + response.header("Fugitive-Source"));
      }
    }
  }
}
