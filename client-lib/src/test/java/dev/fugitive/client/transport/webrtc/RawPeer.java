package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.Transport;
import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A peer that offers a data channel and then does what a well-behaved one never would. */
final class RawPeer implements AutoCloseable {
  private final HeadlessAudioDeviceModule audio = new HeadlessAudioDeviceModule();
  private final PeerConnectionFactory factory = new PeerConnectionFactory(audio);
  private final ExecutorService nativeThread = Executors.newSingleThreadExecutor();
  private final CompletableFuture<Link> answering = new CompletableFuture<>();
  private final CompletableFuture<Void> open = new CompletableFuture<>();
  private final RTCPeerConnection connection;
  private final RTCDataChannel channel;

  RawPeer(String label, Transport transport, LinkListener listener) throws Exception {
    connection =
        factory.createPeerConnection(
            new RTCConfiguration(),
            new PeerConnectionObserver() {
              @Override
              public void onIceCandidate(RTCIceCandidate local) {
                var unused =
                    answering.thenAccept(link ->
                        link.signal(
                            new Signal.Candidate(local.sdpMid, local.sdpMLineIndex, local.sdp)));
              }
            });
    channel = connection.createDataChannel(label, new RTCDataChannelInit());
    channel.registerObserver(new Opening());
    CompletableFuture<RTCSessionDescription> offer = new CompletableFuture<>();
    connection.createOffer(new RTCOfferOptions(), new Created(offer));
    RTCSessionDescription local = offer.get(10, TimeUnit.SECONDS);
    connection.setLocalDescription(local, new Ignored());
    answering.complete(
        transport.answer(
            new Signal.Description(Signal.Kind.OFFER, local.sdp), new Carrying(listener)));
  }

  /** Opens one more data channel. */
  void openChannel(String label) {
    connection.createDataChannel(label, new RTCDataChannelInit());
  }

  void send(int lengthBytes, boolean binary) throws Exception {
    open.get(10, TimeUnit.SECONDS);
    channel.send(new RTCDataChannelBuffer(ByteBuffer.allocateDirect(lengthBytes), binary));
  }

  @Override
  public void close() {
    nativeThread.shutdown();
    channel.unregisterObserver();
    ForgottenReference forgotten = ForgottenReference.of(connection);
    connection.close();
    if (forgotten != null) {
      forgotten.release();
    }
    NativeCalls.quietly("dispose channel", channel::dispose);
    factory.dispose();
    audio.dispose();
  }

  private void take(Signal signal) {
    switch (signal) {
      case Signal.Description answer ->
          connection.setRemoteDescription(
              new RTCSessionDescription(RTCSdpType.ANSWER, answer.text()), new Ignored());
      case Signal.Candidate candidate ->
          connection.addIceCandidate(
              new RTCIceCandidate(candidate.mid(), candidate.lineIndex(), candidate.text()));
    }
  }

  private final class Carrying implements LinkListener {
    private final LinkListener listener;

    Carrying(LinkListener listener) {
      this.listener = listener;
    }

    @Override
    public void onSignal(Signal local) {
      listener.onSignal(local);
      nativeThread.execute(() -> take(local));
    }

    @Override
    public void onOpen() {
      listener.onOpen();
    }

    @Override
    public void onFrame(ByteBuffer frame) {
      listener.onFrame(frame);
    }

    @Override
    public void onClosed(String reason) {
      listener.onClosed(reason);
    }
  }

  private final class Opening implements RTCDataChannelObserver {
    @Override
    public void onBufferedAmountChange(long previousAmount) {}

    @Override
    public void onStateChange() {
      if (channel.getState() == RTCDataChannelState.OPEN) {
        open.complete(null);
      }
    }

    @Override
    public void onMessage(RTCDataChannelBuffer message) {}
  }

  private record Created(CompletableFuture<RTCSessionDescription> made)
      implements CreateSessionDescriptionObserver {
    @Override
    public void onSuccess(RTCSessionDescription description) {
      made.complete(description);
    }

    @Override
    public void onFailure(String error) {
      made.completeExceptionally(new IllegalStateException(error));
    }
  }

  private static final class Ignored implements SetSessionDescriptionObserver {
    @Override
    public void onSuccess() {}

    @Override
    public void onFailure(String error) {}
  }
}
