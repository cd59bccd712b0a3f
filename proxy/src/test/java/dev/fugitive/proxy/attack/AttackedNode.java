package dev.fugitive.proxy.attack;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import dev.fugitive.client.origin.OriginReach;
import dev.fugitive.client.trust.TrustOrigins;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.ApiRoute.Endpoint;
import dev.fugitive.proxy.control.ControlApi;
import dev.fugitive.proxy.control.ControlSite;
import dev.fugitive.proxy.control.ControlToken;
import dev.fugitive.proxy.control.StatusReport;
import dev.fugitive.proxy.control.api.StatusRoute;
import dev.fugitive.proxy.http.FrontEnd;
import dev.fugitive.proxy.http.FrontEndSettings;
import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import dev.fugitive.proxy.http.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A whole node as the program runs it, cache and control pages included, without peers. */
final class AttackedNode implements AutoCloseable {
  private final FugitiveNode node;
  private final FrontEnd frontEnd;
  private final ControlToken token = ControlToken.random();
  private final AtomicInteger changes = new AtomicInteger();

  /** Trusts the origins named, and nobody else on this machine. */
  AttackedNode(Limits limits, String... trusted) throws IOException {
    TrustOrigins origins = TrustOrigins.parse(List.of(trusted));
    OriginReach reach = OriginReach.beyondThisMachine(origins);
    node = FugitiveNode.start(NodeSettings.inMemory(), FetchListener.NONE, reach);
    frontEnd =
        FrontEnd.start(
            new FrontEndSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                origins,
                Set.of(443, 8443),
                limits),
            node.asSent(),
            node::memoryHits,
            new ControlSite(this::report, authority -> "", () -> "", api()),
            node::passedBy);
    reach.closeOwnPort(port());
  }

  /** With the usual limits, trusting origins on 127.0.0.1. */
  static AttackedNode usual() throws IOException {
    return new AttackedNode(Limits.DEFAULT, "127.0.0.1");
  }

  /** With waits of a second, and bodies no slower than 1000 bytes a second. */
  static AttackedNode impatient() throws IOException {
    Limits usual = Limits.DEFAULT;
    Limits hasty =
        new Limits(
            usual.requestLineBytes(),
            usual.headBytes(),
            usual.fieldCount(),
            usual.bodyBytes(),
            usual.connectionsPerAddress(),
            usual.requestsPerConnection(),
            1000,
            1000,
            1000,
            1000,
            1000,
            1000,
            1000,
            1000);
    return new AttackedNode(hasty, "127.0.0.1");
  }

  /** With a route that tells what is private, and one that changes something. */
  private ControlApi api() {
    ApiRoute secret = route(Endpoint.secret("secret"), request -> Map.of("secret", "kept"));
    ApiRoute change =
        route(Endpoint.changing("change"), request -> Map.of("changes", changes.incrementAndGet()));
    return new ControlApi(token, List.of(new StatusRoute(this::report), secret, change));
  }

  private static ApiRoute route(Endpoint endpoint, Function<ApiRequest, Object> answer) {
    return new ApiRoute() {
      @Override
      public Endpoint endpoint() {
        return endpoint;
      }

      @Override
      public Object answer(ApiRequest request) {
        return answer.apply(request);
      }
    };
  }

  /** What who may change something shows. */
  String token() {
    return token.text();
  }

  /** How often something was changed through the control API. */
  int changes() {
    return changes.get();
  }

  private StatusReport report() {
    return new StatusReport(
        "test",
        node.peerId().toString(),
        Map.of(),
        Optional.empty(),
        false,
        Optional.of("none here"),
        List.of(),
        List.of(),
        new StatusReport.Cache("memory", 0, 0, 0, 0, 0),
        Optional.empty(),
        Map.of(),
        frontEnd.counts().snapshot(),
        StatusReport.Evidence.NONE);
  }

  int port() {
    return frontEnd.address().getPort();
  }

  RawClient connect() throws IOException {
    return new RawClient(frontEnd.address());
  }

  /** Sends one request on a connection of its own; its answer. */
  RawClient.Received ask(String request) throws IOException {
    try (RawClient client = connect()) {
      return client.send(request).receive();
    }
  }

  /** A GET of a URL, with these field lines. */
  RawClient.Received get(String url, String... lines) throws IOException {
    StringBuilder request = new StringBuilder("GET " + url + " HTTP/1.1\r\nHost: a\r\n");
    for (String line : lines) {
      request.append(line).append("\r\n");
    }
    return ask(request + "\r\n");
  }

  /** A counter of the front end, as the status page shows it. */
  long counted(String name) {
    return frontEnd.counts().snapshot().getOrDefault(name, 0L);
  }

  @Override
  public void close() throws IOException {
    frontEnd.close();
    node.close();
  }
}
