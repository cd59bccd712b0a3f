package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The strict decoder, fed in pieces: how bytes are cut up must not change what they mean. */
final class HeadScanTest {
  private static final String PIPELINE =
      "\r\nGET http://a/1 HTTP/1.1\r\nHost: a\r\n\r\n"
          + "POST http://a/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
          + "PUT http://a/3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "3;x=y\r\nabc\r\n0\r\nTrailer: 1\r\n\r\n"
          + "GET http://a/4 HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n";

  private static List<String> decode(String text, List<Integer> cuts) {
    return decode(text, cuts, new RecentHeads());
  }

  private static List<String> decode(String text, List<Integer> cuts, RecentHeads recent) {
    EmbeddedChannel channel =
        new EmbeddedChannel(new StrictRequestDecoder(FrontEndSettings.Limits.DEFAULT, recent));
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int from = 0;
    for (int cut : cuts) {
      int until = Math.min(bytes.length, from + cut);
      channel.writeInbound(piece(bytes, from, until));
      from = until;
    }
    channel.writeInbound(piece(bytes, from, bytes.length));
    List<String> seen = new ArrayList<>();
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      switch (message) {
        case Refusal refusal -> seen.add("refused " + refusal.status());
        case HttpRequest request -> seen.add(request.method() + " " + request.uri());
        case LastHttpContent end -> seen.add("end");
        default -> {}
      }
      ReferenceCountUtil.release(message);
    }
    channel.finishAndReleaseAll();
    return seen;
  }

  private static ByteBuf piece(byte[] bytes, int from, int until) {
    return Unpooled.copiedBuffer(bytes, from, until - from);
  }

  @Provide
  Arbitrary<List<Integer>> cuts() {
    return Arbitraries.integers().between(1, 40).list().ofMaxSize(60);
  }

  @Property(tries = 300, seed = "1")
  void cutsDoNotChangeWhatIsRead(@ForAll("cuts") List<Integer> cuts) {
    assertThat(decode(PIPELINE, cuts))
        .containsExactly(
            "GET http://a/1",
            "end",
            "POST http://a/2",
            "end",
            "PUT http://a/3",
            "end",
            "GET http://a/4",
            "end");
  }

  @Property(tries = 300, seed = "3")
  void headsThatAreKnownChangeNothing(@ForAll("cuts") List<Integer> cuts) {
    String head = "GET http://a/6 HTTP/1.1\r\nHost: a\r\n\r\n";
    RecentHeads recent = new RecentHeads();
    decode(head, List.of(), recent);
    String text = "\r\n" + head + PIPELINE + head + head;
    assertThat(decode(text, cuts, recent)).isEqualTo(decode(text, List.of()));
  }

  @Property(tries = 300, seed = "2")
  void cutsDoNotHideAFoldedLine(@ForAll("cuts") List<Integer> cuts) {
    String folded = PIPELINE + "GET http://a/5 HTTP/1.1\r\nHost: a\r\n b\r\n\r\n" + PIPELINE;
    assertThat(decode(folded, cuts)).hasSize(9).endsWith("refused 400");
  }

  @Test
  void afterARequestThatMayLeaveHttpNothingIsDecoded() {
    assertThat(
            decode(
                "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\nGET http://a/ HTTP/1.1\r\n\r\n",
                List.of()))
        .containsExactly("CONNECT a:443", "end");
  }

  @Test
  void theUnparsedRestOfATunnelIsHandedOnWhenTheDecoderGoes() {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new StrictRequestDecoder(FrontEndSettings.Limits.DEFAULT, new RecentHeads()));
    channel.writeInbound(
        Unpooled.copiedBuffer(
            "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\nrest", StandardCharsets.ISO_8859_1));
    ReferenceCountUtil.release(channel.readInbound());
    ReferenceCountUtil.release(channel.readInbound());
    channel.pipeline().remove(StrictRequestDecoder.class);
    ByteBuf rest = channel.readInbound();
    assertThat(rest.toString(StandardCharsets.ISO_8859_1)).isEqualTo("rest");
    rest.release();
    channel.finishAndReleaseAll();
  }
}
