package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Curl;
import dev.fugitive.bench.lab.Fetched;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Fetches without peers. */
final class Direct {
  private Direct() {}

  /** Lets curls go all at once, one for each node's host. */
  static Outcome curls(List<Curl> curls, List<NodeProcess> nodes, Origin.Served file)
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
