package dev.fugitive.bench.lab;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.fetch.PeerStatus;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.mesh.MeshStatus;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.FetchPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * One node of the lab as a process, with a plain OkHttpClient beside it for comparison. It is told
 * what to do by lines on its standard input, each answered by one line when it is done; several may
 * be under way. {@link NodeProcess} is the other end.
 *
 * <pre>
 * says at its start:      ready KEY
 * get ID VIA URL RANGE    got ID …          see Fetched; VIA is node, plain or cold; RANGE is - or FROM-TO
 * peers ID COUNT MILLIS   got ID OPEN       when so many are connected, or the time is over
 * part ID KEY             got ID OPEN       the link to this peer is closed, and may be made again
 * stat ID                 got ID …          open peers, bans, uploaded bytes
 * </pre>
 */
final class LabNode {
  static final String READY = "ready ";
  static final String GOT = "got ";

  private static final long DISK_BYTES = 8L << 30;
  private static final long MEMORY_BYTES = 24L << 20;
  private static final int READ_BYTES = 64 * 1024;
  private static final int KEPT_BYTES = 16 << 20;
  private static final long POLL_NANOS = 20_000_000;

  /** For a farewell and the link's end. */
  private static final Duration PARTING = Duration.ofSeconds(10);

  private final FugitiveNode node;
  private final Summaries summaries;
  private final OkHttpClient plain;
  private final @Nullable Path certificate;

  private LabNode(
      FugitiveNode node, Summaries summaries, OkHttpClient plain, @Nullable Path certificate) {
    this.node = node;
    this.summaries = summaries;
    this.plain = plain;
    this.certificate = certificate;
  }

  public static void main(String[] arguments) throws IOException {
    Map<String, String> settings = read(arguments);
    String named = settings.getOrDefault("certificate", "");
    Path certificate = named.isEmpty() ? null : Path.of(named);
    Summaries summaries = new Summaries();
    OkHttpClient base = LabClients.trusting(certificate);
    FugitiveNode node = FugitiveNode.start(settings(settings), summaries, base);
    LabNode lab = new LabNode(node, summaries, LabClients.trusting(certificate), certificate);
    say(READY + node.peerId());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String command = line;
      Thread.ofVirtual().name("command").start(() -> lab.perform(command.split(" ", -1)));
    }
    // live connections may crash the JVM on its way out, and nothing here is worth keeping
    Runtime.getRuntime().halt(0);
  }

  /** Arguments, each {@code name=value}. */
  static Map<String, String> read(String[] arguments) {
    Map<String, String> said = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      said.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    return said;
  }

  private static NodeSettings settings(Map<String, String> said) throws IOException {
    NodeSettings settings =
        NodeSettings.defaults(Identity.loadOrCreate(Path.of(value(said, "identity"))))
            .withCacheDirectory(Path.of(value(said, "directory")), DISK_BYTES)
            .withMemoryLimit(MEMORY_BYTES)
            .withRendezvous(value(said, "rendezvous"))
            .withTrustedOrigins(value(said, "origins").split(",", -1))
            .withPolicy(FetchPolicy.valueOf(value(said, "policy")))
            // a host of the lab reaches the others through a TUN device, which looks like a VPN
            .withUploads(UploadPolicy.UNLIMITED)
            .withSharing(Boolean.parseBoolean(value(said, "sharing")))
            .withUploadSlots(Integer.parseInt(value(said, "slots")))
            .withConnections(
                Integer.parseInt(value(said, "target")), Integer.parseInt(value(said, "max")));
    long upload = Long.parseLong(value(said, "upload"));
    PeerId[] trusted =
        Arrays.stream(value(said, "trust").split(",", -1))
            .filter(key -> !key.isEmpty())
            .map(PeerId::parse)
            .toArray(PeerId[]::new);
    NodeSettings trusting = settings.withTrusted(trusted);
    return upload > 0 ? trusting.withUploadLimit(upload) : trusting;
  }

  static String value(Map<String, String> said, String name) {
    String value = said.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + ": none (expected: " + name + "=VALUE)");
    }
    return value;
  }

  private void perform(String[] words) {
    String id = words[1];
    String answer =
        switch (words[0]) {
          case "get" -> get(words[2], words[3], words[4]).line();
          case "peers" -> Long.toString(peers(Long.parseLong(words[2]), Long.parseLong(words[3])));
          case "part" -> Long.toString(part(PeerId.parse(words[2])));
          case "stat" -> stat();
          default -> "unknown_command";
        };
    say(GOT + id + " " + answer);
  }

  private Fetched get(String via, String url, String range) {
    Request.Builder request = new Request.Builder().url(url);
    if (!range.equals(Fetched.NONE)) {
      request.header("Range", "bytes=" + range);
    }
    long start = System.nanoTime();
    try {
      Call.Factory calls =
          switch (via) {
            case "node" -> node.asSent();
            case "cold" -> LabClients.trusting(certificate);
            default -> plain;
          };
      Fetched fetched = read(calls.newCall(request.build()), start);
      return via.equals("node") ? withSource(fetched, url, start) : fetched;
    } catch (IOException | RuntimeException e) {
      return Fetched.failed(System.nanoTime() - start, String.valueOf(e));
    }
  }

  /** The digest of what is short is taken at its end, so that it costs no CPU meanwhile. */
  private static Fetched read(Call call, long start) throws IOException {
    MessageDigest digest = Origin.sha256();
    long firstNanos = 0;
    long count = 0;
    try (Response response = call.execute()) {
      BufferedSource body = response.body().source();
      Buffer read = new Buffer();
      for (long n = body.read(read, READ_BYTES); n >= 0; n = body.read(read, READ_BYTES)) {
        long now = System.nanoTime() - start;
        firstNanos = count == 0 ? now : firstNanos;
        count += n;
        if (read.size() > KEPT_BYTES) {
          digest(read, digest);
        }
      }
      long nanos = System.nanoTime() - start;
      digest(read, digest);
      String sha256 = HexFormat.of().formatHex(digest.digest());
      return new Fetched(
          response.code(), count, firstNanos, nanos, 0, sha256, Fetched.NONE, Fetched.NONE);
    }
  }

  private static void digest(Buffer read, MessageDigest digest) {
    byte[] bytes = new byte[READ_BYTES];
    for (int got = read.read(bytes); got > 0; got = read.read(bytes)) {
      digest.update(bytes, 0, got);
    }
  }

  private Fetched withSource(Fetched fetched, String url, long start) {
    Summaries.Seen seen = summaries.take(HttpUrl.get(url).toString());
    if (seen == null) {
      return fetched;
    }
    return new Fetched(
        fetched.status(),
        fetched.bytes(),
        fetched.firstNanos(),
        fetched.nanos(),
        seen.tier1AtNanos().map(at -> at - start).orElse(0L),
        fetched.sha256(),
        seen.summary().source().toString().replace(" ", ""),
        fetched.error());
  }

  private long peers(long wanted, long millis) {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (openPeers() < wanted && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    return openPeers();
  }

  private long part(PeerId peer) {
    node.ban(peer, "parted by the lab", PARTING);
    long deadline = System.nanoTime() + PARTING.toNanos();
    while (isLinked(peer) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    node.pardon(peer);
    return openPeers();
  }

  private boolean isLinked(PeerId peer) {
    return node.status().peers() instanceof PeerStatus.On on
        && on.mesh().peers().stream().anyMatch(link -> link.id().equals(peer));
  }

  private long openPeers() {
    return node.status().peers() instanceof PeerStatus.On on
        ? on.mesh().peers().stream().filter(p -> p.state() == MeshStatus.State.OPEN).count()
        : 0;
  }

  private String stat() {
    return switch (node.status().peers()) {
      case PeerStatus.Off off -> "0 0 0";
      case PeerStatus.On on ->
          openPeers() + " " + on.mesh().bans().size() + " " + on.uploads().plainBytes();
    };
  }

  static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
    }
  }
}
