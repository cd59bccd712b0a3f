package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.HopByHop;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.net.ProtocolException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that the fetch path cannot express, given to the origin on a connection of its own: the
 * parsed head written anew, then the bodies both ways, each block read when the one before has been
 * written. When the origin switches protocols (RFC 9110 section 15.2.2) both ends become a tunnel.
 *
 * <p>Both channels are on one event loop, to which all state is confined.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, and that is seen
final class PassThroughExchange implements Exchange, PassedOrigin.Listener {
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
  private static final int MAX_INTERIM_RESPONSES = 16;

  private final ClientConnection connection;
  private final Route.PassThrough route;
  private final RequestTraits request;
  private final ConnectionContext shared;
  private final PassedOrigin origin;

  /** What one read brought behind a head that is held: 64 KiB at most. */
  private final Deque<HttpContent> heldBack = new ArrayDeque<>();

  private @Nullable ResponseFraming framing;
  private boolean ended;
  private boolean held;
  private int interimResponses;

  PassThroughExchange(
      ClientConnection connection,
      Route.PassThrough route,
      RequestTraits request,
      ConnectionContext shared) {
    this.connection = connection;
    this.route = route;
    this.request = request;
    this.shared = shared;
    this.origin = new PassedOrigin(route, shared, this);
  }

  @Override
  public void start() {
    origin.open(connection.channel());
  }

  @Override
  public void onRequestBody(HttpContent content) {
    if (ended) {
      content.release();
    } else {
      origin.send(content);
    }
  }

  @Override
  public void onRequestBodyTaken() {
    connection.wantRead();
  }

  @Override
  public void onMalformedBody(Refusal refusal) {
    if (framing == null) {
      connection.refuseSoon(this, refusal);
    } else {
      connection.abandonSoon(this);
    }
    end();
  }

  @Override
  public void onClientGone() {
    end();
  }

  /** The origin is read only while the client takes what was written. */
  @Override
  public void onWritabilityChanged() {
    readOn();
  }

  @Override
  public void onResponse(HttpResponse response) {
    if (ended || held || framing != null) {
      // the answer has been given or begun: what follows it is nobody's
      ReferenceCountUtil.release(response);
      return;
    }
    int status = response.status().code();
    Optional<String> defect = defectOf(response);
    if (defect.isPresent()) {
      fail(new ProtocolException("response head: " + defect.get()));
    } else if (status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      switchIfAsked(response);
    } else if (status < 200) {
      sendInterim(response, status);
    } else if (!SAFE_METHODS.contains(route.method())) {
      sendHeadOnceForgotten(response, status);
    } else {
      sendHead(response, status);
    }
  }

  /** RFC 9112 section 7: no client hears of a coding of this hop, so only ours is taken off. */
  private static Optional<String> defectOf(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      return Optional.of(String.valueOf(response.decoderResult().cause()));
    }
    if (response.status().code() < 100) {
      return Optional.of("status " + response.status().code() + " (expected: 100 or above)");
    }
    List<String> codings = response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return codings.isEmpty()
            || (codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"))
        ? Optional.empty()
        : Optional.of("Transfer-Encoding other than chunked");
  }

  /** RFC 9110 section 15.2: forwarded; a 100 to whom asked for it, nothing to HTTP/1.0. */
  private void sendInterim(HttpResponse response, int status) {
    if (++interimResponses > MAX_INTERIM_RESPONSES) {
      fail(new ProtocolException("interim responses: over " + MAX_INTERIM_RESPONSES));
      return;
    }
    if (request.http10() || (status == 100 && !request.expectsContinue())) {
      return;
    }
    Fields fields = NettyFields.of(response.headers());
    connection
        .channel()
        .writeAndFlush(OkHttpTranslation.interim(status, shared.pseudonym().addTo(fields, "1.1")));
  }

  /** Nothing more is read from the origin until what this answer makes invalid is forgotten. */
  private void sendHeadOnceForgotten(HttpResponse response, int status) {
    held = true;
    RequestHead asked = new RequestHead(route.method(), route.url(), route.fields());
    ResponseHead answer =
        new ResponseHead(
            status, response.status().reasonPhrase(), NettyFields.of(response.headers()));
    shared
        .executor()
        .execute(() -> {
          shared.passedBy().answered(asked, answer);
          connection.channel().eventLoop().execute(() -> goOn(response, status));
        });
  }

  private void goOn(HttpResponse response, int status) {
    held = false;
    if (ended) {
      return;
    }
    sendHead(response, status);
    for (HttpContent content = heldBack.poll(); content != null; content = heldBack.poll()) {
      onResponseBody(content);
    }
    if (origin.isGone()) {
      fail(originGone());
    }
    readOn();
  }

  private void sendHead(HttpResponse response, int status) {
    String length = response.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    boolean stated =
        length != null
            && length.matches("[0-9]{1,18}")
            && !response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    framing =
        ResponseFraming.decide(
            request, status, stated ? Long.parseLong(length) : -1, connection.isRequestRead());
    try {
      Fields onward =
          shared
              .pseudonym()
              .addTo(
                  HopByHop.removeFrom(NettyFields.of(response.headers())).without("Content-Length"),
                  "1.1");
      HttpResponse head = OkHttpTranslation.head(status, response.status().reasonPhrase(), onward);
      framing.applyTo(head.headers(), request);
      connection.channel().writeAndFlush(head);
    } catch (ProtocolException malformed) {
      framing = null;
      fail(malformed);
    }
  }

  @Override
  public void onResponseBody(HttpContent content) {
    if (held && !ended) {
      heldBack.add(content);
      return;
    }
    ResponseFraming decided = framing;
    if (decided == null || ended) {
      content.release();
      return;
    }
    if (content.decoderResult().isFailure()) {
      content.release();
      fail(new ProtocolException("response body: " + content.decoderResult().cause()));
      return;
    }
    connection.channel().writeAndFlush(new DefaultHttpContent(content.content()));
    if (content instanceof LastHttpContent last) {
      end();
      connection
          .channel()
          .writeAndFlush(endOf(last, decided))
          .addListener(sent -> connection.finished(this, decided.keepAlive()));
    }
  }

  private LastHttpContent endOf(LastHttpContent received, ResponseFraming decided) {
    boolean forward = request.takesTrailers() && decided.kind() == ResponseFraming.Kind.CHUNKED;
    return forward ? Trailers.end(received.trailingHeaders()) : LastHttpContent.EMPTY_LAST_CONTENT;
  }

  @Override
  public void onReadOver() {
    readOn();
  }

  @Override
  public void onOriginGone() {
    if (!held) {
      fail(originGone());
    }
  }

  @Override
  public void onFailure(Throwable failure) {
    fail(failure);
  }

  private void readOn() {
    if (!held && connection.channel().isWritable()) {
      origin.read();
    }
  }

  /**
   * RFC 9110 section 7.8: a server switches only to what the client has named; there is nothing to
   * switch on a stream of HTTP/2 (RFC 9113 section 8.6), behind which are no bytes of HTTP/1.1.
   */
  private void switchIfAsked(HttpResponse response) {
    boolean asked = route.fields().has("Upgrade");
    boolean possible = connection.channel().pipeline().get(HttpResponseEncoder.class) != null;
    if (asked && possible) {
      switchProtocols(response);
    } else {
      fail(new ProtocolException("response: 101 (expected: none to a request without Upgrade)"));
    }
  }

  private void switchProtocols(HttpResponse response) {
    Channel client = connection.channel();
    Channel server = origin.channel();
    if (server == null) {
      return;
    }
    HttpResponse onward =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, response.status(), Unpooled.EMPTY_BUFFER);
    Fields fields =
        HopByHop.removeFrom(NettyFields.of(response.headers()))
            .with("Connection", "Upgrade")
            .with("Upgrade", String.join(", ", response.headers().getAll("Upgrade")));
    shared
        .pseudonym()
        .addTo(fields, "1.1")
        .lines()
        .forEach(line -> onward.headers().add(line.name(), line.value()));
    ended = true;
    connection.leaveHttp();
    client.writeAndFlush(onward);
    TunnelRelay.join(client, server, shared.limits().tunnelIdleMillis());
    client.pipeline().remove(HttpResponseEncoder.class);
    connection.leavePipeline();
    origin.leavePipeline();
    TunnelRelay.start(client, server);
  }

  private static EOFException originGone() {
    return new EOFException("the origin closed the connection");
  }

  private void fail(Throwable failure) {
    if (ended) {
      return;
    }
    end();
    if (framing == null) {
      connection.refuseSoon(this, Refusal.ofFailure(route.origin(), failure));
    } else {
      connection.abandonSoon(this);
    }
  }

  private void end() {
    ended = true;
    heldBack.forEach(ReferenceCountUtil::release);
    heldBack.clear();
    origin.close();
  }
}
