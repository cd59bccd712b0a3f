package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Curl;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Stage;
import java.util.ArrayList;
import java.util.List;

/** Everybody wants the same new file at the same moment, and nobody has it. */
final class Crowd implements Profile {
  @Override
  public String name() {
    return "crowd";
  }

  @Override
  public String question() {
    return "Many ask for one new file at the same moment: when has the last one got it, and how"
        + " often did the origin send it?";
  }

  @Override
  public List<Scenario> scenarios(Scale scale) {
    List<Scenario> scenarios = new ArrayList<>();
    for (int nodes : scale.of(List.of(16, 32), List.of(4))) {
      scenarios.add(new Rush(new CrowdStage(nodes, 0, scale.of(8L << 20, 1L << 20), scale.seed())));
    }
    return scenarios;
  }

  private record Rush(CrowdStage crowd) implements Scenario {
    @Override
    public Facts facts() {
      return crowd.facts(
          "crowd, " + crowd.nodes() + " nodes",
          List.of("last finisher within 1.3 of the bound", "origin egress at most 1.10 copies"),
          List.of(
              "Others on the same lab with 16 nodes, measured at another time: WebTorrent over"
                  + " WebRTC 53.1 s and 6.9 copies; libtorrent over TCP 18.2 s and 3.3 copies, with"
                  + " super-seeding 19.3 s and 1.2 copies."));
    }

    @Override
    public Stage.Plan plan() {
      return crowd.plan();
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.CURL, Side.FUGITIVE);
    }

    @Override
    public void prepare(Stage stage) throws Exception {
      crowd.prepare(stage);
    }

    @Override
    public Round round(Stage stage, Side side, int number) throws Exception {
      Origin.Served file =
          crowd.serve(stage, (side.peers() ? "peers-" : "direct-") + number, number);
      if (side.peers()) {
        return () -> crowd.start(stage, file);
      }
      List<Curl> curls = crowd.curls(stage, stage.origin().plain(file.path()));
      return () -> Direct.curls(curls, crowd.crowd(stage), file);
    }
  }
}
