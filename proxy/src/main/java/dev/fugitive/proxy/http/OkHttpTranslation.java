package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.HopByHop;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.origin.InterimResponses;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Between this package's messages and OkHttp's.
 *
 * <p>Here a field value holds one byte a character, as it was on the wire. OkHttp reads and writes
 * UTF-8. The bytes are the same on both sides.
 */
final class OkHttpTranslation {
  private OkHttpTranslation() {}

  /** The request that the fetch path is asked. */
  static Request request(Route.Fetch route, @Nullable RequestBody body, InterimResponses interim) {
    Headers.Builder headers = new Headers.Builder();
    for (Fields.Field line : head(route).fields().lines()) {
      headers.addUnsafeNonAscii(line.name(), line.value());
    }
    return new Request.Builder()
        .url(route.url())
        .headers(headers.build())
        .method(route.method(), body)
        .tag(InterimResponses.class, interim)
        .build();
  }

  /** The head of the request that the fetch path is asked, as the path sees it. */
  static RequestHead head(Route.Fetch route) {
    List<Fields.Field> lines = new ArrayList<>(route.fields().lines().size());
    for (Fields.Field line : route.fields().without("Content-Length").lines()) {
      lines.add(isAscii(line.value()) ? line : new Fields.Field(line.name(), utf8(line.value())));
    }
    return new RequestHead(route.method(), route.url().toString(), new Fields(lines));
  }

  /** A response's fields as they go on to the client, without framing. */
  static Fields onwardFields(Response response, Pseudonym pseudonym) {
    List<Fields.Field> lines = new ArrayList<>();
    for (int i = 0; i < response.headers().size(); i++) {
      lines.add(new Fields.Field(response.headers().name(i), response.headers().value(i)));
    }
    return onwardFields(new Fields(lines), version(response), pseudonym);
  }

  /** The same of fields that came with this version of HTTP. */
  static Fields onwardFields(Fields fields, String version, Pseudonym pseudonym) {
    List<Fields.Field> lines = new ArrayList<>(fields.lines().size());
    for (Fields.Field line : fields.lines()) {
      lines.add(isAscii(line.value()) ? line : new Fields.Field(line.name(), latin1(line.value())));
    }
    Fields onward = HopByHop.removeFrom(new Fields(lines)).without("Content-Length");
    return pseudonym.addTo(onward, version);
  }

  /** The response's head for the client. */
  static HttpResponse head(int status, String reason, Fields fields) throws ProtocolException {
    try {
      HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
      for (Fields.Field line : fields.lines()) {
        headers.add(line.name(), line.value());
      }
      HttpResponseStatus statusLine =
          reason.isEmpty()
              ? HttpResponseStatus.valueOf(status)
              : new HttpResponseStatus(status, latin1(reason));
      return new DefaultHttpResponse(HttpVersion.HTTP_1_1, statusLine, headers);
    } catch (IllegalArgumentException malformed) {
      ProtocolException refused = new ProtocolException("response head: " + malformed.getMessage());
      refused.initCause(malformed);
      throw refused;
    }
  }

  /** An interim response for the client: a head alone (RFC 9110 section 15.2). */
  static FullHttpResponse interim(int status, Fields fields) {
    FullHttpResponse interim =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.EMPTY_BUFFER);
    Fields onward = HopByHop.removeFrom(fields).without("Content-Length");
    for (Fields.Field line : onward.lines()) {
      interim.headers().add(line.name(), line.value());
    }
    return interim;
  }

  private static String version(Response response) {
    return switch (response.protocol()) {
      case HTTP_1_0 -> "1.0";
      case HTTP_2, H2_PRIOR_KNOWLEDGE -> "2.0";
      default -> "1.1";
    };
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static String utf8(String oneByteEach) {
    return new String(oneByteEach.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String latin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
