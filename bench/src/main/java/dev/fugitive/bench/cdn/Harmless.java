package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Host;
import dev.fugitive.bench.lab.NodeOptions;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.NodeProcess.Via;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Shape;
import dev.fugitive.bench.lab.Stage;
import dev.fugitive.client.transfer.FetchPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Peers that are of no use must not cost anything. */
final class Harmless implements Profile {
  @Override
  public String name() {
    return "harmless";
  }

  @Override
  public String question() {
    return "What does it cost to have peers that are of no use: none has it, none answers, all are"
        + " slow?";
  }

  @Override
  public List<Scenario> scenarios(Scale scale) {
    List<Scenario> scenarios = new ArrayList<>();
    for (Peers peers : Peers.values()) {
      scenarios.add(
          new Useless(peers, scale.of(12, 3), scale.of(256L << 10, 64L << 10), scale.seed()));
    }
    return scenarios;
  }

  /** Why the peers are of no use. */
  private enum Peers {
    EMPTY("nobody has it"),
    BLACK_HOLES("all holders fall silent as the fetch begins"),
    SLOW("all holders send at 0.2 Mbit/s");

    private final String words;

    Peers(String words) {
      this.words = words;
    }
  }

  private record Useless(Peers peers, int files, long fileBytes, long seed) implements Scenario {
    private static final Side LATENCY = new Side("fugitive, latency policy", true);
    private static final int HOLDERS = 3;
    private static final long MEET_MILLIS = 20_000;

    @Override
    public Facts facts() {
      Map<String, String> setting = new LinkedHashMap<>();
      setting.put("content", files + " files of " + fileBytes / 1024 + " KiB, one after another");
      setting.put("peers", HOLDERS + ": " + peers.words);
      setting.put("links", "origin 100 Mbit/s, reader 50 down; RTT 30 ms to everybody");
      return new Facts(
          "harmless, " + peers.words + ", " + fileBytes / 1024 + " KiB",
          setting,
          Metric.MILLIS,
          files * fileBytes,
          OptionalDouble.empty(),
          "",
          List.of(
              "median within 1.02 and p99 within 1.10 of direct",
              "at most 2 % more bytes from the origin"),
          List.of("Direct is a plain OkHttpClient in the same JVM, its connection kept alive."));
    }

    @Override
    public Stage.Plan plan() {
      Shape reader = Shape.of(10, 50, 7.5, 150);
      Shape holder = Shape.of(peers == Peers.SLOW ? 0.2 : 20, 50, 7.5, 1000);
      List<Stage.Member> members = new ArrayList<>();
      members.add(new Stage.Member(new Host("reader", reader), NodeOptions.DEFAULT));
      members.add(
          new Stage.Member(
              new Host("hasty", reader), NodeOptions.DEFAULT.withPolicy(FetchPolicy.LATENCY)));
      for (int i = 1; i <= HOLDERS; i++) {
        members.add(new Stage.Member(new Host("h" + i, holder), NodeOptions.DEFAULT.vouching()));
      }
      return new Stage.Plan(Shape.of(100, 100, 7.5, 150), members, seed);
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.OKHTTP, Side.FUGITIVE, LATENCY);
    }

    @Override
    public void prepare(Stage stage) throws Exception {
      stage.meet(HOLDERS, MEET_MILLIS);
      for (Side side : sides()) {
        fetch(stage, side, serve(stage, "warm-" + name(side), 1));
      }
    }

    @Override
    public Round round(Stage stage, Side side, int number) throws Exception {
      List<Origin.Served> served = serve(stage, name(side) + "-" + number, number);
      if (peers != Peers.EMPTY && side.peers()) {
        for (NodeProcess node : stage.nodes()) {
          node.awaitPeers(HOLDERS, MEET_MILLIS).join();
        }
        Fetches.give(stage, holders(stage), false, served);
      }
      if (peers != Peers.BLACK_HOLES || !side.peers()) {
        return () -> fetch(stage, side, served);
      }
      return () -> {
        for (NodeProcess holder : holders(stage)) {
          holder.freeze(true);
        }
        try {
          return fetch(stage, side, served);
        } finally {
          for (NodeProcess holder : holders(stage)) {
            holder.freeze(false);
          }
        }
      };
    }

    private Outcome fetch(Stage stage, Side side, List<Origin.Served> served) throws Exception {
      NodeProcess node = stage.node(side.equals(LATENCY) ? "hasty" : "reader");
      Via via = side.peers() ? Via.NODE : Via.PLAIN;
      return Outcome.of(Fetches.each(node, via, stage, false, served, 1));
    }

    private List<Origin.Served> serve(Stage stage, String name, int number) throws Exception {
      return Fetches.serve(stage, name, Collections.nCopies(files, fileBytes), seed + number);
    }

    private static String name(Side side) {
      return side.name().replaceAll("[^a-zA-Z]+", "-");
    }

    private static List<NodeProcess> holders(Stage stage) {
      return stage.nodes().stream()
          .filter(node -> node.name().startsWith("h") && !node.name().equals("hasty"))
          .toList();
    }
  }
}
