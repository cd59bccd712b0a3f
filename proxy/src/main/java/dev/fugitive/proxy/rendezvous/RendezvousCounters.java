package dev.fugitive.proxy.rendezvous;

/** What the rendezvous counts: those here now, and what was done since the start. */
public record RendezvousCounters(
    int connections, int peers, int contexts, long joins, long relays, long refusals) {}
