package dev.fugitive.client.fetch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.OkHttpClient;

/**
 * The ways into a node: its own fetch path, and those with the settings of programs' own clients.
 * Safe for use by any number of threads.
 */
final class NodePaths {
  /** Clients with an interceptor of ours whose paths are kept ready. */
  private static final int MAX_PROGRAMS = 16;

  private final NodeNetwork network;
  private final Function<WayToOrigins, FetchPath.Built> builder;
  private final FetchPath.Built own;

  /** Paths with the settings of programs' own clients. */
  private final Cache<ClientSettings, OkHttpClient> programs =
      Caffeine.newBuilder().maximumSize(MAX_PROGRAMS).build();

  /**
   * @param builder makes a path that goes this way to origins
   */
  NodePaths(NodeNetwork network, Function<WayToOrigins, FetchPath.Built> builder) {
    this.network = network;
    this.builder = builder;
    this.own = builder.apply(network.toOrigins());
  }

  /** The bare path of the node itself. */
  Call.Factory own() {
    return own.path();
  }

  /** Who plans in the node's own path what peers do; nobody where peers are off. */
  Optional<PeerPlanner> planner() {
    return own.planner();
  }

  /** The node's own path as programs use it. */
  OkHttpClient forPrograms() {
    return network.base().forPrograms(own.path());
  }

  /** The path for programs whose own clients have these settings. */
  Call.Factory forPrograms(ClientSettings settings) {
    return programs.get(
        settings,
        wanted -> {
          BaseClient program = network.baseWith(wanted);
          return program.forPrograms(builder.apply(network.toOrigins(program)).path());
        });
  }
}
