package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Curl;
import dev.fugitive.bench.lab.Fetched;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Fetches without peers. */
final class Direct {
  private Direct() {}

  /** Curls on the hosts of these nodes that wait to fetch a file, and then go all at once. */
  static Scenario.Round curls(Stage stage, List<NodeProcess> nodes, Origin.Served file)
      throws IOException {
    String url = stage.origin().plain(file.path());
    List<Curl> curls = new ArrayList<>();
    for (NodeProcess node : nodes) {
      curls.add(stage.curl(node.name(), url));
    }
    return () -> go(curls, nodes, file);
  }

  private static Outcome go(List<Curl> curls, List<NodeProcess> nodes, Origin.Served file)
      throws IOException {
    List<CompletableFuture<Fetched>> fetches = curls.stream().map(Curl::go).toList();
    CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new)).join();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < curls.size(); i++) {
      Fetched fetched = curls.get(i).digested(fetches.get(i).join());
      samples.add(Sample.of(nodes.get(i).name(), fetched, file.sha256()));
      curls.get(i).close();
    }
    return Outcome.of(samples);
  }
}
