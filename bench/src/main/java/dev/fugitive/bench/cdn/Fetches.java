package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Fetched;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.NodeProcess.Via;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Fetches of one or several nodes, as profiles need them. */
final class Fetches {
  /** Until what a node has newly got is known to its peers. */
  private static final long NEWS_NANOS = 1_500_000_000L;

  private static final int GIVEN_AT_ONCE = 6;

  private Fetches() {}

  /** One file, by many nodes at one moment. */
  static List<Sample> together(List<NodeProcess> nodes, Via via, String url, Origin.Served file) {
    List<CompletableFuture<Fetched>> fetches =
        nodes.stream().map(node -> node.fetch(via, url)).toList();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      samples.add(Sample.of(nodes.get(i).name(), fetches.get(i).join(), file.sha256()));
    }
    return samples;
  }

  /** Many files by one node, so many at a time, in order. */
  static List<Sample> each(
      NodeProcess node, Via via, Stage stage, boolean secure, List<Origin.Served> files, int wide)
      throws Exception {
    List<Sample> samples = new ArrayList<>();
    try (ExecutorService lanes = Executors.newFixedThreadPool(wide)) {
      List<Future<Sample>> asked = new ArrayList<>();
      for (Origin.Served file : files) {
        Callable<Sample> one = () -> one(node, via, stage, secure, file);
        asked.add(lanes.submit(one));
      }
      for (Future<Sample> sample : asked) {
        samples.add(result(sample));
      }
    }
    return samples;
  }

  private static Sample result(Future<Sample> sample) throws Exception {
    try {
      return sample.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  static Sample one(NodeProcess node, Via via, Stage stage, boolean secure, Origin.Served file) {
    Origin origin = stage.origin();
    String url = secure ? origin.secure(file.path()) : origin.plain(file.path());
    return Sample.of(node.name(), node.fetch(via, url).join(), file.sha256());
  }

  /** Lets nodes have files, one node after the other, and waits until their peers know. */
  static void give(Stage stage, List<NodeProcess> nodes, boolean secure, List<Origin.Served> files)
      throws Exception {
    for (NodeProcess node : nodes) {
      for (Sample sample : each(node, Via.NODE, stage, secure, files, GIVEN_AT_ONCE)) {
        if (!sample.right()) {
          throw new IOException("a holder got " + sample);
        }
      }
    }
    news();
  }

  static void news() {
    LockSupport.parkNanos(NEWS_NANOS);
  }

  /** So many files of random bytes. */
  static List<Origin.Served> serve(Stage stage, String name, List<Long> lengths, long seed)
      throws IOException {
    List<Origin.Served> files = new ArrayList<>();
    for (int i = 0; i < lengths.size(); i++) {
      files.add(stage.origin().serve(name + "/" + i, lengths.get(i), seed * 1_000 + i));
    }
    return files;
  }
}
