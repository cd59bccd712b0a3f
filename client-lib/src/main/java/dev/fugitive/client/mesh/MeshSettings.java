package dev.fugitive.client.mesh;

import dev.fugitive.client.signalling.Backoff;
import dev.fugitive.client.wire.PeerMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How many links a mesh aims at, how patient it is, and how it greets.
 *
 * @param targetConnections how many links we open ourselves
 * @param maxConnections how many peers we are ever linked to, or about to be
 * @param maxInboxBytes what may wait to be handled from one peer
 * @param maxStrands how many further associations carry bulk, of all sessions together
 * @param banFile keeps bans from one run to the next; empty where they end with the mesh
 */
public record MeshSettings(
    int targetConnections,
    int maxConnections,
    int maxInboxBytes,
    int maxStrands,
    Timing timing,
    PeerMessage.Hello hello,
    Optional<Path> banFile) {
  private static final int INBOX_BYTES = 16 * 1024 * 1024;

  /** Four links have all that they may have. */
  private static final int STRANDS = 4 * (Strands.MAX_CARRIERS - 1);

  public MeshSettings {
    if (targetConnections < 0 || maxConnections < targetConnections) {
      throw new IllegalArgumentException(
          "connections: target "
              + targetConnections
              + ", maximum "
              + maxConnections
              + " (expected: 0 <= target <= maximum)");
    }
  }

  /** For a laptop: aims at 8 links, has at most 12. */
  public static MeshSettings of(PeerMessage.Hello hello) {
    return new MeshSettings(8, 12, INBOX_BYTES, STRANDS, Timing.DEFAULT, hello, Optional.empty());
  }

  public MeshSettings withConnections(int target, int maximum) {
    return new MeshSettings(target, maximum, maxInboxBytes, maxStrands, timing, hello, banFile);
  }

  public MeshSettings withBanFile(Optional<Path> changed) {
    return new MeshSettings(
        targetConnections, maxConnections, maxInboxBytes, maxStrands, timing, hello, changed);
  }

  public MeshSettings withMaxStrands(int changed) {
    return new MeshSettings(
        targetConnections, maxConnections, maxInboxBytes, changed, timing, hello, banFile);
  }

  /**
   * How patient a mesh is.
   *
   * @param answerTimeout from an offer to its answer
   * @param connectTimeout from an offer to the other side's Hello
   * @param checkInterval between looks at the whole mesh
   * @param announceInterval the least time between two announcements to the rendezvous
   * @param pingInterval after which a peer that says nothing is asked
   * @param silenceLimit after which a peer that says nothing is given up
   * @param drainLimit for how long a replaced link may still be used
   * @param offerInterval the least time between two offers of one peer that we answer
   * @param idleBeforeEviction for how long a peer must have given and taken nothing to be replaced
   * @param ageBeforeEviction for how long a peer is safe after it came
   * @param retry how long to wait before trying a peer again
   * @param ban how long a peer that lied is kept away
   */
  public record Timing(
      Duration answerTimeout,
      Duration connectTimeout,
      Duration checkInterval,
      Duration announceInterval,
      Duration pingInterval,
      Duration silenceLimit,
      Duration drainLimit,
      Duration offerInterval,
      Duration idleBeforeEviction,
      Duration ageBeforeEviction,
      Backoff retry,
      Backoff ban) {
    public static final Timing DEFAULT =
        new Timing(
            Duration.ofMillis(3_500),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5)),
            new Backoff(Duration.ofMinutes(2), Duration.ofHours(24)));
  }
}
