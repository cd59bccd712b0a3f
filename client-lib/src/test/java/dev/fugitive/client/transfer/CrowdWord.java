package dev.fugitive.client.transfer;

import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.Member;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node of a simulated crowd says about who is in it, true or invented, and what it costs.
 */
final class CrowdWord {
  private static final PeerCodec CODEC = new PeerCodec();

  private final int ordinal;
  private boolean invents;
  private boolean inventsNew;
  private int messages;
  private long bytes;

  CrowdWord(int ordinal) {
    this.ordinal = ordinal;
  }

  /**
   * It names members that do not exist.
   *
   * @param ever others with every message
   */
  void invents(boolean ever) {
    invents = true;
    inventsNew = ever;
  }

  /** What it says instead of what is true, counted as it travels. */
  List<Member> of(int transferId, List<Member> members) {
    List<Member> said = invents ? invented() : members;
    messages++;
    bytes += CODEC.encode(new PeerMessage.Members(transferId, said)).remaining();
    return said;
  }

  /** As many as may be told of, of less rank than anybody else, and all of them at work. */
  private List<Member> invented() {
    long first = inventsNew ? 100L * messages : 0;
    List<Member> ghosts = new ArrayList<>();
    for (int ghost = 0; ghost < WireLimits.MAX_MEMBERS; ghost++) {
      long rank = Long.MIN_VALUE + ((long) ordinal << 32) + first + ghost;
      ghosts.add(new Member(rank, 1, messages % 100));
    }
    return ghosts;
  }

  long bytes() {
    return bytes;
  }
}
