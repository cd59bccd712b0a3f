package dev.fugitive.client.mesh;

import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.peer.PeerInfo;
import dev.fugitive.client.signalling.ConnectionId;
import dev.fugitive.client.transport.Signal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Two cores and all that is on its way between them, delivered in an order that the test chooses.
 * Signals from one to the other keep their order, as one rendezvous carries them; nothing else is
 * promised.
 */
final class TwoCores {
  /** What may happen next. */
  enum Step {
    FIRST_HEARS,
    SECOND_HEARS,
    FIRST_LINK,
    SECOND_LINK
  }

  final Side first;
  final Side second;

  TwoCores(PeerId smaller, PeerId larger, MeshSettings settings) {
    first = new Side(smaller, settings, 1);
    second = new Side(larger, settings, 2);
    first.other = second;
    second.other = first;
    first.links.add(new MeshEvent.PeersHeard(List.of(second.info())));
    second.links.add(new MeshEvent.PeersHeard(List.of(first.info())));
  }

  /** The first hears of the second from a peer, the second of the first from the rendezvous. */
  TwoCores introduced(PeerId through) {
    first.links.clear();
    first.links.add(new MeshEvent.Introduced(second.id, through));
    return this;
  }

  List<Step> possible() {
    List<Step> steps = new ArrayList<>();
    add(steps, Step.FIRST_HEARS, first.heard);
    add(steps, Step.SECOND_HEARS, second.heard);
    add(steps, Step.FIRST_LINK, first.links);
    add(steps, Step.SECOND_LINK, second.links);
    return steps;
  }

  private static void add(List<Step> steps, Step step, Queue<MeshEvent> queue) {
    if (!queue.isEmpty()) {
      steps.add(step);
    }
  }

  void take(Step step) {
    switch (step) {
      case FIRST_HEARS -> first.on(first.heard.remove());
      case SECOND_HEARS -> second.on(second.heard.remove());
      case FIRST_LINK -> first.on(first.links.remove());
      case SECOND_LINK -> second.on(second.links.remove());
    }
  }

  /** Runs every order in which things can happen; returns how many there are. */
  static int forEveryOrder(Supplier<TwoCores> start, Consumer<TwoCores> atEnd) {
    return explore(start, new ArrayList<>(), atEnd);
  }

  private static int explore(Supplier<TwoCores> start, List<Step> path, Consumer<TwoCores> atEnd) {
    TwoCores cores = start.get();
    path.forEach(cores::take);
    List<Step> possible = cores.possible();
    if (possible.isEmpty()) {
      atEnd.accept(cores);
      return 1;
    }
    int orders = 0;
    for (Step step : possible) {
      path.add(step);
      orders += explore(start, path, atEnd);
      path.removeLast();
    }
    return orders;
  }

  /** One node: its core, what waits for it, and its ends of links. */
  static final class Side {
    final PeerId id;
    final MeshCore core;
    final Queue<MeshEvent> heard = new ArrayDeque<>();
    final Queue<MeshEvent> links = new ArrayDeque<>();
    final Set<ConnectionId> ends = new HashSet<>();

    @SuppressWarnings("NullAway.Init")
    Side other;

    Side(PeerId id, MeshSettings settings, long seed) {
      this.id = id;
      this.core = new MeshCore(id, settings, new Random(seed), 0);
      core.on(new MeshEvent.RendezvousJoined(), 0);
    }

    PeerInfo info() {
      return new PeerInfo(id, 1, PeerInfo.Nearness.SAME_ADDRESS, 4);
    }

    void on(MeshEvent event) {
      core.on(event, 0).forEach(this::act);
      core.checkInvariants();
    }

    private void act(MeshAction action) {
      switch (action) {
        case MeshAction.Offer(var peer, var connection) -> {
          ends.add(connection);
          other.heard.add(new MeshEvent.OfferHeard(id, connection, description()));
        }
        case MeshAction.OfferThrough(var peer, var connection, var through) -> {
          ends.add(connection);
          other.heard.add(new MeshEvent.OfferHeard(id, connection, description()));
        }
        case MeshAction.Answer(var peer, var connection, var offer) -> {
          ends.add(connection);
          other.heard.add(new MeshEvent.AnswerHeard(id, connection, description()));
        }
        case MeshAction.Accept(var peer, var connection, var answer) -> opens(connection);
        case MeshAction.Decline(var peer, var connection, var reason) ->
            other.heard.add(new MeshEvent.DeclineHeard(id, connection, reason));
        case MeshAction.Close(var peer, var connection, var reason) -> closes(connection);
        case MeshAction.Admit admit -> {}
        case MeshAction.Announce announce -> {}
      }
    }

    private void opens(ConnectionId connection) {
      if (ends.contains(connection) && other.ends.contains(connection)) {
        links.add(new MeshEvent.Greeted(other.id, connection));
        other.links.add(new MeshEvent.Greeted(id, connection));
      }
    }

    private void closes(ConnectionId connection) {
      if (ends.remove(connection)) {
        links.add(new MeshEvent.LinkClosed(other.id, connection, "closed"));
      }
      if (other.ends.remove(connection)) {
        other.links.add(new MeshEvent.LinkClosed(id, connection, "closed by the other side"));
      }
    }

    private static Signal.Description description() {
      return new Signal.Description(Signal.Kind.OFFER, "sdp");
    }

    /** The connection of the one session; fails where there is another place or an attempt. */
    ConnectionId onlySession() {
      List<Place> places = List.copyOf(core.places());
      if (places.size() != 1
          || places.getFirst().attempt != null
          || places.getFirst().session == null) {
        throw new AssertionError("no session, or more than that: " + places.size());
      }
      return places.getFirst().session.connection();
    }
  }
}
