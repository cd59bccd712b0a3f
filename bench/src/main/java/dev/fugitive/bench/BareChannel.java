package dev.fugitive.bench;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A data channel with nothing of ours around it: the ceiling that everything else is measured
 * against. The thread that makes it makes all its calls.
 */
final class BareChannel {
  private static final long PATIENCE_SECONDS = 30;
  private static final long MAX_BUFFERED_BYTES = 1024 * 1024;
  private static final long POLL_NANOS = 500_000;

  private final CompletableFuture<Void> gathered = new CompletableFuture<>();
  private final CompletableFuture<Void> open = new CompletableFuture<>();
  private final CompletableFuture<RTCDataChannel> channel = new CompletableFuture<>();
  private final IntConsumer onMessageBytes;
  private final RTCPeerConnection connection;
  private long sinceLookBytes;

  private BareChannel(IntConsumer onMessageBytes) {
    this.onMessageBytes = onMessageBytes;
    connection =
        new PeerConnectionFactory(new HeadlessAudioDeviceModule())
            .createPeerConnection(new RTCConfiguration(), new Connection());
  }

  static BareChannel offering(boolean ordered) throws Exception {
    BareChannel made = new BareChannel(lengthBytes -> {});
    RTCDataChannelInit init = new RTCDataChannelInit();
    init.ordered = ordered;
    RTCDataChannel dataChannel = made.connection.createDataChannel("bench", init);
    made.channel.complete(dataChannel);
    made.observe(dataChannel);
    CompletableFuture<RTCSessionDescription> offer = new CompletableFuture<>();
    made.connection.createOffer(new RTCOfferOptions(), new Created(offer));
    made.describe(await(offer));
    return made;
  }

  static BareChannel answering(String offer, IntConsumer onMessageBytes) throws Exception {
    BareChannel made = new BareChannel(onMessageBytes);
    made.takeRemote(RTCSdpType.OFFER, offer);
    CompletableFuture<RTCSessionDescription> answer = new CompletableFuture<>();
    made.connection.createAnswer(new RTCAnswerOptions(), new Created(answer));
    made.describe(await(answer));
    return made;
  }

  /** The description with all candidates in it. */
  String description() throws Exception {
    await(gathered);
    return made().sdp;
  }

  void takeAnswer(String answer) throws Exception {
    takeRemote(RTCSdpType.ANSWER, answer);
  }

  void awaitOpen() throws Exception {
    RTCDataChannel opened = await(channel);
    if (!open.isDone()) {
      observe(opened);
    }
    await(open);
  }

  /** Sends a direct buffer whole, waiting while the channel has a megabyte ahead. */
  void send(ByteBuffer direct) throws Exception {
    RTCDataChannel to = await(channel);
    if (sinceLookBytes > MAX_BUFFERED_BYTES / 2) {
      while (to.getBufferedAmount() > MAX_BUFFERED_BYTES / 2) {
        LockSupport.parkNanos(POLL_NANOS);
      }
      sinceLookBytes = 0;
    }
    to.send(new RTCDataChannelBuffer(direct, true));
    sinceLookBytes += direct.capacity();
  }

  private RTCSessionDescription made() {
    return connection.getLocalDescription();
  }

  private void describe(RTCSessionDescription local) throws Exception {
    CompletableFuture<Void> set = new CompletableFuture<>();
    connection.setLocalDescription(local, new Described(set));
    await(set);
  }

  private void takeRemote(RTCSdpType type, String sdp) throws Exception {
    CompletableFuture<Void> set = new CompletableFuture<>();
    connection.setRemoteDescription(new RTCSessionDescription(type, sdp), new Described(set));
    await(set);
  }

  private void observe(RTCDataChannel dataChannel) {
    dataChannel.registerObserver(
        new RTCDataChannelObserver() {
          @Override
          public void onBufferedAmountChange(long previousAmount) {}

          @Override
          public void onStateChange() {
            lookAtState(dataChannel);
          }

          @Override
          public void onMessage(RTCDataChannelBuffer message) {
            onMessageBytes.accept(message.data.remaining());
          }
        });
    lookAtState(dataChannel);
  }

  private void lookAtState(RTCDataChannel dataChannel) {
    if (dataChannel.getState() == RTCDataChannelState.OPEN) {
      open.complete(null);
    }
  }

  private static <T> T await(CompletableFuture<T> event) throws Exception {
    return event.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private final class Connection implements PeerConnectionObserver {
    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {}

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
      if (state == RTCIceGatheringState.COMPLETE) {
        gathered.complete(null);
      }
    }

    @Override
    public void onDataChannel(RTCDataChannel opened) {
      channel.complete(opened);
    }
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

  private record Described(CompletableFuture<Void> set) implements SetSessionDescriptionObserver {
    @Override
    public void onSuccess() {
      set.complete(null);
    }

    @Override
    public void onFailure(String error) {
      set.completeExceptionally(new IllegalStateException(error));
    }
  }
}
