package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.signalling.Backoff;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Peers that are kept away, each until its ban expires. A ban is remembered for a while longer, so
 * that the next one for the same peer lasts twice as long. Not safe for use by several threads.
 */
final class BanList {
  /** The most peers remembered; the one banned the longest time ago is forgotten first. */
  static final int MAX_PEERS = 4096;

  private final Backoff durations;
  private final Map<PeerId, Ban> bans = new LinkedHashMap<>();

  BanList(Backoff durations) {
    this.durations = durations;
  }

  /** A peer's last ban. */
  record Ban(PeerId peer, String reason, int count, long untilNanos, long forgottenNanos) {}

  /** Bans a peer from now on; a ban that runs already is not made longer by another report. */
  void add(PeerId peer, String reason, long nowNanos) {
    Ban before = bans.get(peer);
    if (before != null && nowNanos < before.untilNanos) {
      return;
    }
    int count = before == null || nowNanos >= before.forgottenNanos ? 1 : before.count + 1;
    long lastsNanos = durations.delayNanos(count, 1);
    bans.remove(peer);
    bans.put(peer, new Ban(peer, reason, count, nowNanos + lastsNanos, nowNanos + 4 * lastsNanos));
    forget(nowNanos);
  }

  /** Keeps a peer away for this long, whatever it did before; it counts as its first ban. */
  void keepAway(PeerId peer, String reason, long lastsNanos, long nowNanos) {
    bans.remove(peer);
    bans.put(peer, new Ban(peer, reason, 1, nowNanos + lastsNanos, nowNanos + lastsNanos));
    forget(nowNanos);
  }

  /** Takes over a ban of an earlier run; those banned the longest time ago come first. */
  void restore(Ban ban) {
    bans.put(ban.peer, ban);
  }

  /** Those that are not forgotten yet, the one banned the longest time ago first. */
  List<Ban> remembered(long nowNanos) {
    return bans.values().stream().filter(ban -> nowNanos < ban.forgottenNanos).toList();
  }

  /** Forgets what a peer did. */
  void pardon(PeerId peer) {
    bans.remove(peer);
  }

  boolean isBanned(PeerId peer, long nowNanos) {
    Ban ban = bans.get(peer);
    return ban != null && nowNanos < ban.untilNanos;
  }

  /** Those that are banned now. */
  List<Ban> running(long nowNanos) {
    return bans.values().stream().filter(ban -> nowNanos < ban.untilNanos).toList();
  }

  private void forget(long nowNanos) {
    Iterator<Ban> oldestFirst = bans.values().iterator();
    while (oldestFirst.hasNext()) {
      Ban ban = oldestFirst.next();
      if (nowNanos >= ban.forgottenNanos || bans.size() > MAX_PEERS) {
        oldestFirst.remove();
      }
    }
  }
}
