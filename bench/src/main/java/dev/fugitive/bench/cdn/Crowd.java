package dev.fugitive.bench.cdn;

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
    if (scale.small()) {
      return List.of(new Rush("crowd, 4 nodes", new CrowdStage(4, 0, 1L << 20, 1, scale.seed())));
    }
    return List.of(
        new Rush("crowd, 16 nodes", new CrowdStage(16, 0, 8L << 20, 1, scale.seed())),
        new Rush("crowd, 32 nodes", new CrowdStage(32, 0, 8L << 20, 1, scale.seed())),
        new Rush("crowd, half of it, 16 nodes", new CrowdStage(16, 0, 4L << 20, 0.5, scale.seed())),
        new Rush("crowd, a quarter, 16 nodes", new CrowdStage(16, 0, 2L << 20, 0.25, scale.seed())),
        new Rush(
            "crowd, an eighth, 16 nodes", new CrowdStage(16, 0, 2L << 20, 0.125, scale.seed())),
        new Rush("crowd, a quarter, 32 nodes", new CrowdStage(32, 0, 2L << 20, 0.25, scale.seed())),
        new Rush(
            "crowd, an eighth, 32 nodes", new CrowdStage(32, 0, 1L << 20, 0.125, scale.seed())));
  }

  private record Rush(String title, CrowdStage crowd) implements CrowdScenario {
    @Override
    public Facts facts() {
      return crowd.facts(
          title,
          List.of("last finisher within 1.3 of the bound", "origin egress at most 1.10 copies"),
          List.of(
              "Sixteen nodes with 10 Mbit/s up pass 160 Mbit/s through one machine, 32 twice that. With"
                  + " a part of the rates the bound is the same for as small a part of the content,"
                  + " and the machine is not what is measured.",
              "Others on the same lab with 16 nodes, measured at another time: WebTorrent over"
                  + " WebRTC 53.1 s and 6.9 copies; libtorrent over TCP 18.2 s and 3.3 copies, with"
                  + " super-seeding 19.3 s and 1.2 copies."));
    }

    @Override
    public List<Side> sides() {
      return List.of(Side.CURL, Side.FUGITIVE);
    }
  }
}
