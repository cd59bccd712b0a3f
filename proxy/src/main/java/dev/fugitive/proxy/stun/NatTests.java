package dev.fugitive.proxy.stun;

import dev.fugitive.proxy.stun.NatKind.Behaviour;
import dev.fugitive.proxy.stun.StunQuestion.Change;
import dev.fugitive.proxy.stun.StunQuestion.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The tests of RFC 5780. A server that answers from one address alone cannot be asked for a change;
 * then the mappings that two servers see are compared, and filtering stays unknown.
 */
final class NatTests {
  /** Asks, several times if need be. */
  @FunctionalInterface
  interface Exchange {
    /** The reply; empty where none came. */
    Optional<StunReply> ask(StunQuestion question) throws IOException;
  }

  private final Exchange exchange;
  private final Predicate<InetSocketAddress> isOwn;

  /**
   * Asks nobody yet.
   *
   * @param isOwn whether an address and port are those of the socket that asks for mappings
   */
  NatTests(Exchange exchange, Predicate<InetSocketAddress> isOwn) {
    this.exchange = exchange;
    this.isOwn = isOwn;
  }

  /** Runs the tests against the first server that answers. */
  NatKind run(List<InetSocketAddress> servers) throws IOException {
    for (int i = 0; i < servers.size(); i++) {
      Optional<StunReply> first = plain(servers.get(i));
      if (first.isPresent()) {
        List<InetSocketAddress> others = servers.subList(i + 1, servers.size());
        return kind(servers.get(i), first.get(), others);
      }
    }
    return NatKind.unreachable();
  }

  private NatKind kind(
      InetSocketAddress server, StunReply first, List<InetSocketAddress> otherServers)
      throws IOException {
    Optional<InetSocketAddress> mapped = Optional.of(first.mapped());
    Optional<InetSocketAddress> other =
        first.other().filter(each -> !each.getAddress().equals(server.getAddress()));
    Behaviour mapping;
    if (isOwn.test(first.mapped())) {
      mapping = Behaviour.NONE;
    } else if (other.isPresent()) {
      mapping = mapping(server, first.mapped(), other.get());
    } else {
      mapping = comparedWith(otherServers, first.mapped());
    }
    Behaviour filtering = other.isPresent() ? filtering(server) : Behaviour.UNKNOWN;
    return new NatKind(mapped, mapping, filtering);
  }

  /** RFC 5780 section 4.3, tests II and III. */
  private Behaviour mapping(
      InetSocketAddress server, InetSocketAddress first, InetSocketAddress other)
      throws IOException {
    InetSocketAddress otherAddress = new InetSocketAddress(other.getAddress(), server.getPort());
    Optional<StunReply> second = plain(otherAddress);
    if (second.isEmpty()) {
      return Behaviour.UNKNOWN;
    }
    if (second.get().mapped().equals(first)) {
      return Behaviour.ENDPOINT_INDEPENDENT;
    }
    Optional<StunReply> third = plain(other);
    if (third.isEmpty()) {
      return Behaviour.UNKNOWN;
    }
    return third.get().mapped().equals(second.get().mapped())
        ? Behaviour.ADDRESS_DEPENDENT
        : Behaviour.ADDRESS_AND_PORT_DEPENDENT;
  }

  private Behaviour comparedWith(List<InetSocketAddress> servers, InetSocketAddress first)
      throws IOException {
    for (InetSocketAddress server : servers) {
      Optional<StunReply> second = plain(server);
      if (second.isPresent()) {
        return second.get().mapped().equals(first)
            ? Behaviour.ENDPOINT_INDEPENDENT
            : Behaviour.ADDRESS_AND_PORT_DEPENDENT;
      }
    }
    return Behaviour.UNKNOWN;
  }

  /** RFC 5780 section 4.4, tests I to III, from a socket that has asked nobody else. */
  private Behaviour filtering(InetSocketAddress server) throws IOException {
    if (fromFilteringSocket(server, Change.NONE).isEmpty()) {
      return Behaviour.UNKNOWN;
    }
    if (fromFilteringSocket(server, Change.ADDRESS_AND_PORT).isPresent()) {
      return Behaviour.ENDPOINT_INDEPENDENT;
    }
    return fromFilteringSocket(server, Change.PORT).isPresent()
        ? Behaviour.ADDRESS_DEPENDENT
        : Behaviour.ADDRESS_AND_PORT_DEPENDENT;
  }

  private Optional<StunReply> plain(InetSocketAddress server) throws IOException {
    return exchange.ask(new StunQuestion(Socket.MAPPING, server, Change.NONE));
  }

  private Optional<StunReply> fromFilteringSocket(InetSocketAddress server, Change change)
      throws IOException {
    return exchange.ask(new StunQuestion(Socket.FILTERING, server, change));
  }
}
