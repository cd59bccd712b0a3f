package dev.fugitive.bench;

import dev.fugitive.client.transport.Introduction;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.LinkListener;
import dev.fugitive.client.transport.Signal;
import dev.fugitive.client.transport.webrtc.WebRtcSettings;
import dev.fugitive.client.transport.webrtc.WebRtcTransport;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connects and closes, then sends through one connection, then moves to a new one, and prints what
 * the process holds on the way: one line of JSON for each look, after a full collection.
 *
 * <pre>{@code
 * mvn -q -DskipTests package -pl bench -am
 * nice java -Xmx1g --enable-native-access=ALL-UNNAMED \
 *     -cp 'bench/target/classes:proxy/target/lib/*' \
 *     dev.fugitive.bench.DataChannelSoak [CYCLES [GIGABYTES]]
 * }</pre>
 *
 * The defaults are 2,000 cycles and 20 GB; both ends are in one process, so every figure is for
 * two.
 */
public final class DataChannelSoak {
  private static final int FRAME_BYTES = 64 * 1024;
  private static final int LOOKS = 10;

  /** Frames on the way at most; the receiver's credits, as it were. */
  private static final long WINDOW_BYTES = 8L * 1024 * 1024;

  private static final String[] WATCHED = {
    "dev.onvoid.webrtc.RTCDataChannelBuffer",
    "java.nio.DirectByteBuffer",
    "dev.fugitive.client.transport.webrtc.WebRtcLink",
    "dev.fugitive.client.transport.webrtc.ChannelEvents"
  };

  private DataChannelSoak() {}

  public static void main(String[] arguments) throws Exception {
    int cycles = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000;
    double gigabytes = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 20;
    WebRtcTransport one = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
    WebRtcTransport other = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
    look("start", 0);
    cycle(one, other, cycles);
    one.close();
    other.close();
    look("closed", cycles);
    soak(gigabytes);
    Runtime.getRuntime().halt(0);
  }

  private static void cycle(WebRtcTransport one, WebRtcTransport other, int cycles)
      throws Exception {
    for (int done = 1; done <= cycles; done++) {
      Pair pair = Pair.connect(one, other);
      pair.link.close("cycle done");
      pair.end.closed.await();
      pair.otherEnd.closed.await();
      if (done % Math.max(1, cycles / LOOKS) == 0) {
        look("cycles", done);
      }
    }
  }

  /** One connection of fresh transports; half-way its generation is worn, at the end it moves. */
  private static void soak(double gigabytes) throws Exception {
    WebRtcTransport one = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
    long frames = (long) (gigabytes * 1e9 / FRAME_BYTES);
    WebRtcTransport other =
        WebRtcTransport.open(WebRtcSettings.DEFAULTS.withGeneration(frames / 2, 1L << 50));
    Pair pair = Pair.connect(one, other);
    ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);
    for (long sent = 1; sent <= frames; sent++) {
      pair.link.send(frame.clear());
      pair.otherEnd.awaitReceived(sent * FRAME_BYTES - WINDOW_BYTES);
      if (sent % Math.max(1, frames / LOOKS) == 0) {
        look("megabytes", sent * FRAME_BYTES / 1_000_000);
      }
    }
    pair.otherEnd.awaitReceived(frames * FRAME_BYTES);
    Pair next = Pair.connect(one, other);
    pair.link.close("moved");
    pair.otherEnd.closed.await();
    next.link.send(frame.clear());
    next.otherEnd.awaitReceived(FRAME_BYTES);
    look("moved", frames * FRAME_BYTES / 1_000_000);
    one.close();
    other.close();
    look("closed", frames * FRAME_BYTES / 1_000_000);
  }

  private static void look(String step, long done) throws Exception {
    System.out.println(ProcessMemory.now(WATCHED).toJson(step, done));
  }

  /** Two ends of a link that is open. */
  private record Pair(Link link, End end, End otherEnd) {
    static Pair connect(WebRtcTransport one, WebRtcTransport other) throws InterruptedException {
      End end = new End();
      End otherEnd = new End();
      var introduction = Introduction.between(one, end, other, otherEnd);
      end.open.await();
      otherEnd.open.await();
      return new Pair(introduction.offering(), end, otherEnd);
    }
  }

  private static final class End implements LinkListener {
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong receivedBytes = new AtomicLong();

    synchronized void awaitReceived(long bytes) throws InterruptedException {
      while (receivedBytes.get() < bytes) {
        wait();
      }
    }

    @Override
    public void onSignal(Signal local) {}

    @Override
    public void onOpen() {
      open.countDown();
    }

    @Override
    public synchronized void onFrame(ByteBuffer frame) {
      receivedBytes.addAndGet(frame.remaining());
      notifyAll();
    }

    @Override
    public void onClosed(String reason) {
      closed.countDown();
    }
  }
}
