package dev.fugitive.proxy.doctor;

import dev.fugitive.proxy.config.ByteSize;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Whether there are peers, and what each of them gives. */
public final class PeersCheck {
  static final String NAME = "peers";
  private static final int NAMED = 5;

  /**
   * A peer.
   *
   * @param roundTrip if it is known
   * @param bytesPerSecond what came from it lately, if anything did
   */
  public record Peer(
      String name, boolean open, Optional<Duration> roundTrip, OptionalLong bytesPerSecond) {}

  /**
   * What a running proxy says.
   *
   * @param whyNone why there can be none, if so
   */
  public record Facts(Optional<String> whyNone, List<Peer> peers, int banned, boolean sharing) {}

  private PeersCheck() {}

  /**
   * Judges it.
   *
   * @param facts empty where no proxy runs
   */
  public static Finding judge(Optional<Facts> facts) {
    if (facts.isEmpty()) {
      return Finding.skipped(NAME, "the proxy does not run");
    }
    Facts found = facts.get();
    if (found.whyNone().isPresent()) {
      return Finding.warning(NAME, "off: " + found.whyNone().get());
    }
    List<Peer> open = found.peers().stream().filter(Peer::open).toList();
    String sharing = found.sharing() ? "" : "; this node gives nothing to others";
    String banned = found.banned() == 0 ? "" : ", " + found.banned() + " kept away";
    if (open.isEmpty()) {
      int under = found.peers().size();
      return Finding.note(
          NAME,
          "none"
              + (under == 0 ? "" : ", " + under + " being connected to")
              + banned
              + ": nobody else is at this rendezvous, or none could be reached"
              + sharing);
    }
    return Finding.ok(
        NAME,
        open.size()
            + ": "
            + open.stream().limit(NAMED).map(PeersCheck::words).collect(Collectors.joining(", "))
            + (open.size() > NAMED ? " and others" : "")
            + banned
            + sharing);
  }

  private static String words(Peer peer) {
    String rate =
        peer.bytesPerSecond().isPresent()
            ? " " + ByteSize.format(peer.bytesPerSecond().getAsLong()) + "/s"
            : "";
    return peer.name() + peer.roundTrip().map(t -> " " + t.toMillis() + " ms").orElse("") + rate;
  }
}
