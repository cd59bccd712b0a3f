package dev.fugitive.client.wire;

import dev.fugitive.client.peer.PeerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each message, at TRACE: direction, peer, bytes of the frame, type, fields.
 *
 * <pre>
 *   &lt;&lt; q83vASNF    45 OPEN           transfer=1 content=00112233445566aa/1048576
 *   &gt;&gt; q83vASNF 65923 CHUNKS         transfer=1 first=0 count=4 PLAIN proof=12 payload=65536
 * </pre>
 */
public final class FrameLog {
  private static final Logger LOG = LoggerFactory.getLogger(FrameLog.class);

  private FrameLog() {}

  /** A message came. */
  public static void received(PeerId peer, int frameBytes, PeerMessage message) {
    if (LOG.isTraceEnabled()) {
      LOG.trace(line("<<", peer, frameBytes, message));
    }
  }

  /** A message goes out. */
  public static void sent(PeerId peer, int frameBytes, PeerMessage message) {
    if (LOG.isTraceEnabled()) {
      LOG.trace(line(">>", peer, frameBytes, message));
    }
  }

  static String line(String direction, PeerId peer, int frameBytes, PeerMessage message) {
    return "%s %s %5d %-14s %s"
        .formatted(
            direction, peer.shortName(), frameBytes, MessageType.of(message), fields(message));
  }

  private static String fields(PeerMessage message) {
    return switch (message) {
      case PeerMessage.Hello m ->
          "version=%d agent=%s sharing=%s".formatted(m.version(), m.agent(), m.sharing());
      case PeerMessage.Bye m -> "reason=" + m.reason();
      case PeerMessage.Ping m -> "nonce=" + m.nonce();
      case PeerMessage.Pong m -> "nonce=" + m.nonce();
      case PeerMessage.Holdings m ->
          "generation=%d part=%d/%d hashes=%d bytes=%d"
              .formatted(
                  m.generation(), m.partIndex(), m.partCount(), m.hashCount(), m.bits().size());
      case PeerMessage.HoldingsDelta m ->
          "generation=%d positions=%d".formatted(m.generation(), m.positions().size());
      case PeerMessage.FindResource m ->
          "question=%d resource=%s".formatted(m.questionId(), shortHex(m.keyedResource().hex()));
      case PeerMessage.ResourceFound m ->
          "question=%d vouchers=%d".formatted(m.questionId(), m.vouchers().size());
      case PeerMessage.FindContent m ->
          "question=%d digest=%s:%s"
              .formatted(
                  m.questionId(),
                  m.digest().algorithm().sriName(),
                  shortHex(m.digest().value().hex()));
      case PeerMessage.ContentFound m ->
          "question=%d contents=%s".formatted(m.questionId(), m.contents());
      case PeerMessage.Open m -> "transfer=%d content=%s".formatted(m.transferId(), m.content());
      case PeerMessage.Have m ->
          "transfer=%d chunks=%d".formatted(m.transferId(), m.chunks().cardinality());
      case PeerMessage.Refuse m ->
          "transfer=%d %s retryAfterMillis=%d"
              .formatted(m.transferId(), m.reason(), m.retryAfterMillis());
      case PeerMessage.Request m -> range(m.transferId(), m.firstChunk(), m.chunkCount());
      case PeerMessage.Chunks m ->
          "%s %s proof=%d payload=%d"
              .formatted(
                  range(m.transferId(), m.firstChunk(), m.chunkCount()),
                  m.encoding(),
                  m.proof().size(),
                  m.payload().remaining());
      case PeerMessage.Cancel m -> range(m.transferId(), m.firstChunk(), m.chunkCount());
      case PeerMessage.Close m -> "transfer=" + m.transferId();
      case PeerMessage.Supports m -> "features=" + m.features();
      case PeerMessage.Nearby m -> "neighbour=%d %s".formatted(m.neighbour(), fields(m.part()));
      case PeerMessage.NearbyDelta m ->
          "neighbour=%d %s".formatted(m.neighbour(), fields(m.delta()));
      case PeerMessage.NearbyGone m -> "neighbour=" + m.neighbour();
      case PeerMessage.FindThrough m ->
          "question=%d neighbour=%d resource=%s"
              .formatted(m.questionId(), m.neighbour(), shortHex(m.keyedResource().hex()));
      case PeerMessage.OpenThrough m ->
          "transfer=%d content=%s".formatted(m.transferId(), m.content());
      case PeerMessage.CanReach m ->
          "transfer=%d holders=%s chunks=%d"
              .formatted(
                  m.transferId(),
                  m.holders().stream().map(PeerId::shortName).toList(),
                  m.chunks().cardinality());
      case PeerMessage.Forward m ->
          "to=%s signal=%d".formatted(m.to().shortName(), m.signal().size());
      case PeerMessage.Forwarded m ->
          "from=%s signal=%d".formatted(m.from().shortName(), m.signal().size());
      case PeerMessage.Order m -> "order=%d".formatted(m.order().size());
      case PeerMessage.Report m -> "report=%d".formatted(m.report().size());
      case PeerMessage.Members m ->
          "transfer=%d members=%d".formatted(m.transferId(), m.members().size());
      case PeerMessage.FindAndSend m ->
          "question=%d resource=%s transfer=%d chunks<=%d"
              .formatted(
                  m.questionId(), shortHex(m.keyedResource().hex()), m.transferId(), m.maxChunks());
      case PeerMessage.FoundAndSending m ->
          "question=%d transfer=%d content=%s"
              .formatted(m.questionId(), m.transferId(), m.content());
      case PeerMessage.ResourceComing m -> "question=" + m.questionId();
      case PeerMessage.Strand m -> "strand=%d signal=%d".formatted(m.number(), m.signal().size());
    };
  }

  private static String range(int transferId, int firstChunk, int chunkCount) {
    return "transfer=%d first=%d count=%d".formatted(transferId, firstChunk, chunkCount);
  }

  private static String shortHex(String hex) {
    return hex.substring(0, 16);
  }
}
