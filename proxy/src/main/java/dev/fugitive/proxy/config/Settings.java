package dev.fugitive.proxy.config;

import dev.fugitive.client.lan.LanScope;
import dev.fugitive.client.limits.DeviceClass;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.TrustOrigins;
import dev.fugitive.proxy.decrypt.DecryptHosts;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything the user chose, checked.
 *
 * @param share empty while the user has not been asked
 * @param uploads what may be given to peers; nothing while the user has not been asked
 * @param trustFile the list of more trusted keys, which may change while the program runs
 * @param fixed what was given by flag, environment or file, and so holds again at the next start,
 *     whatever is chosen while the program runs
 * @param accessLog whether a line is written for each fetch
 */
public record Settings(
    InetSocketAddress listen,
    Path cacheDir,
    long cacheSizeBytes,
    long memorySizeBytes,
    Rendezvous rendezvous,
    Optional<Boolean> share,
    UploadPolicy uploads,
    DeviceClass deviceClass,
    Connections connections,
    Set<Setting> fixed,
    Lan lan,
    Set<PeerId> mirrorCommanders,
    Optional<InetSocketAddress> mirrorListen,
    Set<PeerId> trust,
    TrustOrigins trustOrigins,
    FetchPolicy policy,
    List<String> iceServers,
    DecryptHosts decrypt,
    boolean accessLog,
    Path stateDir,
    Path trustFile) {

  /** Where peers find each other. */
  public sealed interface Rendezvous {
    /** A server in this process. */
    record Embedded() implements Rendezvous {}

    /** A server elsewhere. */
    record At(URI url) implements Rendezvous {}

    /** No peers. */
    record None() implements Rendezvous {}
  }

  /**
   * How many peers to be linked to.
   *
   * @param target aimed at
   * @param maximum never exceeded
   */
  public record Connections(int target, int maximum) {}

  /** Whether nodes on one network find each other. */
  public sealed interface Lan {
    /** As the user answered about sharing: who has not said yes is announced to nobody. */
    record AsShared() implements Lan {}

    /** On these networks. */
    record On(LanScope scope) implements Lan {}

    /** On none. */
    record Off() implements Lan {}
  }

  /** On which networks this node makes itself known. */
  public Optional<LanScope> lanScope() {
    return switch (lan) {
      case Lan.On(LanScope scope) -> Optional.of(scope);
      case Lan.Off off -> Optional.empty();
      case Lan.AsShared asShared ->
          share.filter(Boolean::booleanValue).map(yes -> LanScope.PRIVATE_NETWORKS);
    };
  }

  public Settings {
    fixed = Set.copyOf(fixed);
    mirrorCommanders = Set.copyOf(mirrorCommanders);
    trust = Set.copyOf(trust);
    iceServers = List.copyOf(iceServers);
  }

  /** These settings with the user's answer about sharing. */
  public Settings withShare(boolean answer) {
    return new Settings(
        listen,
        cacheDir,
        cacheSizeBytes,
        memorySizeBytes,
        rendezvous,
        Optional.of(answer),
        uploads.withSharing(answer),
        deviceClass,
        connections,
        fixed,
        lan,
        mirrorCommanders,
        mirrorListen,
        trust,
        trustOrigins,
        policy,
        iceServers,
        decrypt,
        accessLog,
        stateDir,
        trustFile);
  }
}
