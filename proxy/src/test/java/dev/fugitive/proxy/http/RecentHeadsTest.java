package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which heads are decoded once for all who send the same bytes. */
final class RecentHeadsTest {
  private static final String GET = "GET http://a/1 HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";

  private final RecentHeads recent = new RecentHeads();
  private final EmbeddedChannel one = connection();
  private final EmbeddedChannel other = connection();

  private EmbeddedChannel connection() {
    return new EmbeddedChannel(new StrictRequestDecoder(FrontEndSettings.Limits.DEFAULT, recent));
  }

  @AfterEach
  void close() {
    one.finishAndReleaseAll();
    other.finishAndReleaseAll();
  }

  private static HttpRequest decode(EmbeddedChannel channel, String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    HttpRequest request = channel.readInbound();
    for (Object rest = channel.readInbound(); rest != null; rest = channel.readInbound()) {
      ReferenceCountUtil.release(rest);
    }
    return request;
  }

  @Test
  void theSameBytesAreTheSameRequestOnAnyConnectionOfTheLoop() {
    HttpRequest first = decode(one, GET);
    assertThat(decode(one, GET)).isSameAs(first);
    assertThat(decode(other, GET)).isSameAs(first);
    assertThat(first.uri()).isEqualTo("http://a/1");
    assertThat(first.headers().get("X")).isEqualTo("y");
  }

  @Test
  void aKnownRequestEndsLikeAnyOther() {
    decode(one, GET);
    other.writeInbound(Unpooled.copiedBuffer(GET, StandardCharsets.ISO_8859_1));
    assertThat(other.<Object>readInbound()).isInstanceOf(HttpRequest.class);
    assertThat(other.<Object>readInbound()).isSameAs(LastHttpContent.EMPTY_LAST_CONTENT);
    assertThat(other.<Object>readInbound()).isNull();
  }

  @Test
  void oneOtherByteIsAnotherRequest() {
    HttpRequest first = decode(one, GET);
    HttpRequest second = decode(one, GET.replace("X: y", "X: z"));
    assertThat(second).isNotSameAs(first);
    assertThat(second.headers().get("X")).isEqualTo("z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
        "POST http://a/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
      })
  void whatHasABodyOrMayLeaveHttpIsDecodedEachTime(String text) {
    HttpRequest first = decode(one, text);
    assertThat(decode(other, text)).isNotNull().isNotSameAs(first);
  }

  @Test
  void aRefusedHeadIsRefusedEachTime() {
    String folded = "GET http://a/ HTTP/1.1\r\nHost: a\r\n b\r\n\r\n";
    for (EmbeddedChannel channel : new EmbeddedChannel[] {one, other}) {
      channel.writeInbound(Unpooled.copiedBuffer(folded, StandardCharsets.ISO_8859_1));
      assertThat(channel.<Object>readInbound()).isInstanceOf(Refusal.class);
    }
  }

  @Test
  void aHeadAsLongAsFewClientsSendIsNotKept() {
    String text = GET.replace("X: y", "X: " + "y".repeat(2048));
    HttpRequest first = decode(one, text);
    assertThat(decode(one, text)).isNotSameAs(first);
  }
}
