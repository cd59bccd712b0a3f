package dev.fugitive.client.transfer;

import org.jspecify.annotations.Nullable;

/** The range that a node of a simulated crowd reads from the origin. */
final class CrowdRange {
  private static final int NONE = -1;

  private final CrowdSimulation crowd;
  private final CrowdNode node;
  private int range = NONE;
  private boolean stuck;

  CrowdRange(CrowdSimulation crowd, CrowdNode node) {
    this.crowd = crowd;
    this.node = node;
  }

  /** From now on nothing more comes. */
  void getStuck() {
    stuck = true;
  }

  void cancel() {
    range = NONE;
    crowd.origin().forget(this);
  }

  /** Reads a range for a core. */
  void read(SwarmAction.OpenOrigin open, SwarmCore by) {
    range = open.rangeId();
    if (stuck) {
      return;
    }
    crowd
        .clock()
        .after(
            2 * crowd.oneWayNanos() + crowd.stallNanos(),
            () -> {
              if (isReading(open, by)) {
                readOn(open, by, crowd.originIgnoresRanges() ? 0 : open.fromChunk());
              }
            });
  }

  private boolean isReading(SwarmAction.OpenOrigin open, SwarmCore by) {
    return isFor(open, by) && !stuck;
  }

  private boolean isFor(SwarmAction.OpenOrigin open, @Nullable SwarmCore by) {
    return range == open.rangeId() && node.core() == by;
  }

  /** TCP keeps a few chunks under way; what was sent when the range is cancelled is lost. */
  private void readOn(SwarmAction.OpenOrigin open, SwarmCore by, int chunk) {
    if (crowd.originIgnoresRanges() && open.fromChunk() > 0 && chunk == 0) {
      node.tell(new SwarmEvent.OriginIgnoresRanges());
      if (!isReading(open, by)) {
        return;
      }
    }
    boolean last = chunk + 1 == open.untilChunk();
    crowd
        .origin()
        .send(
            this,
            chunk,
            () -> {
              crowd.noteOriginChunk();
              if (!last && isReading(open, by)) {
                readOn(open, by, chunk + 1);
              }
            },
            () -> node.late(() -> came(open, by, chunk, last)));
  }

  private void came(SwarmAction.OpenOrigin open, SwarmCore by, int chunk, boolean last) {
    if (!isFor(open, by)) {
      return;
    }
    if (chunk >= open.fromChunk()) {
      node.keep(
          new SwarmEvent.OriginArrived(open.rangeId(), chunk, 1), crowd.content().genuine(chunk));
    }
    if (last && range == open.rangeId()) {
      range = NONE;
      node.tell(new SwarmEvent.OriginEnded(open.rangeId()));
    }
  }
}
