package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Fetched;
import dev.fugitive.bench.lab.Host;
import dev.fugitive.bench.lab.NodeOptions;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.NodeProcess.Via;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Shape;
import dev.fugitive.bench.lab.Stage;
import dev.fugitive.cache.store.Provenance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The holder is two hops away: a peer of the reader's peer. */
final class Tiers implements Profile {
  @Override
  public String name() {
    return "tiers";
  }

  @Override
  public String question() {
    return "The only holder is a peer of a peer: how fast are its bytes, passed on or fetched"
        + " directly after an introduction?";
  }

  @Override
  public List<Scenario> scenarios(Scale scale) {
    long bytes = scale.of(20_000_000L, 2_000_000L);
    return List.of(new TwoHops(false, bytes, scale.seed()), new TwoHops(true, bytes, scale.seed()));
  }

  private record TwoHops(boolean reachable, long bytes, long seed) implements Scenario {
    private static final double UP = 20;
    private static final int QUEUE_MILLIS = 150;
    private static final long MEET_MILLIS = 60_000;
    private static final long WARM_BYTES = 200_000;

    @Override
    public Facts facts() {
      Map<String, String> setting = new LinkedHashMap<>();
      setting.put("content", bytes / 1_000_000 + " MB of random bytes, another for each run");
      setting.put("links", "everybody 20 Mbit/s up and 50 down; RTT 30 ms");
      setting.put(
          "holder and reader", reachable ? "could reach each other" : "cannot reach each other");
      return new Facts(
          "tiers, "
              + (reachable ? "promotion possible" : "relay only")
              + ", "
              + bytes / 1_000_000
              + " MB",
          setting,
          Metric.MEGABITS,
          bytes,
          OptionalDouble.of(UP),
          "the slower hop's rate, headers included",
          List.of("0.8 of the slower hop's goodput; promotion under way within one second"),
          List.of(
              "The reader has one peer, the middle one, whose other peer is the holder. It trusts the"
                  + " holder's key.",
              "How much the middle one passed on, and after what time bytes had come from the"
                  + " holder itself, is with each run. Each begins without a link to the holder."));
    }

    @Override
    public boolean needsNamespaces() {
      return true;
    }

    @Override
    public Stage.Plan plan() {
      Shape shape = Shape.of(UP, 50, 7.5, QUEUE_MILLIS);
      return new Stage.Plan(
          shape,
          List.of(
              new Stage.Member(
                  new Host("holder", shape), NodeOptions.DEFAULT.vouching().withConnections(1, 3)),
              new Stage.Member(new Host("middle", shape), NodeOptions.DEFAULT),
              new Stage.Member(
                  new Host("reader", shape), NodeOptions.DEFAULT.withConnections(1, 3))),
          // until the mesh has formed, also where the reader may reach the holder later
          List.of(new Stage.Apart("holder", "reader"), new Stage.Apart("reader", "holder")),
          seed);
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.CURL, Side.FUGITIVE);
    }

    @Override
    public void prepare(Stage stage) throws Exception {
      stage.meet(1, MEET_MILLIS);
      stage.node("middle").awaitPeers(2, MEET_MILLIS).join();
      Origin.Served warm = stage.origin().serve("warm", WARM_BYTES, seed);
      Fetches.give(stage, List.of(stage.node("holder")), false, List.of(warm));
      Fetches.one(stage.node("reader"), Via.NODE, stage, false, warm);
      if (reachable) {
        stage.unblock();
      }
    }

    @Override
    public Round round(Stage stage, Side side, int number) throws Exception {
      String name = (side.peers() ? "peers-" : "direct-") + number;
      Origin.Served file = stage.origin().serve(name, bytes, seed + number);
      NodeProcess reader = stage.node("reader");
      if (!side.peers()) {
        return Direct.curls(stage, List.of(reader), file);
      }
      NodeProcess holder = stage.node("holder");
      // a link that the run before has made would leave one hop of the two
      reader.part(holder);
      Fetches.give(stage, List.of(holder), false, List.of(file));
      // what the holder has is known to the reader by way of the middle
      Fetches.news();
      return () -> fetch(reader, stage.origin().plain(file.path()), file);
    }

    private static Outcome fetch(NodeProcess reader, String url, Origin.Served file) {
      Fetched fetched = reader.fetch(Via.NODE, url).join();
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("relayed, MB", fetched.from(Provenance.TIER2) / 1e6);
      if (fetched.tier1Nanos() > 0) {
        figures.put("first bytes directly, ms", fetched.tier1Nanos() / 1e6);
      }
      return new Outcome(List.of(Sample.of(reader.name(), fetched, file.sha256())), figures);
    }
  }
}
