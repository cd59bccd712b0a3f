package dev.fugitive.client.transfer;

import java.util.List;
import java.util.SplittableRandom;

/** What happens to a crowd of any size, all of it drawn from a seed. */
enum CrowdScenario {
  /** All want it at one moment, and nobody has it. */
  FLASH {
    @Override
    void prepare(List<CrowdNode> nodes, SplittableRandom random) {}
  },

  /** All want it within ten seconds. */
  LATE {
    @Override
    void prepare(List<CrowdNode> nodes, SplittableRandom random) {
      nodes.forEach(node -> node.startsAt(random.nextInt(10_000)));
    }
  },

  /** All want it within five seconds; half go at some moment, and half of those come back. */
  CHURN {
    @Override
    void prepare(List<CrowdNode> nodes, SplittableRandom random) {
      for (CrowdNode node : nodes) {
        long start = random.nextInt(5_000);
        node.startsAt(start);
        if (random.nextBoolean()) {
          long goes = start + 500 + random.nextInt(10_000);
          node.vanishesAt(goes);
          if (random.nextBoolean()) {
            node.comesBackAt(goes + 1_000 + random.nextInt(5_000));
          }
        }
      }
    }
  },

  /** A third loses its power within ten seconds: their sessions end a while later. */
  POWER {
    @Override
    void prepare(List<CrowdNode> nodes, SplittableRandom random) {
      for (CrowdNode node : nodes) {
        if (random.nextInt(3) == 0) {
          node.losesPowerAt(1_000 + random.nextInt(9_000));
        }
      }
    }
  },

  /** A quarter says to have everything, and sends other bytes. */
  LIARS {
    @Override
    void prepare(List<CrowdNode> nodes, SplittableRandom random) {
      for (CrowdNode node : nodes) {
        if (random.nextInt(4) == 0) {
          node.lies();
        }
      }
    }
  },

  /** A tenth tells of members that do not exist, half of those of others with every message. */
  GHOSTS {
    @Override
    void prepare(List<CrowdNode> nodes, SplittableRandom random) {
      for (CrowdNode node : nodes) {
        if (random.nextInt(10) == 0) {
          node.invents(random.nextBoolean());
        }
      }
    }
  },

  /** A tenth stops to read from the origin after a second, and says nothing about that. */
  STUCK {
    @Override
    void prepare(List<CrowdNode> nodes, SplittableRandom random) {
      for (CrowdNode node : nodes) {
        if (random.nextInt(10) == 0) {
          node.isStuckAt(1_000);
        }
      }
    }
  };

  abstract void prepare(List<CrowdNode> nodes, SplittableRandom random);

  /** A crowd of the benchmark's profile: 10 Mbit/s up for each and the origin, 30 ms. */
  CrowdSimulation crowd(int nodes, int degree, int chunks, double originMegabits, long seed) {
    CrowdSimulation crowd = new CrowdSimulation(chunks, originMegabits, 30);
    if (degree + 1 >= nodes) {
      crowd.fullMesh(nodes, 10);
    } else {
      crowd.randomMesh(nodes, 10, degree, seed);
    }
    prepare(crowd.nodes(), new SplittableRandom(seed + 1));
    return crowd;
  }
}
