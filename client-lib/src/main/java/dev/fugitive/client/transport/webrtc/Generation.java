package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Link;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceServer;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One factory of webrtc-java, the one thread that makes native calls on it, and the links it
 * carries.
 *
 * <p>Every message that a factory receives leaks a {@code RTCDataChannelBuffer} and a direct {@code
 * ByteBuffer} (their local references live as long as the native thread that called back), and only
 * disposing the factory frees them. So a factory that has received enough is {@link #worn}: new
 * links go to a new generation, and this one is disposed when its last link has closed.
 */
final class Generation {
  /** A worn generation's links are closed when it has received this many times what wears it. */
  private static final int MAX_WEAR = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

  private final WebRtcSettings settings;
  private final ScheduledThreadPoolExecutor nativeThread;
  private final Set<WebRtcLink> links = ConcurrentHashMap.newKeySet();
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final CompletableFuture<Void> disposed = new CompletableFuture<>();
  private volatile boolean retired;

  /** Native thread alone, as all below. */
  private @Nullable PeerConnectionFactory factory;

  private @Nullable HeadlessAudioDeviceModule audio;

  /** What is sent passes through here: native code takes a direct buffer's whole capacity. */
  private final ByteBuffer outgoing = ByteBuffer.allocateDirect(Link.MAX_FRAME_BYTES);

  Generation(int number, WebRtcSettings settings) {
    this.settings = settings;
    String name = "fugitive-webrtc-" + number;
    nativeThread =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name(name).factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    nativeThread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    execute(this::start);
  }

  /** Completes when the factory is there, or exceptionally where it cannot be made. */
  CompletableFuture<Void> started() {
    return started;
  }

  /** Completes when everything native is freed. */
  CompletableFuture<Void> disposed() {
    return disposed;
  }

  /** Runs a task on the native thread; drops it where the generation is disposed. */
  void execute(Runnable task) {
    nativeThread.execute(() -> run(task));
  }

  void schedule(Runnable task, long delayNanos) {
    var unused = nativeThread.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
  }

  /** Takes a link; not called any more after {@link #retire}. */
  void add(WebRtcLink link) {
    links.add(link);
  }

  /** A link has released what it held. Native thread. */
  void remove(WebRtcLink link) {
    links.remove(link);
    disposeIfDone();
  }

  List<WebRtcLink> links() {
    return List.copyOf(links);
  }

  /** Takes no more links, and is disposed when those that it has are closed. */
  void retire() {
    retired = true;
    execute(this::disposeIfDone);
  }

  /**
   * Counts a received message.
   *
   * @return false where the generation has received so much that its links must end
   */
  boolean received(int lengthBytes) {
    return messages.incrementAndGet() < MAX_WEAR * settings.generationMessages()
        && bytes.addAndGet(lengthBytes) < MAX_WEAR * settings.generationBytes();
  }

  /** Whether new links should go to a new generation. */
  boolean worn() {
    return messages.get() >= settings.generationMessages()
        || bytes.get() >= settings.generationBytes();
  }

  /** Native thread. */
  RTCPeerConnection connect(PeerConnectionObserver observer) {
    PeerConnectionFactory from = factory;
    if (from == null) {
      throw new IllegalStateException("WebRTC has no factory");
    }
    RTCConfiguration configuration = new RTCConfiguration();
    for (IceServer server : settings.iceServers()) {
      RTCIceServer ice = new RTCIceServer();
      ice.urls.add(server.url());
      ice.username = server.username();
      ice.password = server.password();
      configuration.iceServers.add(ice);
    }
    return from.createPeerConnection(configuration, observer);
  }

  /** A direct buffer of exactly this frame, good until the next call. Native thread. */
  ByteBuffer exactly(byte[] frame) {
    return outgoing.slice(0, frame.length).put(0, frame);
  }

  private void start() {
    try {
      audio = new HeadlessAudioDeviceModule();
      factory = new PeerConnectionFactory(audio);
      started.complete(null);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("WebRTC factory cannot be made", e);
      started.completeExceptionally(e);
    }
  }

  /** Top-down: the links are gone, now the factory, then its audio module, then this thread. */
  private void disposeIfDone() {
    if (!retired || !links.isEmpty() || disposed.isDone()) {
      return;
    }
    PeerConnectionFactory doneFactory = factory;
    if (doneFactory != null) {
      factory = null;
      NativeCalls.quietly("dispose factory", doneFactory::dispose);
    }
    HeadlessAudioDeviceModule doneAudio = audio;
    if (doneAudio != null) {
      audio = null;
      NativeCalls.quietly("dispose audio module", doneAudio::dispose);
    }
    nativeThread.shutdown();
    disposed.complete(null);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("native task failed", e);
    }
  }
}
