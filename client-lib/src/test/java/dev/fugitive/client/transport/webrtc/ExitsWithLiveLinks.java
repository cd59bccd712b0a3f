package dev.fugitive.client.transport.webrtc;

import dev.fugitive.client.transport.Introduction;
import dev.fugitive.client.transport.Link;
import dev.fugitive.client.transport.RecordingListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** A program that exits while its links are busy. */
final class ExitsWithLiveLinks {
  static final int STATUS = 7;

  private ExitsWithLiveLinks() {}

  public static void main(String[] arguments) throws Exception {
    WebRtcTransport one = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
    WebRtcTransport other = WebRtcTransport.open(WebRtcSettings.DEFAULTS);
    CountDownLatch busy = new CountDownLatch(200);
    for (int i = 0; i < 4; i++) {
      RecordingListener heard = new RecordingListener();
      RecordingListener otherHeard = new RecordingListener();
      var introduction = Introduction.between(one, heard, other, otherHeard);
      heard.awaitOpen();
      otherHeard.awaitOpen();
      Thread.startVirtualThread(() -> sendForever(introduction.offering(), busy));
      Thread.startVirtualThread(() -> sendForever(introduction.answering(), busy));
    }
    busy.await();
    System.exit(STATUS);
  }

  private static void sendForever(Link link, CountDownLatch busy) {
    try {
      while (true) {
        link.send(ByteBuffer.allocate(30_000));
        busy.countDown();
      }
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }
}
