package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Signal;
import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.util.ArrayList;
import java.util.List;
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

  private static final Logger log = LoggerFactory.getLogger(Negotiation.class);

  private final Generation generation;
  private final WebRtcLink link;
  private final LinkMailbox mailbox;

  /** Candidates that came before the description they belong to; the link bounds their number. */
  private final List<Signal.Candidate> early = new ArrayList<>();

  private @Nullable RTCPeerConnection connection;
  private boolean remoteDescribed;
  private boolean answered;

  Negotiation(Generation generation, WebRtcLink link, LinkMailbox mailbox) {
    this.generation = generation;
    this.link = link;
    this.mailbox = mailbox;
  }

  void offer() {
    RTCPeerConnection made = connect();
    RTCDataChannelInit reliable = new RTCDataChannelInit();
    reliable.ordered = true;
    link.adopt(made.createDataChannel(LABEL, reliable));
    made.createOffer(new RTCOfferOptions(), new Created(this::describe));
  }

  void answer(Signal.Description offer) {
    setRemote(connect(), offer, new Described("offer", this::offerTaken));
  }

  void signal(Signal fromRemote) {
    switch (fromRemote) {
      case Signal.Description answer -> takeAnswer(answer);
      case Signal.Candidate candidate when remoteDescribed -> add(candidate);
      case Signal.Candidate candidate -> early.add(candidate);
    }
  }

  /** Closes the connection and forgets it. */
  void release() {
    RTCPeerConnection done = connection;
    connection = null;
    if (done != null) {
      NativeCalls.quietly("close connection", done::close);
    }
  }

  private RTCPeerConnection connect() {
    RTCPeerConnection made = generation.connect(new ConnectionEvents());
    connection = made;
    return made;
  }

  private void offerTaken() {
    RTCPeerConnection on = connection;
    if (on != null) {
      addEarly();
      on.createAnswer(new RTCAnswerOptions(), new Created(this::describe));
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
    setRemote(on, answer, new Described("answer", this::addEarly));
  }

  /** The description goes out before it is set, since setting it brings forth candidates. */
  private void describe(RTCSessionDescription local) {
    RTCPeerConnection on = connection;
    if (on != null) {
      mailbox.signal(
          new Signal.Description(
              local.sdpType == RTCSdpType.OFFER ? Signal.Kind.OFFER : Signal.Kind.ANSWER,
              local.sdp));
      on.setLocalDescription(local, new Described("own description", () -> {}));
    }
  }

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
    try {
      to.addIceCandidate(
          new RTCIceCandidate(candidate.mid(), candidate.lineIndex(), candidate.text()));
    } catch (RuntimeException | Error e) {
      log.debug("candidate refused: {}", candidate, e);
    }
  }

  private static void setRemote(
      RTCPeerConnection on, Signal.Description remote, Described described) {
    var type = remote.kind() == Signal.Kind.OFFER ? RTCSdpType.OFFER : RTCSdpType.ANSWER;
    try {
      on.setRemoteDescription(new RTCSessionDescription(type, remote.text()), described);
    } catch (RuntimeException | Error e) {
      described.onFailure(String.valueOf(e.getMessage()));
    }
  }

  /** What the native connection calls, on its signalling thread. */
  private final class ConnectionEvents implements PeerConnectionObserver {
    @Override
    public void onIceCandidate(RTCIceCandidate local) {
      mailbox.signal(new Signal.Candidate(local.sdpMid, local.sdpMLineIndex, local.sdp));
    }

    @Override
    public void onDataChannel(RTCDataChannel opened) {
      generation.execute(() -> link.adopt(opened));
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
      if (state == RTCPeerConnectionState.FAILED) {
        link.fail("connection failed");
      }
    }
  }

  /** A description was created. */
  private final class Created implements CreateSessionDescriptionObserver {
    private final Consumer<RTCSessionDescription> next;

    Created(Consumer<RTCSessionDescription> next) {
      this.next = next;
    }

    @Override
    public void onSuccess(RTCSessionDescription description) {
      link.onNativeThread(() -> next.accept(description));
    }

    @Override
    public void onFailure(String error) {
      link.fail("no description: " + error);
    }
  }

  /** A description was set. */
  private final class Described implements SetSessionDescriptionObserver {
    private final String what;
    private final Runnable next;

    Described(String what, Runnable next) {
      this.what = what;
      this.next = next;
    }

    @Override
    public void onSuccess() {
      link.onNativeThread(next);
    }

    @Override
    public void onFailure(String error) {
      link.fail(what + " refused: " + error);
    }
  }
}
