package dev.fugitive.client.routing;

import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.WireLimits;
import java.util.ArrayList;
import java.util.List;
import okio.ByteString;

/** A filter, or what changed in it, as the messages that tell it. */
final class FilterMessages {
  private FilterMessages() {}

  /** The whole filter, in parts. */
  static List<PeerMessage> whole(int generation, HoldingsFilter filter) {
    ByteString bits = filter.toBytes();
    int step = WireLimits.FILTER_PART_BYTES;
    int partCount = (bits.size() + step - 1) / step;
    List<PeerMessage> messages = new ArrayList<>();
    for (int part = 0; part < partCount; part++) {
      ByteString bytes = bits.substring(part * step, Math.min((part + 1) * step, bits.size()));
      messages.add(
          new PeerMessage.Holdings(
              generation, part, partCount, filter.salt(), filter.hashCount(), bytes));
    }
    return messages;
  }

  /** The bits that were set since a place in the generation's log. */
  static List<PeerMessage> deltas(int generation, List<Integer> log, int from) {
    List<PeerMessage> messages = new ArrayList<>();
    int step = WireLimits.MAX_DELTA_POSITIONS;
    for (int i = from; i < log.size(); i += step) {
      List<Integer> positions = log.subList(i, Math.min(i + step, log.size()));
      messages.add(new PeerMessage.HoldingsDelta(generation, positions));
    }
    return messages;
  }
}
