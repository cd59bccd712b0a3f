package dev.fugitive.client.mesh;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The bans of a {@link MeshCore} by the calendar: shown to anybody, and kept from one run to the
 * next where there is a file for them. The mesh's loop alone, but for what is marked otherwise.
 */
final class DatedBans {
  private final MeshCore core;
  private final MeshClock clock;
  private final Optional<BanKeeper> keeper;

  /** Written by the loop, read by anybody. */
  private volatile List<MeshStatus.Ban> shown = List.of();

  DatedBans(MeshCore core, MeshClock clock, Optional<BanKeeper> keeper) {
    this.core = core;
    this.clock = clock;
    this.keeper = keeper;
  }

  /** Tells the core what is kept of earlier runs. Before anybody is met. */
  void restore() {
    Instant now = clock.now();
    long nowNanos = clock.nanos();
    for (BanFile.Kept kept : keeper.map(file -> file.read(now)).orElse(List.of())) {
      core.restore(
          new BanList.Ban(
              kept.peer(),
              kept.reason(),
              kept.count(),
              nowNanos + now.until(kept.until(), ChronoUnit.NANOS),
              nowNanos + now.until(kept.forgotten(), ChronoUnit.NANOS)));
    }
    show();
  }

  /** Shows which bans run now. */
  void show() {
    Instant now = clock.now();
    long nowNanos = clock.nanos();
    shown =
        core.bans(nowNanos).stream()
            .map(ban ->
                new MeshStatus.Ban(
                    ban.peer(), ban.reason(), now.plusNanos(ban.untilNanos() - nowNanos)))
            .toList();
  }

  /** Bans have changed: shows them, and has them written soon. */
  void changed() {
    show();
    keeper.ifPresent(file -> file.keep(remembered()));
  }

  private List<BanFile.Kept> remembered() {
    Instant now = clock.now();
    long nowNanos = clock.nanos();
    return core.rememberedBans(nowNanos).stream()
        .map(ban ->
            new BanFile.Kept(
                ban.peer(),
                ban.reason(),
                ban.count(),
                now.plusNanos(ban.untilNanos() - nowNanos),
                now.plusNanos(ban.forgottenNanos() - nowNanos)))
        .toList();
  }

  /** Those that ran when it was looked at last. Any thread. */
  List<MeshStatus.Ban> shown() {
    return shown;
  }

  /** Writes what was not written yet; blocks. After the loop's end. */
  void write() {
    keeper.ifPresent(BanKeeper::write);
  }
}
