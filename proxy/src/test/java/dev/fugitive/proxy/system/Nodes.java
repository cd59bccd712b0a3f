package dev.fugitive.proxy.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the nodes of one test: all share, trust the origin, and meet at one rendezvous. */
final class Nodes {
  private final Path directory;
  private final String trustedOrigin;

  Nodes(Path directory, String trustedOrigin) {
    this.directory = directory;
    this.trustedOrigin = trustedOrigin;
  }

  /** The first node, with the rendezvous in its process. */
  NodeProcess start(String name) throws IOException {
    return start(name, "embedded", List.of());
  }

  /** A node that believes the first one. */
  NodeProcess start(String name, NodeProcess first) throws IOException, InterruptedException {
    return start(name, first.rendezvous(), first);
  }

  /** A node that believes another, and meets peers elsewhere. */
  NodeProcess start(String name, String rendezvous, NodeProcess believed)
      throws IOException, InterruptedException {
    return start(name, rendezvous, List.of(NodeProcess.key(believed.directory())));
  }

  NodeProcess start(String name, String rendezvous, List<String> trustedKeys) throws IOException {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("--share", "on"));
    options.addAll(List.of("--trust-origin", trustedOrigin));
    options.addAll(List.of("--rendezvous", rendezvous));
    trustedKeys.forEach(key -> options.addAll(List.of("--trust", key)));
    return NodeProcess.start(directory.resolve(name), options);
  }
}
