package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.http.CacheControl;
import dev.fugitive.cache.http.EntityTag;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.HttpDate;
import dev.fugitive.cache.http.NormalUrl;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.cache.http.Storability;
import dev.fugitive.cache.http.Vary;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.signalling.SignallingCodec;
import dev.fugitive.client.trust.EvidenceRules;
import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.client.trust.TrustList;
import dev.fugitive.client.trust.VoucherCheck;
import dev.fugitive.client.trust.VoucherVerdict;
import dev.fugitive.client.wire.PeerCodec;
import dev.fugitive.client.wire.PeerMessage;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The parsers of what strangers send, fed with what is nearly right: each ends soon, in a value or
 * in the one exception that it declares, and what it read it reads again when written anew.
 *
 * <p>Runs for {@code -Dfugitive.fuzz.seconds} in all (20 by default) from {@code
 * -Dfugitive.fuzz.seed}; a failure names its input as {@code src/test/resources/fuzz} keeps it.
 */
final class FuzzTest {
  private static final long TOTAL_SECONDS = Long.getLong("fugitive.fuzz.seconds", 20);
  private static final long SEED = Long.getLong("fugitive.fuzz.seed", 7);
  private static final long HANG_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final PeerCodec PEERS = new PeerCodec();
  private static final TrustList NOBODY = TrustList.of(Identity.generate().peerId(), Set.of());

  /** Reads one input; throws where the parser does what it must not. */
  @FunctionalInterface
  interface Target {
    void feed(byte[] input) throws Exception;
  }

  private static final Map<String, Target> TARGETS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("request", FuzzTest::request),
              Map.entry("authority", FuzzTest::authority),
              Map.entry("cache-control", FuzzTest::cacheControl),
              Map.entry("http-date", FuzzTest::httpDate),
              Map.entry("entity-tag", FuzzTest::entityTag),
              Map.entry("url", FuzzTest::url),
              Map.entry("storability", FuzzTest::storability),
              Map.entry("evidence", FuzzTest::evidence),
              Map.entry("host-pattern", FuzzTest::hostPattern),
              Map.entry("peer-message", FuzzTest::peerMessage),
              Map.entry("signalling", FuzzTest::signalling),
              Map.entry("voucher", FuzzTest::voucher)));

  static Set<String> parsers() {
    return TARGETS.keySet();
  }

  @ParameterizedTest
  @MethodSource("parsers")
  void everyInputEndsAsTheParserDeclares(String name) throws Exception {
    List<byte[]> seeds = FuzzCases.kept(name);
    assertThat(seeds).isNotEmpty();
    seeds.forEach(seed -> feed(name, seed));
    Mutator mutator = new Mutator(new Random(SEED));
    long untilNanos =
        System.nanoTime() + Duration.ofSeconds(TOTAL_SECONDS).toNanos() / TARGETS.size();
    long inputs = 0;
    for (; System.nanoTime() - untilNanos < 0; inputs++) {
      feed(name, mutator.mutate(seeds));
    }
    System.out.printf("fuzzed %s: %,d inputs%n", name, inputs);
  }

  private static void feed(String name, byte[] input) {
    long startedNanos = System.nanoTime();
    try {
      Objects.requireNonNull(TARGETS.get(name)).feed(input);
    } catch (Exception | StackOverflowError | AssertionError failure) {
      throw new AssertionError(
          "keep in fuzz/%s.txt: %s".formatted(name, FuzzCases.escaped(input)), failure);
    }
    assertThat(System.nanoTime() - startedNanos)
        .as("nanoseconds for %s: %s", name, FuzzCases.escaped(input))
        .isLessThan(HANG_NANOS);
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.ISO_8859_1);
  }

  /** However the bytes are cut up, they are the same requests and the same bodies. */
  private static void request(byte[] input) {
    List<String> whole = decoded(input, input.length);
    assertThat(decoded(input, 1)).isEqualTo(whole);
    assertThat(decoded(input, 7)).isEqualTo(whole);
  }

  private static List<String> decoded(byte[] input, int pieceBytes) {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new StrictRequestDecoder(FrontEndSettings.Limits.DEFAULT, new RecentHeads()));
    StringBuilder body = new StringBuilder();
    List<String> seen = new ArrayList<>();
    for (int from = 0; from < input.length && !seen.contains("refused"); from += pieceBytes) {
      int count = Math.min(pieceBytes, input.length - from);
      channel.writeInbound(Unpooled.copiedBuffer(input, from, count));
      for (Object message = channel.readInbound();
          message != null;
          message = channel.readInbound()) {
        note(message, body, seen);
        ReferenceCountUtil.release(message);
      }
    }
    channel.finishAndReleaseAll();
    return seen;
  }

  private static void note(Object message, StringBuilder body, List<String> seen) {
    switch (message) {
      case Object after when seen.contains("refused") -> {}
      case Refusal refusal -> seen.add("refused");
      case HttpRequest request ->
          seen.add(
              request.decoderResult().isFailure()
                  ? "refused"
                  : request.method() + " " + request.uri() + " " + request.headers().entries());
      case HttpContent content when content.decoderResult().isFailure() -> seen.add("refused");
      case HttpContent content -> {
        body.append(content.content().toString(StandardCharsets.ISO_8859_1));
        if (message instanceof LastHttpContent) {
          seen.add("body " + body);
          body.setLength(0);
        }
      }
      default -> seen.add(message.getClass().getSimpleName());
    }
  }

  private static void authority(byte[] input) {
    Authority.parse(text(input), 80)
        .ifPresent(read -> assertThat(Authority.parse(read.toString(), 1)).contains(read));
  }

  private static void cacheControl(byte[] input) {
    assertThat(CacheControl.parse(List.of(text(input)))).isNotNull();
  }

  private static void httpDate(byte[] input) {
    HttpDate.parse(text(input), NOW)
        .ifPresent(read -> assertThat(HttpDate.parse(HttpDate.format(read), NOW)).contains(read));
  }

  private static void entityTag(byte[] input) {
    EntityTag.parse(text(input))
        .ifPresent(read -> assertThat(EntityTag.parse(read.toString())).contains(read));
  }

  private static void url(byte[] input) {
    HttpUrl url = HttpUrl.parse(text(input));
    if (url != null) {
      String normal = NormalUrl.of(url.toString());
      assertThat(NormalUrl.of(normal)).isEqualTo(normal);
    }
  }

  /** A line of the input is a line of the response, the rest are the request's. */
  private static void storability(byte[] input) {
    List<Fields.Field> lines = new ArrayList<>();
    for (String line : text(input).split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        lines.add(new Fields.Field(line.substring(0, colon), line.substring(colon + 1).strip()));
      }
    }
    Fields fields = new Fields(lines);
    RequestHead request = new RequestHead("GET", "http://a.example/", fields);
    assertThat(Storability.mayStore(request, new ResponseHead(200, "", fields), NOW)).isNotNull();
    assertThat(Vary.names(fields)).isNotNull();
  }

  private static void evidence(byte[] input) {
    Fields fields =
        Fields.of(
            "Fugitive-Integrity", text(input),
            "Repr-Digest", text(input),
            "Content-Digest", text(input),
            "Digest", text(input),
            "X-Checksum-Sha256", text(input),
            "ETag", text(input));
    RequestHead request = new RequestHead("GET", "http://a.example/x", fields);
    assertThat(EvidenceRules.ofRequest(request)).isNotNull();
    assertThat(EvidenceRules.ofResponse(request, new ResponseHead(200, "", fields))).isNotNull();
  }

  private static void hostPattern(byte[] input) {
    try {
      HostPattern read = HostPattern.parse(text(input));
      assertThat(HostPattern.parse(read.toString())).isEqualTo(read);
    } catch (IllegalArgumentException declared) {
      assertThat(declared).hasMessageContaining("expected");
    }
  }

  private static void peerMessage(byte[] input) throws Exception {
    try {
      for (PeerMessage read : PEERS.decode(ByteBuffer.wrap(input)).stream().toList()) {
        assertThat(PEERS.decode(PEERS.encode(read))).contains(read);
      }
    } catch (ProtocolException declared) {
      assertThat(declared).hasMessageNotContaining("null");
    }
  }

  private static void signalling(byte[] input) throws Exception {
    ByteString bytes = ByteString.of(input);
    try {
      ByteString again = SignallingCodec.encode(SignallingCodec.decodeFromClient(bytes));
      assertThat(SignallingCodec.decodeFromClient(again))
          .isEqualTo(SignallingCodec.decodeFromClient(bytes));
    } catch (ProtocolException declared) {
      assertThat(declared).hasMessageNotContaining("null");
    }
    try {
      ByteString again = SignallingCodec.encode(SignallingCodec.decodeFromRendezvous(bytes));
      assertThat(SignallingCodec.decodeFromRendezvous(again))
          .isEqualTo(SignallingCodec.decodeFromRendezvous(bytes));
    } catch (ProtocolException declared) {
      assertThat(declared).hasMessageNotContaining("null");
    }
  }

  /** Nothing that a stranger makes up is ever accepted. */
  private static void voucher(byte[] input) {
    RequestHead request = new RequestHead("GET", "https://cdn.example/a", Fields.EMPTY);
    assertThat(VoucherCheck.check(ByteString.of(input), request, NOBODY, NOW))
        .isInstanceOf(VoucherVerdict.Rejected.class);
  }
}
