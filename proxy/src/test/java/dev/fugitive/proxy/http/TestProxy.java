package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.client.trust.TrustOrigins;
import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okio.ByteString;

/** A front end on a free port of loopback, over a plain client. */
final class TestProxy implements AutoCloseable {
  private final OkHttpClient origin = OriginClient.create();
  private final FrontEnd frontEnd;

  TestProxy(Limits limits) throws IOException {
    this.frontEnd = start(limits, origin);
  }

  TestProxy(Limits limits, Call.Factory fetch) throws IOException {
    this.frontEnd = start(limits, fetch);
  }

  /** Over a node, whose answers from memory come at once. */
  TestProxy(Limits limits, Call.Factory fetch, HitSource memory) throws IOException {
    this.frontEnd =
        FrontEnd.start(settings(limits), fetch, memory, TestProxy::self, PassedBy.NOBODY);
  }

  private static FrontEnd start(Limits limits, Call.Factory fetch) throws IOException {
    return FrontEnd.start(settings(limits), fetch, TestProxy::self);
  }

  private static FrontEndSettings settings(Limits limits) {
    return new FrontEndSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        TrustOrigins.parse(List.of("127.0.0.1", "localhost")),
        Set.of(443, 8443),
        limits);
  }

  private static SelfResponder.Answer self(SelfResponder.Question question) {
    return new SelfResponder.Answer(200, Fields.EMPTY, ByteString.encodeUtf8("self"));
  }

  InetSocketAddress address() {
    return frontEnd.address();
  }

  FrontEndCounts counts() {
    return frontEnd.counts();
  }

  RawClient connect() throws IOException {
    return new RawClient(address());
  }

  /** The usual limits with short waits, so that tests of what happens after them are short too. */
  static Limits impatient() {
    Limits usual = Limits.DEFAULT;
    return new Limits(
        usual.requestLineBytes(),
        usual.headBytes(),
        usual.fieldCount(),
        usual.bodyBytes(),
        usual.connectionsPerAddress(),
        usual.requestsPerConnection(),
        500,
        500,
        500,
        usual.minBytesPerSecond(),
        500,
        500,
        500,
        500);
  }

  @Override
  public void close() {
    frontEnd.close();
    origin.dispatcher().executorService().shutdown();
    origin.connectionPool().evictAll();
  }
}
