package dev.fugitive.client.fetch;

import dev.fugitive.client.lan.LanScope;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.transport.webrtc.IceServer;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.client.trust.TrustOrigins;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a node is made with. A program starts from {@link #inMemory()} and says what it wants
 * otherwise:
 *
 * <pre>{@code
 * NodeSettings.inMemory()
 *     .withRendezvous("wss://rendezvous.example")
 *     .withTrusted(PeerId.parse("ed25519:..."))
 *     .withCacheDirectory(Path.of("cache"), 10L << 30)
 * }</pre>
 *
 * <p>Every value is checked where it is set; what is wrong is an {@link IllegalArgumentException}
 * that names the value and what was expected.
 *
 * @param identity the node's key pair
 * @param cacheDirectory where contents and representations are kept; empty for memory alone
 * @param diskLimitBytes what all of the cache directory may take; without one it is ignored
 * @param memoryLimitBytes what bodies may take in memory
 * @param rendezvous the server that introduces peers ({@code ws:} or {@code wss:}); empty for none
 * @param iceServers STUN and TURN servers: {@code stun:HOST[:PORT]}, {@code
 *     turn:USER:PASSWORD@HOST[:PORT]}
 * @param trusted keys whose vouchers are believed; the node's own always is
 * @param rules which origins are trusted beyond the rules, and which are kept apart
 * @param policy when the origin takes part in what peers could give
 * @param uploads what this node gives to peers; receiving works either way
 * @param trustFile the user's list of more trusted keys, which may change while the node runs
 * @param monthAccount the file that keeps what was given in each month; empty where that is to be
 *     forgotten with the node
 * @param banFile the file that keeps which peers are kept away; empty where that is to be forgotten
 *     with the node
 * @param targetConnections how many tier-1 peers are aimed at
 * @param maxConnections how many are never exceeded
 * @param lan on which networks nodes find each other without a rendezvous; empty for none
 */
public record NodeSettings(
    Identity identity,
    Optional<Path> cacheDirectory,
    long diskLimitBytes,
    long memoryLimitBytes,
    Optional<String> rendezvous,
    List<String> iceServers,
    Set<PeerId> trusted,
    SharingRules rules,
    FetchPolicy policy,
    UploadPolicy uploads,
    Optional<Path> monthAccount,
    Optional<Path> trustFile,
    Optional<Path> banFile,
    int targetConnections,
    int maxConnections,
    Optional<LanScope> lan) {
  private static final long MEBIBYTE = 1024 * 1024;

  /** The least that a cache of memory alone, or a cache directory, can work with. */
  private static final long MIN_LIMIT_BYTES = MEBIBYTE;

  /** Checks every value, and copies the collections. */
  public NodeSettings {
    iceServers = List.copyOf(iceServers);
    trusted = Set.copyOf(trusted);
    iceServers.forEach(IceServer::parse);
    rendezvous.ifPresent(url ->
        check(
            url.startsWith("ws://") || url.startsWith("wss://"),
            "rendezvous",
            url,
            "ws://HOST:PORT or wss://HOST:PORT"));
    boolean inMemory = cacheDirectory.isEmpty();
    check(
        inMemory ? diskLimitBytes >= 0 : diskLimitBytes >= MIN_LIMIT_BYTES,
        "disk limit",
        diskLimitBytes,
        "at least " + MIN_LIMIT_BYTES + " bytes");
    check(
        memoryLimitBytes >= (inMemory ? MIN_LIMIT_BYTES : 0),
        "memory limit",
        memoryLimitBytes,
        "at least " + (inMemory ? MIN_LIMIT_BYTES : 0) + " bytes");
    check(targetConnections >= 0, "target connections", targetConnections, "at least 0");
    check(
        maxConnections >= targetConnections,
        "maximum of connections",
        maxConnections,
        "at least the target, " + targetConnections);
  }

  /**
   * For a machine that is there to give, if it gives: at any time, and as much as is asked for.
   *
   * @param identity see {@link #identity}
   * @param cacheDirectory see {@link #cacheDirectory}
   * @param diskLimitBytes see {@link #diskLimitBytes}
   * @param memoryLimitBytes see {@link #memoryLimitBytes}
   * @param rendezvous see {@link #rendezvous}
   * @param iceServers see {@link #iceServers}
   * @param trusted see {@link #trusted}
   * @param rules see {@link #rules}
   * @param policy see {@link #policy}
   * @param sharing whether it gives
   * @param uploadLimitBytesPerSecond for all uploads together; empty for no limit
   * @param uploadSlots transfers that are served at once
   * @param targetConnections see {@link #targetConnections}
   * @param maxConnections see {@link #maxConnections}
   */
  public NodeSettings(
      Identity identity,
      Optional<Path> cacheDirectory,
      long diskLimitBytes,
      long memoryLimitBytes,
      Optional<String> rendezvous,
      List<String> iceServers,
      Set<PeerId> trusted,
      SharingRules rules,
      FetchPolicy policy,
      boolean sharing,
      Optional<Long> uploadLimitBytesPerSecond,
      int uploadSlots,
      int targetConnections,
      int maxConnections) {
    this(
        identity,
        cacheDirectory,
        diskLimitBytes,
        memoryLimitBytes,
        rendezvous,
        iceServers,
        trusted,
        rules,
        policy,
        UploadPolicy.UNLIMITED
            .withSharing(sharing)
            .withRate(uploadLimitBytesPerSecond)
            .withSlots(uploadSlots),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        targetConnections,
        maxConnections,
        Optional.empty());
  }

  /**
   * Keeps everything in memory, at most 64 MiB, under a new identity; receives from peers and gives
   * nothing; meets nobody before a rendezvous is set; asks peers first; aims at 8 connections and
   * never has more than 12.
   *
   * @return settings to start from
   */
  public static NodeSettings inMemory() {
    return defaults(Identity.generate());
  }

  /**
   * As {@link #inMemory()}, for a node that keeps its identity.
   *
   * @param identity its key pair
   * @return settings to start from
   */
  public static NodeSettings defaults(Identity identity) {
    return new NodeSettings(
        identity,
        Optional.empty(),
        0,
        64 * MEBIBYTE,
        Optional.empty(),
        List.of(),
        Set.of(),
        SharingRules.DEFAULT,
        FetchPolicy.OFFLOAD,
        UploadPolicy.OFF,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        8,
        12,
        Optional.empty());
  }

  /**
   * With another key pair.
   *
   * @param keys by which peers know the node, and others trust it
   * @return a copy, so changed
   */
  public NodeSettings withIdentity(Identity keys) {
    return with(changed -> changed.identity = keys);
  }

  /**
   * Keeps contents on disk as well, so that they outlive the node.
   *
   * @param directory made where it is not there
   * @param limitBytes what all of the directory may take, at least 1 MiB
   * @return a copy, so changed
   */
  public NodeSettings withCacheDirectory(Path directory, long limitBytes) {
    return with(changed -> {
      changed.cacheDirectory = Optional.of(directory);
      changed.diskLimitBytes = limitBytes;
    });
  }

  /**
   * With another limit for bodies in memory.
   *
   * @param limitBytes at least 1 MiB where there is no cache directory
   * @return a copy, so changed
   */
  public NodeSettings withMemoryLimit(long limitBytes) {
    return with(changed -> changed.memoryLimitBytes = limitBytes);
  }

  /**
   * Meets peers there.
   *
   * @param url {@code ws://HOST:PORT} or {@code wss://HOST:PORT}
   * @return a copy, so changed
   */
  public NodeSettings withRendezvous(String url) {
    return with(changed -> changed.rendezvous = Optional.of(url));
  }

  /**
   * Finds its own addresses, or a relay, with these instead: see {@link #iceServers}.
   *
   * @param urls in place of those that were named before
   * @return a copy, so changed
   */
  public NodeSettings withIceServers(String... urls) {
    return with(changed -> changed.iceServers = List.of(urls));
  }

  /**
   * Believes what these keys vouch for, besides those that were believed before.
   *
   * @param keys each as {@code fugitive key} prints it, read by {@link PeerId#parse}
   * @return a copy, so changed
   */
  public NodeSettings withTrusted(PeerId... keys) {
    Set<PeerId> all = new HashSet<>(trusted);
    all.addAll(Arrays.asList(keys));
    return with(changed -> changed.trusted = all);
  }

  /**
   * Takes answers of these origins from peers, and gives and vouches for them, although they come
   * over plain HTTP or from a private address: an office's own mirror, a lab.
   *
   * @param origins each {@code HOST[:PORT]}, in place of those that were named before
   * @return a copy, so changed
   */
  public NodeSettings withTrustedOrigins(String... origins) {
    return withRules(new SharingRules(TrustOrigins.parse(List.of(origins)), rules.excludedHosts()));
  }

  /**
   * With other rules about origins.
   *
   * @param others in place of the present ones
   * @return a copy, so changed
   */
  public NodeSettings withRules(SharingRules others) {
    return with(changed -> changed.rules = others);
  }

  /**
   * With another answer to when the origin takes part.
   *
   * @param other in place of the present one
   * @return a copy, so changed
   */
  public NodeSettings withPolicy(FetchPolicy other) {
    return with(changed -> changed.policy = other);
  }

  /**
   * Believes also the keys in this list, which its user may change while the node runs; see {@link
   * dev.fugitive.client.evidence.TrustFile}.
   *
   * @param file the list
   * @return a copy, so changed
   */
  public NodeSettings withTrustFile(Path file) {
    return with(changed -> changed.trustFile = Optional.of(file));
  }

  /**
   * Gives to peers what this allows.
   *
   * @param allowed whether, how fast, how much, when
   * @return a copy, so changed
   */
  public NodeSettings withUploads(UploadPolicy allowed) {
    return with(changed -> changed.uploads = allowed);
  }

  /**
   * Keeps there what was given in each month, so that a monthly limit outlives the node.
   *
   * @param file written by the node; its directory must be there
   * @return a copy, so changed
   */
  public NodeSettings withMonthAccount(Path file) {
    return with(changed -> changed.monthAccount = Optional.of(file));
  }

  /**
   * Keeps there which peers are kept away, why and until when, so that bans outlive the node.
   *
   * @param file written by the node, for its owner alone; directories on the way are made
   * @return a copy, so changed
   */
  public NodeSettings withBanFile(Path file) {
    return with(changed -> changed.banFile = Optional.of(file));
  }

  /**
   * Gives to peers, or does not. A program asks its user first.
   *
   * @param on whether it gives
   * @return a copy, so changed
   */
  public NodeSettings withSharing(boolean on) {
    return withUploads(uploads.withSharing(on));
  }

  /**
   * Whether this node gives to peers.
   *
   * @return what {@link #uploads} says
   */
  public boolean sharing() {
    return uploads.sharing();
  }

  /**
   * Gives no faster than that, all uploads together.
   *
   * @param bytesPerSecond at least {@link UploadPolicy#MIN_RATE_BYTES_PER_SECOND}
   * @return a copy, so changed
   */
  public NodeSettings withUploadLimit(long bytesPerSecond) {
    return withUploads(uploads.withRate(Optional.of(bytesPerSecond)));
  }

  /**
   * Serves so many transfers at once, at least 1.
   *
   * @param slots transfers at once
   * @return a copy, so changed
   */
  public NodeSettings withUploadSlots(int slots) {
    return withUploads(uploads.withSlots(slots));
  }

  /**
   * Passes on at once so many contents that it does not hold itself; 0 for none.
   *
   * @param slots transfers at once
   * @return a copy, so changed
   */
  public NodeSettings withRelaySlots(int slots) {
    return withUploads(uploads.withRelaySlots(slots));
  }

  /**
   * Aims at so many tier-1 peers, and never has more than the maximum.
   *
   * @param target how many are aimed at
   * @param maximum how many are never exceeded
   * @return a copy, so changed
   */
  public NodeSettings withConnections(int target, int maximum) {
    return with(changed -> {
      changed.targetConnections = target;
      changed.maxConnections = maximum;
    });
  }

  /**
   * Makes itself known on these networks, and finds other nodes there.
   *
   * @param scope which networks
   * @return a copy, so changed
   */
  public NodeSettings withLan(LanScope scope) {
    return with(changed -> changed.lan = Optional.of(scope));
  }

  private NodeSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  private static void check(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }

  /** The same values, while one or two of them are changed. */
  private static final class Draft {
    private Identity identity;
    private Optional<Path> cacheDirectory;
    private long diskLimitBytes;
    private long memoryLimitBytes;
    private Optional<String> rendezvous;
    private List<String> iceServers;
    private Set<PeerId> trusted;
    private SharingRules rules;
    private FetchPolicy policy;
    private UploadPolicy uploads;
    private Optional<Path> monthAccount;
    private Optional<Path> trustFile;
    private Optional<Path> banFile;
    private int targetConnections;
    private int maxConnections;
    private Optional<LanScope> lan;

    Draft(NodeSettings from) {
      identity = from.identity;
      cacheDirectory = from.cacheDirectory;
      diskLimitBytes = from.diskLimitBytes;
      memoryLimitBytes = from.memoryLimitBytes;
      rendezvous = from.rendezvous;
      iceServers = from.iceServers;
      trusted = from.trusted;
      rules = from.rules;
      policy = from.policy;
      uploads = from.uploads;
      monthAccount = from.monthAccount;
      trustFile = from.trustFile;
      banFile = from.banFile;
      targetConnections = from.targetConnections;
      maxConnections = from.maxConnections;
      lan = from.lan;
    }

    NodeSettings settings() {
      return new NodeSettings(
          identity,
          cacheDirectory,
          diskLimitBytes,
          memoryLimitBytes,
          rendezvous,
          iceServers,
          trusted,
          rules,
          policy,
          uploads,
          monthAccount,
          trustFile,
          banFile,
          targetConnections,
          maxConnections,
          lan);
    }
  }
}
