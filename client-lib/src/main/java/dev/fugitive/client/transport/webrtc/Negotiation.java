package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Signal;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end's way from nothing to a data channel: descriptions, then candidates as they are found
 * (JSEP, RFC 9429). Its methods are called on the generation's native thread; the callbacks of the
 * native side only hand over.
 */
final class Negotiation {
  static final String LABEL = "fugitive";

  private static final Logger LOG = LoggerFactory.getLogger(Negotiation.class);

  private final Generation generation;
  private final WebRtcLink link;
  private final LinkMailbox mailbox;
  private final Tether tether;

  /** Candidates that came before the description they belong to; the link bounds their number. */
  private final List<Signal.Candidate> early = new ArrayList<>();

  private @Nullable RTCPeerConnection connection;
  private boolean remoteDescribed;
  private boolean answered;

  Negotiation(Generation generation, WebRtcLink link, LinkMailbox mailbox) {
    this.generation = generation;
    this.link = link;
    this.mailbox = mailbox;
    this.tether = new Tether(this, link, mailbox);
  }

  void offer() {
    RTCPeerConnection made = connect();
    RTCDataChannelInit reliable = new RTCDataChannelInit();
    reliable.ordered = true;
    link.adopt(made.createDataChannel(LABEL, reliable));
    made.createOffer(new RTCOfferOptions(), new CreatedEvents(tether));
  }

  void answer(Signal.Description offer) {
    setRemote(connect(), offer, new DescribedEvents(tether, "offer", Negotiation::offerTaken));
  }

  void signal(Signal fromRemote) {
    switch (fromRemote) {
      case Signal.Description answer -> takeAnswer(answer);
      case Signal.Candidate candidate when remoteDescribed -> add(candidate);
      case Signal.Candidate candidate -> early.add(candidate);
    }
  }

  /** Tells where the packets go, soon, on a native thread. */
  void askRemoteAddress(Consumer<Optional<InetAddress>> told) {
    RTCPeerConnection asked = connection;
    if (asked != null) {
      asked.getStats(report -> told.accept(SelectedPair.remoteAddress(report)));
    }
  }

  Tether tether() {
    return tether;
  }

  /** Closes the connection and forgets it. */
  void release() {
    RTCPeerConnection done = connection;
    connection = null;
    if (done != null) {
      ForgottenReference forgotten = ForgottenReference.of(done);
      NativeCalls.quietly("close connection", done::close);
      if (forgotten != null) {
        NativeCalls.quietly("release connection", forgotten::release);
      }
    }
  }

  private RTCPeerConnection connect() {
    RTCPeerConnection made = generation.connect(new ConnectionEvents(tether));
    connection = made;
    return made;
  }

  private void offerTaken() {
    RTCPeerConnection on = connection;
    if (on != null) {
      addEarly();
      on.createAnswer(new RTCAnswerOptions(), new CreatedEvents(tether));
    }
  }

  private void takeAnswer(Signal.Description answer) {
    RTCPeerConnection on = connection;
    if (on == null) {
      return;
    }
    if (answer.kind() != Signal.Kind.ANSWER || answered) {
      link.fail("description refused: " + answer.kind() + " (expected: one ANSWER)");
      return;
    }
    answered = true;
    setRemote(on, answer, new DescribedEvents(tether, "answer", Negotiation::addEarly));
  }

  /** The description goes out before it is set, since setting it brings forth candidates. */
  void describe(RTCSessionDescription local) {
    RTCPeerConnection on = connection;
    if (on != null) {
      mailbox.signal(
          new Signal.Description(
              local.sdpType == RTCSdpType.OFFER ? Signal.Kind.OFFER : Signal.Kind.ANSWER,
              local.sdp));
      on.setLocalDescription(
          local, new DescribedEvents(tether, "own description", Negotiation::ownTaken));
    }
  }

  /** Candidates may be on their way already; nothing waits for this. */
  private void ownTaken() {}

  private void addEarly() {
    remoteDescribed = true;
    early.forEach(this::add);
    early.clear();
  }

  private void add(Signal.Candidate candidate) {
    RTCPeerConnection to = connection;
    if (to == null) {
      return;
    }
    if (!RemoteCandidates.isTried(candidate.text())) {
      LOG.debug("candidate not tried: {}", candidate);
      return;
    }
    try {
      to.addIceCandidate(
          new RTCIceCandidate(candidate.mid(), candidate.lineIndex(), candidate.text()));
    } catch (RuntimeException | Error e) {
      LOG.debug("candidate refused: {}", candidate, e);
    }
  }

  private static void setRemote(
      RTCPeerConnection on, Signal.Description remote, DescribedEvents described) {
    var type = remote.kind() == Signal.Kind.OFFER ? RTCSdpType.OFFER : RTCSdpType.ANSWER;
    try {
      on.setRemoteDescription(
          new RTCSessionDescription(type, RemoteCandidates.tried(remote.text())), described);
    } catch (RuntimeException | Error e) {
      described.onFailure(String.valueOf(e.getMessage()));
    }
  }
}
