package dev.fugitive.client.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transport.Signal;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import okio.ByteString;
import org.junit.jupiter.api.Test;

final class SignedSignalTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ConnectionId CONNECTION = ConnectionId.random(new Random(1));

  private final Identity alice = Identity.generate();
  private final PeerId bob = Identity.generate().peerId();
  private final PeerId mallory = Identity.generate().peerId();

  @Test
  void aSignalIsFromWhoSignedItToWhomItWasSignedFor() {
    for (SignedSignal.Content content : contents()) {
      SignedSignal signal = SignedSignal.sign(alice, bob, CONNECTION, content, NOW);
      assertThat(signal.isFrom(alice.peerId(), bob)).isTrue();
      assertThat(signal.isFrom(mallory, bob)).isFalse();
      assertThat(signal.isFrom(alice.peerId(), mallory)).isFalse();
      assertThat(signal.isFrom(bob, alice.peerId())).isFalse();
    }
  }

  @Test
  void nothingOfASignalCanBeChangedOnItsWay() {
    for (SignedSignal.Content content : contents()) {
      SignedSignal s = SignedSignal.sign(alice, bob, CONNECTION, content, NOW);
      ConnectionId other = ConnectionId.random(new Random(2));
      assertForged(new SignedSignal(other, content, s.timeMillis(), s.signature()));
      assertForged(new SignedSignal(CONNECTION, content, s.timeMillis() + 1, s.signature()));
      assertForged(new SignedSignal(CONNECTION, content, s.timeMillis(), ByteString.EMPTY));
      for (SignedSignal.Content changed : contents()) {
        if (!changed.equals(content)) {
          assertForged(new SignedSignal(CONNECTION, changed, s.timeMillis(), s.signature()));
        }
      }
    }
  }

  @Test
  void aJoinProvesItsKeyForOneChallengeOnly() {
    Presence presence = new Presence(List.of(), 1);
    ByteString challenge = ByteString.encodeUtf8("a challenge");
    ClientMessage.Join join = ClientMessage.Join.prove(alice, presence, challenge);
    assertThat(join.proves(challenge)).isTrue();
    assertThat(join.proves(ByteString.encodeUtf8("another"))).isFalse();
    assertThat(new ClientMessage.Join(bob, presence, join.proof()).proves(challenge)).isFalse();
  }

  private void assertForged(SignedSignal signal) {
    assertThat(signal.isFrom(alice.peerId(), bob)).isFalse();
  }

  private static List<SignedSignal.Content> contents() {
    return List.of(
        link(new Signal.Description(Signal.Kind.OFFER, "a=fingerprint:sha-256 AA")),
        link(new Signal.Description(Signal.Kind.OFFER, "a=fingerprint:sha-256 AB")),
        link(new Signal.Description(Signal.Kind.ANSWER, "a=fingerprint:sha-256 AA")),
        link(new Signal.Candidate("0", 0, "candidate:1")),
        link(new Signal.Candidate("0", 1, "candidate:1")),
        link(new Signal.Candidate("1", 0, "candidate:1")),
        new SignedSignal.Content.Declined("candidate:1"));
  }

  private static SignedSignal.Content link(Signal signal) {
    return new SignedSignal.Content.OfLink(signal);
  }
}
