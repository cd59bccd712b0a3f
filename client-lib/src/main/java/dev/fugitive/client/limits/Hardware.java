package dev.fugitive.client.limits;

/**
 * What a machine is made of, as far as its class depends on it.
 *
 * @param cores that this process may use
 */
public record Hardware(long memoryBytes, int cores, boolean hasBattery) {}
