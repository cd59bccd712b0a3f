package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.Fetched;
import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.NodeProcess.Via;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** A crowd of which half is killed while it is under way. */
final class Churn implements Profile {
  @Override
  public String name() {
    return "churn";
  }

  @Override
  public String question() {
    return "Half of a crowd loses its power while all are fetching: do the others finish, and how"
        + " much later?";
  }

  @Override
  public List<Scenario> scenarios(Scale scale) {
    CrowdStage crowd =
        new CrowdStage(
            scale.of(12, 4), 0, scale.of(2L << 20, 1L << 20), scale.of(0.25, 1.0), scale.seed());
    return List.of(new HalfKilled(crowd));
  }

  private record HalfKilled(CrowdStage crowd) implements CrowdScenario {
    private static final Side KILLED = new Side("fugitive, half killed", true);

    /** When the bound's share has passed: in the middle of it for whoever is near the bound. */
    private static final double AFTER_SHARE = 0.6;

    private static final int WARM_AGAIN = 4;

    @Override
    public Facts facts() {
      return crowd.facts(
          "churn, " + crowd.nodes() + " nodes",
          List.of("all survivors finish, within 1.5 of the undisturbed time"),
          List.of(
              "Half of the nodes are killed (SIGKILL) when 0.6 of the bound has passed; figures are"
                  + " of the survivors alone, in all three ways of the same hosts."));
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.CURL, Side.FUGITIVE, KILLED);
    }

    @Override
    public Round round(Stage stage, Side side, int number) throws Exception {
      for (NodeProcess node : crowd.crowd(stage)) {
        node.awaitPeers(crowd.enough(), CrowdStage.MEET_MILLIS).join();
      }
      Round all = CrowdScenario.super.round(stage, side, number);
      return side.equals(KILLED) ? all : () -> survivors(all.run());
    }

    @Override
    public Round withPeers(Stage stage, Side side, Origin.Served file) throws Exception {
      return side.equals(KILLED)
          ? () -> killed(stage, file)
          : CrowdScenario.super.withPeers(stage, side, file);
    }

    private Outcome killed(Stage stage, Origin.Served file) throws Exception {
      String url = stage.origin().plain(file.path());
      List<NodeProcess> nodes = crowd.crowd(stage);
      List<NodeProcess> doomed = nodes.subList(nodes.size() / 2, nodes.size());
      List<CompletableFuture<Fetched>> fetches = new ArrayList<>();
      for (NodeProcess node : nodes) {
        fetches.add(node.fetch(Via.NODE, url));
      }
      LockSupport.parkNanos((long) (crowd.boundSeconds() * AFTER_SHARE * 1e9));
      doomed.forEach(NodeProcess::kill);
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < nodes.size() - doomed.size(); i++) {
        samples.add(Sample.of(nodes.get(i).name(), fetches.get(i).join(), file.sha256()));
      }
      long done = 0;
      for (int i = nodes.size() - doomed.size(); i < nodes.size(); i++) {
        done += fetches.get(i).isDone() && !fetches.get(i).isCompletedExceptionally() ? 1 : 0;
      }
      return new Outcome(samples, Map.of("killed after they were done", (double) done));
    }

    @Override
    public void tidy(Stage stage, Side side) throws Exception {
      if (side.equals(KILLED)) {
        List<NodeProcess> nodes = crowd.crowd(stage);
        for (NodeProcess node : nodes.subList(nodes.size() / 2, nodes.size())) {
          stage.restart(node.name());
        }
        crowd.warmUp(stage, WARM_AGAIN);
      }
    }

    private Outcome survivors(Outcome all) {
      return new Outcome(all.samples().subList(0, all.samples().size() / 2), all.figures());
    }
  }
}
