package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.client.origin.InterimResponses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import okhttp3.Call;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request answered through the fetch path: one OkHttp call on one virtual thread. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class FetchExchange implements Exchange, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FetchExchange.class);

  private static final int BLOCK_BYTES = 32 * 1024;

  /** Up to this length a body goes out with its head, in one write. */
  private static final int SMALL_BODY_BYTES = 16 * 1024;

  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  /** RFC 9110 section 9.2.2: the safe ones and two more. */
  private static final Set<String> IDEMPOTENT_METHODS =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  private final ClientConnection connection;
  private final Route.Fetch route;
  private final RequestTraits request;
  private final ConnectionContext shared;
  private final Authority origin;
  private final RequestBodyPipe body;
  private final ClientWriter writer;
  private final Call call;

  FetchExchange(
      ClientConnection connection,
      Route.Fetch route,
      RequestTraits request,
      ConnectionContext shared) {
    this.connection = connection;
    this.route = route;
    this.request = request;
    this.shared = shared;
    this.origin = new Authority(bracketed(route.url().host()), route.url().port());
    FrontEndSettings.Limits limits = shared.limits();
    this.body =
        new RequestBodyPipe(
            connection::wantReadSoon,
            limits.bodyStallMillis(),
            limits.minBytesPerSecond(),
            System::nanoTime);
    this.writer =
        new ClientWriter(
            connection.channel(), limits.writeStallMillis(), limits.minBytesPerSecond());
    InterimResponses interim = this::onInterim;
    this.call = shared.fetch().newCall(OkHttpTranslation.request(route, requestBody(), interim));
  }

  @Override
  public void start() {
    shared.watchdogRest().request();
    shared.executor().execute(this);
  }

  @Override
  public void onRequestBody(HttpContent content) {
    if (content.content().isReadable()) {
      body.offer(content.content());
    } else {
      content.release();
    }
    if (content instanceof LastHttpContent) {
      body.end();
    }
  }

  @Override
  public void onMalformedBody(Refusal refusal) {
    body.fail(new RequestBodyPipe.MalformedException(refusal));
  }

  @Override
  public void onClientGone() {
    body.fail(new ClientWriter.ClientGoneException("the client has closed the connection"));
    writer.clientGone();
    call.cancel();
  }

  @Override
  public void onWritabilityChanged() {
    writer.writabilityChanged();
  }

  /** Runs the call to its end. On a virtual thread. */
  @Override
  public void run() {
    boolean headSent = false;
    try (Response response = call.execute()) {
      ResponseFraming framing =
          ResponseFraming.decide(
              request, response.code(), statedLength(response), connection.isRequestRead());
      HttpResponse head = head(response, framing);
      if (framing.kind() == ResponseFraming.Kind.NO_BODY) {
        finish(framing, withBody(head, Unpooled.EMPTY_BUFFER));
      } else if (framing.lengthBytes() >= 0 && framing.lengthBytes() <= SMALL_BODY_BYTES) {
        finish(framing, withBody(head, wholeBody(response, (int) framing.lengthBytes())));
      } else {
        headSent = true;
        writer.send(head);
        relay(response.body().source());
        finish(framing, LastHttpContent.EMPTY_LAST_CONTENT);
      }
    } catch (ClientWriter.ClientGoneException gone) {
      connection.abandonSoon(this);
    } catch (IOException | RuntimeException failure) {
      fail(failure, headSent);
    } finally {
      body.close();
    }
  }

  /** On the thread that reads the origin, before the response's head is known to anybody. */
  private void onInterim(int status, Fields fields) {
    if (!request.http10()) {
      connection.interimSoon(
          this, OkHttpTranslation.interim(status, shared.pseudonym().addTo(fields, "1.1")));
    }
  }

  private void fail(Exception failure, boolean headSent) {
    if (!(failure instanceof IOException)) {
      LOG.warn("request to {} failed", origin, failure);
    }
    if (headSent) {
      connection.abandonSoon(this);
    } else {
      connection.refuseSoon(this, Refusal.ofFailure(origin, failure));
    }
  }

  private void finish(ResponseFraming framing, Object lastPart) throws IOException {
    writer.awaitWritable();
    writer.sendLast(lastPart).addListener(sent -> connection.finished(this, framing.keepAlive()));
  }

  private void relay(BufferedSource source) throws IOException {
    Channel channel = connection.channel();
    while (!source.exhausted()) {
      writer.awaitWritable();
      ByteBuf block = channel.alloc().ioBuffer(BLOCK_BYTES);
      try {
        readInto(source, block);
        writer.send(new DefaultHttpContent(block.retain()));
      } finally {
        block.release();
      }
    }
  }

  /** Takes what is there without waiting for more than the first byte. */
  private static void readInto(BufferedSource source, ByteBuf block) throws IOException {
    ByteBuffer free = block.internalNioBuffer(block.writerIndex(), block.writableBytes());
    int start = free.position();
    do {
      source.read(free);
    } while (free.hasRemaining() && source.getBuffer().size() > 0);
    block.writerIndex(block.writerIndex() + free.position() - start);
  }

  private static ByteBuf wholeBody(Response response, int lengthBytes) throws IOException {
    return Unpooled.wrappedBuffer(response.body().source().readByteArray(lengthBytes));
  }

  private HttpResponse head(Response response, ResponseFraming framing) throws IOException {
    Fields fields = OkHttpTranslation.onwardFields(response, shared.pseudonym());
    HttpResponse head = OkHttpTranslation.head(response.code(), response.message(), fields);
    framing.applyTo(head.headers(), request);
    return head;
  }

  private static HttpResponse withBody(HttpResponse head, ByteBuf body) {
    return new DefaultFullHttpResponse(
        head.protocolVersion(), head.status(), body, head.headers(), EmptyHttpHeaders.INSTANCE);
  }

  /** What the origin states about the length; where no body follows only the field can tell. */
  private long statedLength(Response response) {
    if (request.isHead() || response.code() == 304) {
      String length = response.header("Content-Length");
      return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : -1;
    }
    return response.body().contentLength();
  }

  /**
   * The request's body for OkHttp. A method that is not safe always has one, if an empty one: only
   * with a body can OkHttp be told whether the call may be sent twice.
   */
  private @Nullable RequestBody requestBody() {
    if (route.body().isEmpty() && SAFE_METHODS.contains(route.method())) {
      return null;
    }
    return new StreamedBody(
        body,
        switch (route.body()) {
          case RequestBodyShape.None none -> 0;
          case RequestBodyShape.Sized(long lengthBytes) -> lengthBytes;
          case RequestBodyShape.Chunked chunked -> -1;
        },
        IDEMPOTENT_METHODS.contains(route.method()));
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }
}
