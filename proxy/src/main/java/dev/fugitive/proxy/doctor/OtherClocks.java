package dev.fugitive.proxy.doctor;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Asks others for the time: servers of NTP (RFC 5905), and the Date of any HTTP answer. */
public final class OtherClocks {
  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int NTP_PORT = 123;
  private static final int NTP_BYTES = 48;
  private static final int TRANSMIT_TIMESTAMP = 40;
  private static final int CLIENT_OF_VERSION_4 = 0x23;
  private static final int SERVER_MODE = 4;
  private static final long NTP_TO_UNIX_SECONDS = 2_208_988_800L;

  private final InstantSource clock;

  public OtherClocks(InstantSource clock) {
    this.clock = clock;
  }

  /** Everybody at once; who does not answer is left out. */
  public List<ClockCheck.Sample> look(List<String> ntpHosts, List<String> urls)
      throws InterruptedException {
    List<ClockCheck.Sample> samples = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<ClockCheck.Sample>>> asked = new ArrayList<>();
      ntpHosts.forEach(host -> asked.add(threads.submit(() -> ntp(host))));
      urls.forEach(url -> asked.add(threads.submit(() -> http(url))));
      for (Future<Optional<ClockCheck.Sample>> each : asked) {
        sample(each).ifPresent(samples::add);
      }
    }
    return samples;
  }

  /** An answer that cannot be used is as good as none. */
  private static Optional<ClockCheck.Sample> sample(Future<Optional<ClockCheck.Sample>> asked)
      throws InterruptedException {
    try {
      return asked.get();
    } catch (ExecutionException unusable) {
      return Optional.empty();
    }
  }

  /** Half of the round trip is taken to be the way back. */
  private Duration ahead(Instant sent, Instant theirs, Instant received) {
    Duration halfWay = Duration.between(sent, received).dividedBy(2);
    return Duration.between(theirs, received.minus(halfWay));
  }

  private Optional<ClockCheck.Sample> ntp(String host) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      byte[] packet = new byte[NTP_BYTES];
      packet[0] = CLIENT_OF_VERSION_4;
      Instant sent = clock.instant();
      socket.send(new DatagramPacket(packet, packet.length, InetAddress.getByName(host), NTP_PORT));
      socket.receive(new DatagramPacket(packet, packet.length));
      Instant received = clock.instant();
      return transmitTime(ByteBuffer.wrap(packet))
          .map(theirs -> new ClockCheck.Sample(host, ahead(sent, theirs, received)));
    } catch (IOException silent) {
      return Optional.empty();
    }
  }

  /** RFC 5905 section 7.3; a server whose stratum is 0 does not know the time. */
  static Optional<Instant> transmitTime(ByteBuffer packet) {
    int mode = packet.get(0) & 7;
    int stratum = packet.get(1);
    long seconds = Integer.toUnsignedLong(packet.getInt(TRANSMIT_TIMESTAMP));
    long fraction = Integer.toUnsignedLong(packet.getInt(TRANSMIT_TIMESTAMP + 4));
    if (mode != SERVER_MODE || stratum == 0 || seconds == 0) {
      return Optional.empty();
    }
    // era 1 begins in 2036
    long sinceEra0 = seconds < NTP_TO_UNIX_SECONDS ? seconds + (1L << 32) : seconds;
    return Optional.of(
        Instant.ofEpochSecond(sinceEra0 - NTP_TO_UNIX_SECONDS, (fraction * 1_000_000_000L) >>> 32));
  }

  private Optional<ClockCheck.Sample> http(String url) {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .callTimeout(LIMIT)
            .followRedirects(false)
            .build();
    Request request = new Request.Builder().url(url).head().build();
    Instant sent = clock.instant();
    try (Response response = client.newCall(request).execute()) {
      Instant received = clock.instant();
      return Optional.ofNullable(response.headers().getInstant("Date"))
          // the second that it names has begun, and is half over on average
          .map(date -> date.plusMillis(500))
          .map(theirs ->
              new ClockCheck.Sample(
                  String.valueOf(request.url().host()), ahead(sent, theirs, received)));
    } catch (IOException silent) {
      return Optional.empty();
    } finally {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }
}
