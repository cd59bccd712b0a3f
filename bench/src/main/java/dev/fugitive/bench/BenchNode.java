package dev.fugitive.bench;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.fetch.PeerStatus;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.FugitiveSource;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.client.trust.TrustOrigins;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;

/**
 * One node as a process of its own, told what to do by lines on its standard input; {@link
 * NodeProcess} is the other end.
 *
 * <pre>
 * BenchNode DIRECTORY RENDEZVOUS ORIGIN [TRUSTED]      says: node KEY
 * peers N                                              says: peers N       when so many are connected
 * fetch URL                                            says: fetched …     see FetchTimes
 * </pre>
 */
final class BenchNode {
  static final String NODE = "node ";
  static final String PEERS = "peers ";
  static final String FETCH = "fetch ";
  static final String FETCHED = "fetched ";

  private static final long DISK_BYTES = 8L << 30;
  private static final long MEMORY_BYTES = 256L << 20;
  private static final int UPLOAD_SLOTS = 8;
  private static final int TARGET_CONNECTIONS = 8;
  private static final int MAX_CONNECTIONS = 12;
  private static final int READ_BYTES = 64 * 1024;
  private static final long POLL_NANOS = 50_000_000;

  private BenchNode() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (FugitiveNode node = FugitiveNode.start(settings(arguments), FetchListener.NONE)) {
      System.out.println(NODE + node.peerId());
      String command = commands.readLine();
      while (command != null) {
        System.out.println(perform(node, command));
        command = commands.readLine();
      }
    }
    System.exit(0);
  }

  private static String perform(FugitiveNode node, String command) throws IOException {
    if (command.startsWith(PEERS)) {
      int wanted = Integer.parseInt(command.substring(PEERS.length()));
      while (openPeers(node) < wanted) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      return command;
    }
    return FETCHED + fetch(node, command.substring(FETCH.length()));
  }

  private static long openPeers(FugitiveNode node) throws IOException {
    return switch (node.status().peers()) {
      case PeerStatus.Off(String reason) -> throw new IOException("no peers: " + reason);
      case PeerStatus.On on ->
          on.mesh().peers().stream().filter(peer -> peer.state() == MeshStatus.State.OPEN).count();
    };
  }

  private static FetchTimes fetch(FugitiveNode node, String url) throws IOException {
    List<Long> nanosByMark = new ArrayList<>();
    Request request = new Request.Builder().url(url).build();
    long start = System.nanoTime();
    long firstNanos = 0;
    long bytes = 0;
    try (Response response = node.asSent().newCall(request).execute()) {
      BufferedSource body = response.body().source();
      Buffer read = new Buffer();
      for (long n = body.read(read, READ_BYTES); n >= 0; n = body.read(read, READ_BYTES)) {
        long now = System.nanoTime() - start;
        firstNanos = bytes == 0 ? now : firstNanos;
        bytes += n;
        while (nanosByMark.size() < FetchTimes.MARK_BYTES.size()
            && bytes >= FetchTimes.MARK_BYTES.get(nanosByMark.size())) {
          nanosByMark.add(now);
        }
        read.clear();
      }
      String source = String.valueOf(response.header(FugitiveSource.FIELD));
      return new FetchTimes(
          bytes, firstNanos, System.nanoTime() - start, nanosByMark, source.replace(" ", ""));
    }
  }

  private static NodeSettings settings(String[] arguments) {
    Set<PeerId> trusted = arguments.length > 3 ? Set.of(PeerId.parse(arguments[3])) : Set.of();
    return new NodeSettings(
        Identity.generate(),
        Optional.of(Path.of(arguments[0])),
        DISK_BYTES,
        MEMORY_BYTES,
        Optional.of(arguments[1]),
        List.of(),
        trusted,
        new SharingRules(TrustOrigins.parse(List.of(arguments[2])), List.of()),
        FetchPolicy.OFFLOAD,
        true,
        Optional.empty(),
        UPLOAD_SLOTS,
        TARGET_CONNECTIONS,
        MAX_CONNECTIONS);
  }
}
