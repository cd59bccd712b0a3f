package dev.fugitive.client.signalling;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.Statement;
import dev.fugitive.client.transport.Signal;
import java.time.Instant;
import okio.ByteString;

/**
 * What one peer says to another about a link that is not open yet, signed with its identity key.
 *
 * <p>The signature covers both peers, the connection, the time and the whole content; for a session
 * description that includes the fingerprint of the certificate that the link's encryption must
 * present. So whoever carries a signal can drop it, delay it or repeat it, and nothing else.
 */
public record SignedSignal(
    ConnectionId connection, Content content, long timeMillis, ByteString signature) {
  /** The longest session description in UTF-8 bytes. */
  public static final int MAX_DESCRIPTION_BYTES = 16 * 1024;

  /** The longest candidate in UTF-8 bytes. */
  public static final int MAX_CANDIDATE_BYTES = 1024;

  /** The longest name of a media section in UTF-8 bytes. */
  public static final int MAX_MID_BYTES = 64;

  /** The longest reason in UTF-8 bytes. */
  public static final int MAX_REASON_BYTES = 256;

  private static final String LABEL = "fugitive-signal-1";

  /** What is said. */
  public sealed interface Content {
    /** Something that a link's other end needs. */
    record OfLink(Signal signal) implements Content {}

    /** The sender will not go on with this connection. */
    record Declined(String reason) implements Content {}
  }

  public static SignedSignal sign(
      Identity from, PeerId to, ConnectionId connection, Content content, Instant now) {
    long timeMillis = now.toEpochMilli();
    ByteString statement = statement(from.peerId(), to, connection, content, timeMillis);
    return new SignedSignal(connection, content, timeMillis, from.sign(statement));
  }

  /** Whether {@code from} signed just this, for {@code to}. */
  public boolean isFrom(PeerId from, PeerId to) {
    return Identity.verify(from, statement(from, to, connection, content, timeMillis), signature);
  }

  private static ByteString statement(
      PeerId from, PeerId to, ConnectionId connection, Content content, long timeMillis) {
    Statement statement =
        new Statement(LABEL).with(from).with(to).with(connection.bytes()).with(timeMillis);
    return switch (content) {
      case Content.OfLink(Signal.Description description) ->
          statement
              .with(description.kind() == Signal.Kind.OFFER ? "offer" : "answer")
              .with(description.text())
              .bytes();
      case Content.OfLink(Signal.Candidate(String mid, int lineIndex, String text)) ->
          statement.with("candidate").with(mid).with(lineIndex).with(text).bytes();
      case Content.Declined(String reason) -> statement.with("declined").with(reason).bytes();
    };
  }
}
