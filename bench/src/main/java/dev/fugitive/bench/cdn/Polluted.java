package dev.fugitive.bench.cdn;

import dev.fugitive.bench.lab.NodeProcess;
import dev.fugitive.bench.lab.Origin;
import dev.fugitive.bench.lab.Stage;
import java.util.List;
import java.util.Map;

/** A crowd with liars in it: they claim to have everything, and send garbage. */
final class Polluted implements Profile {
  @Override
  public String name() {
    return "polluted";
  }

  @Override
  public String question() {
    return "A quarter of the peers claims to have the file and sends false bytes: does anybody get"
        + " them, and what do they cost?";
  }

  @Override
  public List<Scenario> scenarios(Scale scale) {
    CrowdStage crowd =
        new CrowdStage(
            scale.of(12, 3),
            scale.of(4, 1),
            scale.of(2L << 20, 1L << 20),
            scale.of(0.25, 1.0),
            scale.seed());
    return List.of(new WithLiars(crowd));
  }

  private record WithLiars(CrowdStage crowd) implements CrowdScenario {
    private static final Side LIED_TO = new Side("fugitive, liars lie", true);

    @Override
    public Facts facts() {
      return crowd.facts(
          "polluted, " + crowd.nodes() + " nodes and " + crowd.liars() + " liars",
          List.of(
              "within 1.1 of the undisturbed time",
              "no wrong byte, at most one wasted chunk a liar"),
          List.of(
              "A liar announces the content as a holder of all of it, and answers every request"
                  + " with a frame of the right shape whose bytes are wrong. Undisturbed, the liars"
                  + " are there and announce nothing. A banned liar comes back under a new key for the next run."));
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.CURL, Side.FUGITIVE, LIED_TO);
    }

    @Override
    public Round withPeers(Stage stage, Side side, Origin.Served file) throws Exception {
      if (!side.equals(LIED_TO)) {
        return CrowdScenario.super.withPeers(stage, side, file);
      }
      for (NodeProcess liar : crowd.liars(stage)) {
        liar.claim(file.root(), file.lengthBytes());
      }
      Fetches.news();
      return () -> {
        long bansBefore = bans(stage);
        Outcome outcome = crowd.start(stage, file);
        long lies =
            crowd.liars(stage).stream().mapToLong(liar -> liar.status().uploadedBytes()).sum();
        return new Outcome(
            outcome.samples(),
            Map.of("bans", (double) (bans(stage) - bansBefore), "false KiB sent", lies / 1024.0));
      };
    }

    @Override
    public void tidy(Stage stage, Side side) throws Exception {
      if (side.equals(LIED_TO)) {
        for (NodeProcess liar : crowd.liars(stage)) {
          stage.restart(liar.name());
        }
        stage.meet(crowd.enough(), CrowdStage.MEET_MILLIS);
      }
    }

    private long bans(Stage stage) {
      return crowd.crowd(stage).stream().mapToLong(node -> node.status().bans()).sum();
    }
  }
}
