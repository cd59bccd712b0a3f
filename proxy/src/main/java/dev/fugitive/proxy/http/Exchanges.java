package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.fetch.MemoryHit;
import io.netty.channel.ChannelHandlerContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who answers a request: an exchange for each kind of route, counted, and not yet started. */
final class Exchanges {
  private final ClientConnection connection;
  private final ConnectionContext shared;

  Exchanges(ClientConnection connection, ConnectionContext shared) {
    this.connection = connection;
    this.shared = shared;
  }

  /**
   * The exchange for a request.
   *
   * @param wire behind it, towards the socket, a response is bytes; null where it never is
   */
  Exchange of(RequestMeaning meaning, @Nullable ChannelHandlerContext wire) {
    RequestTraits traits = meaning.traits();
    return switch (meaning.route()) {
      case Route.Fetch fetch -> {
        shared.counts().fetches().increment();
        yield wire == null ? fetch(fetch, traits) : hitOrFetch(fetch, meaning, wire);
      }
      case Route.PassThrough pass -> {
        shared.counts().passThroughs().increment();
        yield new PassThroughExchange(connection, pass, traits, shared);
      }
      case Route.Tunnel(Authority target) -> {
        shared.counts().tunnels().increment();
        yield new TunnelExchange(connection, target, shared);
      }
      case Route.Control(RequestHead head) ->
          SelfExchange.withBody(connection, head, traits, shared.self(), shared.executor());
      case Route.Final(RequestHead head, SelfResponder.Answer answer) ->
          SelfExchange.withoutBody(connection, head, traits, asked -> answer, shared.executor());
      case Route.Refuse(Refusal refusal, boolean close) ->
          new RefusedExchange(connection, refusal, !close && traits.keepAlive());
    };
  }

  private Exchange hitOrFetch(
      Route.Fetch route, RequestMeaning meaning, ChannelHandlerContext wire) {
    Optional<MemoryHit> hit =
        shared.memory().flatMap(memory -> meaning.asked().flatMap(memory::find));
    return hit.isPresent()
        ? new HitExchange(connection, wire, hit.get(), shared.outgoing().get())
        : fetch(route, meaning.traits());
  }

  private FetchExchange fetch(Route.Fetch route, RequestTraits traits) {
    return new FetchExchange(connection, route, traits, shared);
  }
}
