package dev.fugitive.client.transport;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Remembers what a listener hears, and whether the calls came one after another. */
public class RecordingListener implements LinkListener {
  private static final long PATIENCE_SECONDS = 30;

  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final List<Signal> signals = new CopyOnWriteArrayList<>();
  private final List<byte[]> frames = new ArrayList<>();
  private final AtomicInteger callsUnderWay = new AtomicInteger();
  private final AtomicInteger opens = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();
  private final AtomicLong receivedBytes = new AtomicLong();
  private final List<String> faults = new CopyOnWriteArrayList<>();

  @Override
  public void onSignal(Signal local) {
    call(() -> signals.add(local));
  }

  @Override
  public void onOpen() {
    call(() -> {
      opens.incrementAndGet();
      opened.complete(null);
    });
  }

  @Override
  public void onFrame(ByteBuffer frame) {
    call(() -> {
      if (!opened.isDone()) {
        faults.add("a frame came before the link was open");
      }
      byte[] bytes = Frames.copyOf(frame);
      synchronized (frames) {
        frames.add(bytes);
      }
      receivedBytes.addAndGet(bytes.length);
    });
  }

  @Override
  public void onClosed(String reason) {
    call(() -> {
      closes.incrementAndGet();
      closed.complete(reason);
    });
  }

  public void awaitOpen() {
    await(opened);
  }

  public String awaitClosed() {
    return await(closed);
  }

  public boolean isClosed() {
    return closed.isDone();
  }

  public List<Signal> signals() {
    return signals;
  }

  public List<byte[]> frames() {
    synchronized (frames) {
      return List.copyOf(frames);
    }
  }

  public int frameCount() {
    synchronized (frames) {
      return frames.size();
    }
  }

  public long receivedBytes() {
    return receivedBytes.get();
  }

  public int opens() {
    return opens.get();
  }

  public int closes() {
    return closes.get();
  }

  /** What the transport did that a listener need not bear. */
  public List<String> faults() {
    return faults;
  }

  private void call(Runnable body) {
    if (callsUnderWay.incrementAndGet() != 1) {
      faults.add("two calls at once");
    }
    if (closed.isDone()) {
      faults.add("a call after onClosed");
    }
    body.run();
    callsUnderWay.decrementAndGet();
  }

  private static <T> T await(CompletableFuture<T> event) {
    try {
      return event.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("it did not happen in " + PATIENCE_SECONDS + " s", e);
    }
  }
}
